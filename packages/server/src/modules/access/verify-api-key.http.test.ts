import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { buildScenario, expectStatus, type Answer, type Scenario } from '../../testing/scenario.ts';
import { signAnything } from '../../testing/signed-token.ts';

/** The database, and how many transactions it was asked for. */
function counted(db: Database): { db: Database; transactions: () => number } {
  let transactions = 0;
  return {
    transactions: () => transactions,
    db: {
      ...db,
      withOwner(scope, run) {
        transactions += 1;
        return db.withOwner(scope, run);
      },
      withWorkspace(scope, run) {
        transactions += 1;
        return db.withWorkspace(scope, run);
      },
      withSystem(reason, run) {
        transactions += 1;
        return db.withSystem(reason, run);
      },
    },
  };
}

describe('the order in which a signed token is checked', () => {
  let database: TestDatabase;
  let scenario: Scenario;
  let transactions: () => number;
  beforeAll(async () => {
    database = await openTestDatabase('pglite');
    const counting = counted(database.db);
    ({ transactions } = counting);
    scenario = await buildScenario({ ...database, db: counting.db });
  });
  afterAll(async () => {
    await scenario.close();
    await database.close();
  });

  const inSeconds = (seconds: number): number => Math.floor(scenario.clock.now() / 1000) + seconds;

  async function asked(token: string): Promise<{ answer: Answer; asks: number }> {
    const before = transactions();
    const answer = await scenario.ask({ url: '/v1/api-keys/me', headers: { 'x-embed-token': token } });
    return { answer, asks: transactions() - before };
  }

  it('asks the database nothing about one whose form is wrong or that is expired, forged or not (U62, U63, U80)', async () => {
    const { id, key } = await scenario.owner.apiKey();
    const payload = { kid: id, exp: inSeconds(60), scope: 'readonly', apps: ['my-app'] };
    const forger = 'A'.repeat(44);
    for (const token of [
      'open-sesame',
      signAnything(key, { ...payload, exp: undefined }),
      signAnything(key, { ...payload, exp: inSeconds(0) }),
      signAnything(forger, { ...payload, exp: inSeconds(-1) }),
      signAnything(key, { ...payload, exp: inSeconds(86_401) }),
    ]) {
      const { answer, asks } = await asked(token);
      expect([answer.status, asks]).toEqual([401, 0]);
    }
    // The count is one that moves: the same token, unexpired, is looked up.
    const { answer, asks } = await asked(signAnything(key, payload));
    expect([answer.status, asks > 0]).toEqual([200, true]);
  });

  it('looks the key up by kid, then checks the signature, and only then the scope (U64, U65, U66)', async () => {
    const { id, key } = await scenario.owner.apiKey();
    const payload = { kid: id, exp: inSeconds(60), scope: 'interactive', apps: ['other-app'] };
    const reasonOf = async (token: string): Promise<unknown> => {
      const { answer } = await asked(token);
      const [line] = await scenario.accessLog(answer.body.requestId);
      return [answer.status, line?.['reason']];
    };
    const forger = 'A'.repeat(44);
    const nobodys = { ...payload, kid: '00000000-0000-4000-8000-000000000000' };
    expect(await reasonOf(signAnything(forger, nobodys))).toEqual([401, 'unknown']);
    expect(await reasonOf(signAnything(forger, payload))).toEqual([401, 'bad_signature']);
    expect(await reasonOf(signAnything(key, payload))).toEqual([403, 'scope_exceeds_key']);
    expect(await reasonOf(signAnything(key, { ...payload, scope: 'readonly' }))).toEqual([403, 'app_not_in_scope']);
  });

  it('asks the database nothing about a key that it remembers, and again after every change of it (U14)', async () => {
    const { owner } = scenario;
    const { id, key } = await owner.apiKey();
    const token = signAnything(key, { kid: id, exp: inSeconds(60), scope: 'readonly', apps: ['my-app'] });
    expect((await asked(token)).asks).toBeGreaterThan(0);
    expect((await asked(token)).asks).toBe(0);
    for (const change of [{ isActive: false }, { isActive: true }, { scope: 'interactive' }, { appIds: [] }]) {
      await expectStatus(owner.ask({ method: 'PATCH', url: `/v1/api-keys/${id}`, body: change }), 200);
      const { answer, asks } = await asked(token);
      expect([asks > 0, answer.status]).toEqual([true, change.isActive === false ? 401 : 200]);
    }
  });
});
