import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { withPostgresConnection } from '../../packages/server/src/platform/db/postgres.ts';
import { createPostgresDatabase } from '../../packages/server/src/testing/database.ts';
import { startInstances, type Instances } from '../../packages/server/src/testing/instances.ts';
import type { PostgresDatabase } from '../../packages/server/src/testing/postgres-database.ts';
import {
  socketFolderOf,
  startPostgresProxy,
  type PostgresProxy,
} from '../../packages/server/src/testing/postgres-proxy.ts';
import { killLeftServers } from '../../packages/server/src/testing/server-process.ts';
import { credentialKinds, embedToken, type CredentialInUse } from './credentials-in-use.ts';

const withinMs = 90_000;

afterAll(killLeftServers);

describe('with two instances, of which the second fails', () => {
  let database: PostgresDatabase;
  let proxy: PostgresProxy;
  let instances: Instances;
  beforeAll(async () => {
    database = await createPostgresDatabase('migrated');
    const { postgres } = database;
    proxy = await startPostgresProxy(socketFolderOf(postgres.url));
    instances = await startInstances(postgres, [postgres.url, proxy.urlFor(postgres.url)]);
  }, withinMs);
  afterAll(async () => {
    proxy.mend();
    await instances.stop();
    await proxy.close();
    await database.drop();
  });

  function sql(text: string): Promise<Record<string, unknown>[]> {
    return withPostgresConnection(
      database.postgres.superuserUrl,
      async (session) => (await session.query(text, [])).rows,
    );
  }

  /** One of each kind, remembered by both instances. */
  async function allInUse(): Promise<CredentialInUse[]> {
    const inUse: CredentialInUse[] = [];
    for (const kind of Object.values(credentialKinds)) inUse.push(await kind(instances, 0));
    for (const server of [0, 1]) {
      const answers = await askAll(inUse, server);
      expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
    }
    return inUse;
  }

  type Asked = { use: string; status: number; code: unknown; refusal: CredentialInUse['refusal'] };

  async function askAll(inUse: readonly CredentialInUse[], server: number): Promise<Asked[]> {
    return Promise.all(
      inUse.flatMap(({ uses, refusal }) =>
        Object.entries(uses).map(async ([use, asked]) => {
          const { status, body } = await instances.ask(server, asked);
          return { use, status, code: body?.code, refusal };
        }),
      ),
    );
  }

  function takeAllBack(inUse: readonly CredentialInUse[]): Promise<unknown> {
    return Promise.all(inUse.map(({ takeBack }) => takeBack(0)));
  }

  function expectRefused(answers: readonly Asked[]): void {
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.filter(({ status, code, refusal }) => status !== refusal.status || code !== refusal.code)).toEqual(
      [],
    );
  }

  it('what is taken back while the listening connections are terminated is refused by both', async () => {
    for (let round = 0; round < 3; round++) {
      const inUse = await allInUse();
      const terminated = await sql(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query ~ 'renew_lease|from instances' and pid <> pg_backend_pid()`,
      );
      expect(terminated.length).toBeGreaterThan(0);
      await takeAllBack(inUse);
      for (const server of [0, 1]) expectRefused(await askAll(inUse, server));
    }
  });

  it('an instance that was frozen past its lease refuses, from the first request after it wakes, what was taken back meanwhile', async () => {
    const inUse = await allInUse();
    const frozen = instances.servers[1]?.pid ?? 0;
    process.kill(frozen, 'SIGSTOP');
    try {
      // Answered although the other one says nothing.
      await takeAllBack(inUse);
      expectRefused(await askAll(inUse, 0));
      const asked = askAll(inUse, 1);
      process.kill(frozen, 'SIGCONT');
      expectRefused(await asked);
    } finally {
      process.kill(frozen, 'SIGCONT');
    }
  });

  it('an instance whose lease was taken off the book gets another by itself, and refuses what is taken back then', async () => {
    const inUse = await allInUse();
    await sql('delete from instances');
    await vi.waitFor(async () => expect(await sql('select id from instances')).toHaveLength(2), 5000);
    await takeAllBack(inUse);
    for (const server of [0, 1]) expectRefused(await askAll(inUse, server));
  });

  it('an instance that was killed is not waited for twice', async () => {
    const [inUse] = await allInUse();
    if (inUse === undefined) throw new Error('nothing is in use');
    const third = await instances.startAnother(database.postgres.url);
    // On a busy machine one may have been late and be on its way back into the book.
    await vi.waitFor(async () => expect(await sql('select id from instances')).toHaveLength(3), 10_000);
    await third.end('SIGKILL');
    await takeAllBack([inUse]);
    for (const server of [0, 1]) expectRefused(await askAll([inUse], server));
    await vi.waitFor(async () => expect(await sql('select id from instances')).toHaveLength(2), 10_000);
  });

  it(
    'an instance that is cut off from the database answers nothing from memory, and recovers by itself',
    async () => {
      const inUse = await allInUse();
      const kept = await embedToken(instances, 0);
      proxy.cut();
      await takeAllBack(inUse);
      expectRefused(await askAll(inUse, 0));
      const unavailable = { status: 503, code: 'unavailable' };
      const answers = await askAll([...inUse, { ...kept, takeBack: async () => undefined, refusal: unavailable }], 1);
      expect(answers.map(({ status, code }) => ({ status, code }))).toEqual(answers.map(() => unavailable));

      proxy.mend();
      const works = { path: '/v1/embed/me?embed=1', headers: { 'x-microapp-embed-token': kept.token } };
      await vi.waitFor(async () => expect((await instances.ask(1, works)).status).toBe(200), 30_000);
      expectRefused(await askAll(inUse, 1));
    },
    withinMs,
  );
});
