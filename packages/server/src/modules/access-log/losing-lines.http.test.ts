import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, type Scenario } from '../../testing/scenario.ts';

describeApp('a line of the access log that cannot be kept', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
    await scenario.owner.tool('unwritable');
    await scenario.owner.tool('written');
    // Whatever the database may have against a line.
    await scenario.database.admin.query(`alter table access_log add constraint planted check (app <> 'unwritable')`);
  });

  it('costs no other line, is in the server’s log, and shows in /readyz for ten minutes, while the server is ready', async () => {
    const { owner, ask, clock, flush, run } = scenario;
    const { token } = await owner.embedToken(owner.workspaceId, { apps: ['unwritable', 'written'] });
    expect((await expectStatus(ask({ url: '/readyz' }), 200)).body).toEqual({ status: 'ok' });
    await expectStatus(run('unwritable', token, {}), 200);
    const kept = await expectStatus(run('written', token, {}), 200);
    expect(await scenario.accessLog(String(kept.headers['x-request-id']))).toHaveLength(1);
    expect(scenario.logged()).toContain('an item was refused and is dropped');
    expect((await expectStatus(ask({ url: '/readyz' }), 200)).body).toEqual({ status: 'ok', degraded: ['access-log'] });
    clock.advance(10 * 60_000);
    await flush();
    expect((await expectStatus(ask({ url: '/readyz' }), 200)).body).toEqual({ status: 'ok' });
  });
});
