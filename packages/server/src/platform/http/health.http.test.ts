import { beforeAll, expect, it } from 'vitest';
import { describeAppOnce, type Scenario } from '../../testing/scenario.ts';

describeAppOnce('the health of a server', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('is told to anybody, without a credential and without a word about what is inside (K75)', async () => {
    for (const url of ['/healthz', '/readyz']) {
      const answer = await scenario.ask({ url });
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: { status: 'ok' } });
    }
  });

  it('is that of the process when its database is gone: it lives, and is not ready until that is back (K75)', async () => {
    await scenario.database.db.close();
    expect((await scenario.ask({ url: '/healthz' })).status).toBe(200);
    const ready = await scenario.ask({ url: '/readyz' });
    expect(ready.body).toMatchObject({ code: 'unavailable', error: 'The database does not answer.' });
    expect([ready.status, ready.headers['retry-after'] === undefined]).toEqual([503, false]);
  });
});
