import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshCredential } from '../../platform/credential.ts';
import type { EngineName } from '../../platform/db/engine.ts';
import type { Database } from '../../platform/db/index.ts';
import { systemRandom } from '../../platform/random.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { buildScenario, expectStatus, type Answer, type Scenario } from '../../testing/scenario.ts';

const floodSize = 600;

/** The database as the server sees it, with its readings counted, and held back when a test wants to come in between. */
function watched(db: Database) {
  const counts = { lookUps: 0, records: 0 };
  let pause: { reached: PromiseWithResolvers<void>; goOn: PromiseWithResolvers<void> } | undefined;
  const watchedDb: Database = {
    ...db,
    notifications: db.notifications,
    async withSystem(reason, run) {
      if (reason === 'access.look-up') counts.lookUps += 1;
      return db.withSystem(reason, run);
    },
    async withWorkspace(scope, run) {
      counts.records += 1;
      const read = await db.withWorkspace(scope, run);
      const held = pause;
      pause = undefined;
      held?.reached.resolve();
      await held?.goOn.promise;
      return read;
    },
  };
  return {
    db: watchedDb,
    counts,
    /** Holds back what the next reading as a workspace answers, until the answer is called. */
    async holdNext(begin: () => Promise<Answer>): Promise<{ goOn: () => Promise<Answer> }> {
      const held = { reached: Promise.withResolvers<void>(), goOn: Promise.withResolvers<void>() };
      pause = held;
      const asked = begin();
      await held.reached.promise;
      return {
        goOn() {
          held.goOn.resolve();
          return asked;
        },
      };
    },
  };
}

describe.each<EngineName>(['pglite', 'postgres'])('records of credentials on %s', (engine) => {
  let database: TestDatabase;
  let scenario: Scenario;
  let watch: ReturnType<typeof watched>;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
    watch = watched(database.db);
    scenario = await buildScenario({ ...database, db: watch.db });
  });
  afterAll(async () => {
    await scenario.close();
    await database.close();
  });

  function me(token: string): Promise<Answer> {
    return scenario.ask({ url: '/v1/embed/me?embed=1', headers: { 'x-microapp-embed-token': token } });
  }

  async function embedToken(): Promise<{ id: string; token: string }> {
    const { id: workspaceId } = await scenario.owner.workspace();
    return scenario.owner.embedToken(workspaceId);
  }

  function unknownToken(): string {
    return freshCredential(systemRandom, 'embed_token').secret.reveal();
  }

  it('are read once and then answered from memory', async () => {
    const { token } = await embedToken();
    await expectStatus(me(token), 200);
    const before = { ...watch.counts };
    for (let again = 0; again < 5; again++) await expectStatus(me(token), 200);
    expect(watch.counts).toEqual(before);
  });

  it('that were read while a change was being committed are not kept: the next request is refused (H22, K56)', async () => {
    const { id, token } = await embedToken();
    const slow = await watch.holdNext(() => me(token));
    await expectStatus(scenario.owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${id}` }), 204);
    // It came before the answer to the revocation and may go either way; what it has read must not outlive it.
    await slow.goOn();
    expect((await me(token)).status).toBe(401);
  });

  it('that are being read for one request are not shared with another that comes after a change', async () => {
    const { id, token } = await embedToken();
    const slow = await watch.holdNext(() => me(token));
    await expectStatus(scenario.owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${id}` }), 204);
    expect((await me(token)).status).toBe(401);
    await slow.goOn();
  });

  it('of a token that was used up to its rotation are those of the new one at once, for the token and its sessions', async () => {
    const { id, token } = await embedToken();
    await expectStatus(me(token), 200);
    const rotated = await expectStatus(
      scenario.owner.ask({ method: 'POST', url: `/v1/embed-tokens/${id}/rotate` }),
      200,
    );
    expect((await me(token)).status).toBe(401);
    expect((await me(rotated.body.token)).status).toBe(200);
  });

  it('of unknown tokens cost one look-up, however often one is tried', async () => {
    const token = unknownToken();
    expect((await me(token)).status).toBe(401);
    const before = { ...watch.counts };
    for (let again = 0; again < 5; again++) expect((await me(token)).status).toBe(401);
    expect(watch.counts).toEqual(before);
    scenario.clock.advance(5001);
    expect((await me(token)).status).toBe(401);
    expect(watch.counts.lookUps).toBe(before.lookUps + 1);
  });

  it('survive a flood of unknown tokens, which reaches the database in a few queries, and others still get through', async () => {
    const [used, unused] = [await embedToken(), await embedToken()];
    await expectStatus(me(used.token), 200);
    const before = { ...watch.counts };
    const flood = Array.from({ length: floodSize }, () => me(unknownToken()));
    const getsThrough = me(unused.token);
    flood.push(...Array.from({ length: floodSize }, () => me(unknownToken())));
    expect((await getsThrough).status).toBe(200);
    const statuses = new Set((await Promise.all(flood)).map(({ status }) => status));
    expect([...statuses]).toEqual([401]);
    expect(watch.counts.lookUps - before.lookUps).toBeLessThan(floodSize / 20);
    // Only the one that was not known yet was read; the other is still in memory.
    expect((await me(used.token)).status).toBe(200);
    expect(watch.counts.records - before.records).toBe(1);
  });
});
