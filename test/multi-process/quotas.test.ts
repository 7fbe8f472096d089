import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { freshCredential } from '../../packages/server/src/platform/credential.ts';
import { withPostgresConnection } from '../../packages/server/src/platform/db/postgres.ts';
import { systemRandom } from '../../packages/server/src/platform/random.ts';
import { differencesInBooks } from '../../packages/server/src/testing/books.ts';
import { createPostgresDatabase } from '../../packages/server/src/testing/database.ts';
import { startInstances, type InstanceAnswer, type Instances } from '../../packages/server/src/testing/instances.ts';
import type { PostgresDatabase } from '../../packages/server/src/testing/postgres-database.ts';
import { killLeftServers, startServer, type ServerProcess } from '../../packages/server/src/testing/server-process.ts';

const withinMs = 300_000;
/** An instance is taken for dead some fifteen seconds after it was last heard of, and the machine may be busy. */
const patience = { timeout: 120_000, interval: 250 };

/** Runs until its limit of two seconds, unless its process is gone before. */
const endless = {
  inputs: { type: 'object' },
  steps: [{ kind: 'function', name: 'spin', code: 'export default () => { for (;;); };' }],
};
const quick = { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'one', expression: '1' }] };

afterAll(killLeftServers);

type Manage = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) => Promise<InstanceAnswer['body']>;

/** Publishes the tools, and answers a token for both in a workspace of its own. */
async function furnish(
  manage: Manage,
  limits: Record<string, number>,
): Promise<{ workspaceId: string; token: string }> {
  const tools = { endless, quick };
  for (const [slug, spec] of Object.entries(tools)) {
    await manage('POST', '/v1/apps', { slug, kind: 'tool', name: slug, spec });
    await manage('POST', `/v1/apps/${slug}/publish`);
  }
  const features = ['tool:run'];
  const workspace = await manage('POST', '/v1/workspaces', { name: 'Customer', portalEnabled: true, features, limits });
  const path = `/v1/workspaces/${workspace.id}/embed-tokens`;
  const { token } = await manage('POST', path, { apps: Object.keys(tools), permissions: features });
  return { workspaceId: workspace.id, token };
}

const runOf = (slug: string, token: string) => ({
  method: 'POST',
  path: `/api/tools/${slug}/run?embed=1`,
  headers: { 'x-microapp-embed-token': token },
  body: { inputs: {} },
});

describe('with several instances on one database', () => {
  let database: PostgresDatabase;
  let instances: Instances;
  let customer: { workspaceId: string; token: string };
  beforeAll(async () => {
    database = await createPostgresDatabase('migrated');
    const { postgres } = database;
    instances = await startInstances(postgres, [postgres.url, postgres.url, postgres.url]);
    customer = await furnish((...asked) => instances.manage(0, ...asked), { runsPerDay: 20 });
  }, withinMs);
  afterAll(async () => {
    await instances.stop();
    await database.drop();
  });

  function query(sql: string): Promise<Record<string, unknown>[]> {
    return withPostgresConnection(
      database.postgres.superuserUrl,
      async (session) => (await session.query(sql, [])).rows,
    );
  }

  async function running(): Promise<number> {
    const [row] = await query(`select count(*) as runs from runs where status = 'running'`);
    return Number(row?.['runs']);
  }

  it(
    'of three times as many runs at once as a quota has room for, exactly as many are admitted as fit (M51, H68)',
    async () => {
      const { workspaceId, token } = customer;
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, index) => instances.ask(index % 2, runOf('quick', token))),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(20);
      expect(statuses.filter((status) => status === 429)).toHaveLength(40);
      const alerts = await instances.manage(1, 'GET', `/v1/usage/alerts?workspaceId=${workspaceId}`);
      expect(alerts.data).toHaveLength(2);
      expect(await differencesInBooks({ query })).toEqual([]);
    },
    withinMs,
  );

  it(
    'the runs of one that is killed in the middle are settled by the other, and give their quota back (M49)',
    async () => {
      const { workspaceId, token } = customer;
      await instances.manage(0, 'PATCH', `/v1/workspaces/${workspaceId}`, { limits: { runsPerDay: 100 } });
      const lost = Array.from({ length: 6 }, () => instances.ask(1, runOf('endless', token)).catch(() => undefined));
      await expect.poll(running, patience).toBe(6);
      await instances.servers[1]?.end('SIGKILL');
      await Promise.all(lost);
      const leftBehind = await running();
      expect(leftBehind).toBeGreaterThan(0);
      // Those of the other one go on meanwhile, and are its own to settle.
      const alive = await instances.ask(0, runOf('endless', token));
      expect(alive).toMatchObject({ status: 504, body: { code: 'timeout' } });
      await expect.poll(running, patience).toBe(0);
      const { data } = await instances.manage(0, 'GET', '/v1/runs?errorCode=interrupted');
      expect(data).toHaveLength(leftBehind);
      expect(await differencesInBooks({ query })).toEqual([]);
      const [own] = (await instances.manage(0, 'GET', `/v1/usage/quotas?workspaceId=${workspaceId}`)).data;
      expect(own.runs).toEqual({ limit: 100, used: 20, remaining: 80 });
    },
    withinMs,
  );

  it(
    'one that is stopped in the middle leaves no run behind',
    async () => {
      const asked = Array.from({ length: 4 }, () =>
        instances.ask(2, runOf('endless', customer.token)).catch(() => undefined),
      );
      await expect.poll(running, patience).toBe(4);
      await instances.servers[2]?.end('SIGTERM');
      expect(await running()).toBe(0);
      expect(await differencesInBooks({ query })).toEqual([]);
      await Promise.all(asked);
    },
    withinMs,
  );
});

describe('on the embedded database', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'microapp-quotas-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(
    'the runs of a server that was killed are settled by the time the next one answers (M49)',
    async () => {
      const ownerKey = freshCredential(systemRandom, 'owner_key').secret.reveal();
      const settings = { DATA_DIR: folder, MICROAPP_OWNER_KEY: ownerKey };
      const manageOn =
        (server: ServerProcess): Manage =>
        async (method, path, body) => {
          const answer = await fetch(`${server.url}${path}`, {
            method,
            headers: {
              authorization: `Bearer ${ownerKey}`,
              ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          });
          const json: unknown = await answer.json();
          if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
          return json;
        };
      const first = await startServer(settings);
      const { workspaceId, token } = await furnish(manageOn(first), { runsPerDay: 10 });
      const { method, path, headers, body } = runOf('endless', token);
      const lost = Array.from({ length: 3 }, () =>
        fetch(`${first.url}${path}`, {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }).catch(() => undefined),
      );
      const ofStatus = async (server: ServerProcess, status: string): Promise<unknown[]> =>
        (await manageOn(server)('GET', `/v1/runs?status=${status}`)).data;
      await expect.poll(() => ofStatus(first, 'running'), patience).toHaveLength(3);
      await first.end('SIGKILL');
      await Promise.all(lost);

      const next = await startServer(settings);
      expect(await ofStatus(next, 'running')).toEqual([]);
      const failed = await ofStatus(next, 'failed');
      expect(failed).toHaveLength(3);
      expect(failed).toEqual(expect.arrayContaining([expect.objectContaining({ errorCode: 'interrupted' })]));
      const quotas = await manageOn(next)('GET', '/v1/usage/quotas');
      expect(quotas.data[0]).toMatchObject({ scope: 'owner', runs: { used: 0 }, failedRuns: { used: 3 } });
      const [own] = (await manageOn(next)('GET', `/v1/usage/quotas?workspaceId=${workspaceId}`)).data;
      expect(own).toMatchObject({ scope: 'workspace', runs: { limit: 10, used: 0, remaining: 10 } });
      expect(await next.end('SIGTERM')).toBe(0);
    },
    withinMs,
  );
});
