import { beforeAll, expect, it } from 'vitest';
import { auditQuery } from '../audit/store.ts';
import { describeOnBothEngines, type TestDatabase } from '../../testing/database.ts';
import { linesQuery, type AccessLogFilter } from './store.ts';

const owner = { ownerId: 'own_1' };
const page = { limit: 50, after: undefined };
const lines = 20_000;

describeOnBothEngines('with many lines', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
    await test.admin.session(async (session) => {
      await session.execute(`select access_log_open_day('2026-03-02'); select access_log_open_day('2026-03-03')`);
      await session.query(
        `insert into access_log (at, request_id, owner_id, workspace_id, credential_id, method, route, status,
           duration_ms, app, origin, code)
         select '2026-03-02T12:00:00Z'::timestamptz + n * interval '3 seconds', 'req_' || n, 'own_1', 'ws_' || n % 200, 'etok_' || n % 500,
           'POST', '/api/tools/:slug/run', case when n % 100 = 7 then 403 when n % 1000 = 8 then 500 else 200 end, 1,
           'app-' || n % 300, 'https://shop' || n % 400 || '.example',
           case when n % 100 = 7 then 'origin_not_allowed' when n % 1000 = 8 then 'internal_error' end
         from generate_series(0, $1::integer - 1) n`,
        [lines],
      );
      await session.execute(`set session_replication_role = replica`);
      await session.query(
        `insert into audit_log (id, owner_id, workspace_id, at, actor_class, actor_id, request_id, event, target_id, detail)
         select 'aud_' || n, 'own_1', 'ws_' || n % 200, '2026-03-02'::timestamptz + n * interval '3 seconds', 'owner_key', 'ownk_1',
           'req_' || n, 'surface.changed', 'srf_' || n % 500, '{}'
         from generate_series(0, $1::integer - 1) n`,
        [lines],
      );
      await session.execute('set session_replication_role = origin; analyze access_log; analyze audit_log');
    });
  });

  it.each<[string, AccessLogFilter, string]>([
    ['one request', { requestId: 'req_77' }, 'request_id'],
    ['one credential', { credentialId: 'etok_77' }, 'credential_id'],
    ['one workspace', { workspaceId: 'ws_77' }, 'workspace_id'],
    ['one app', { app: 'app-77' }, 'owner_id, app'],
    ['one page', { origin: 'https://shop77.example' }, 'owner_id, origin'],
    ['one error', { code: 'internal_error' }, 'owner_id, code'],
    ['one status of failures', { status: 500 }, 'owner_id, status'],
    ['what was refused', { isRefused: true }, 'refused'],
  ])('the lines of %s are found by an index, none by reading the log', async (_, filter, column) => {
    const plan = await test.db.withOwner(owner, async (tx) =>
      JSON.stringify(await linesQuery(tx, page, filter).explain('json')),
    );
    expect(plan).not.toContain('Seq Scan');
    const used = [...plan.matchAll(/"Index Name":"([^"]+)"/g)].map(([, name]) => name ?? '');
    expect(used.length).toBeGreaterThan(0);
    const definitions = await test.admin.query('select indexdef from pg_indexes where indexname = any($1)', [used]);
    for (const { indexdef } of definitions) {
      expect(indexdef).toContain(column === 'refused' ? 'WHERE (status = ANY' : `(${column}`);
    }
  });

  it.each([
    ['one workspace', { workspaceId: 'ws_77' }, 'audit_log_by_workspace'],
    ['one target', { targetId: 'srf_77' }, 'audit_log_by_target'],
  ])('the audit trail of %s is found by an index', async (_, filter, index) => {
    const plan = await test.db.withOwner(owner, async (tx) =>
      JSON.stringify(await auditQuery(tx, page, filter).explain('json')),
    );
    expect(plan).toContain(`"Index Name":"${index}"`);
  });
});
