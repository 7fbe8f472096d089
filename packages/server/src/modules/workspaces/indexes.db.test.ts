import { beforeAll, expect, it } from 'vitest';
import { describeOnBothEngines, type TestDatabase } from '../../testing/database.ts';
import { countRowsRead } from '../../testing/query-plan.ts';
import { workspacesQuery, type WorkspaceFilter } from './store.ts';

const owner = { ownerId: 'own_1' };
const customers = 20_000;
const limit = 50;

describeOnBothEngines('with many customers', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
    await test.admin.session(async (session) => {
      await session.execute('set session_replication_role = replica');
      await session.query(
        `insert into workspaces (id, owner_id, name, status, attributes, created_at, updated_at)
         select 'ws_' || n, 'own_' || 1 + n / $1::integer, 'Customer ' || n, case n % 1000 when 1 then 'disabled' else 'active' end, '{}',
           '2025-01-01'::timestamptz + n * interval '1 minute', '2025-01-01'
         from generate_series(0, 2 * $1::integer - 1) n`,
        [customers],
      );
      await session.execute('set session_replication_role = origin; analyze workspaces');
    });
  });

  it.each<[string, WorkspaceFilter]>([
    ['all', {}],
    ['those of a common status', { status: 'active' }],
    ['those of a rare status', { status: 'disabled' }],
    ['those of a common name', { search: 'customer' }],
  ])('a page of %s reads what it shows and no more, in the middle, too', async (_, filter) => {
    await test.db.withOwner(owner, async (tx) => {
      for (const at of ['2027-01-01', '2025-01-07']) {
        const page = { limit, after: { at: new Date(at), id: 'ws_' } };
        const shown = await workspacesQuery(tx, page, filter).execute();
        expect(shown.length).toBeGreaterThan(0);
        expect(await countRowsRead(workspacesQuery(tx, page, filter), 'workspaces')).toBe(shown.length);
      }
    });
  });

  it('a search for what nobody is called goes through the customers of its owner and no others', async () => {
    await test.db.withOwner(owner, async (tx) => {
      const query = workspacesQuery(tx, { limit, after: undefined }, { search: 'nobody' });
      expect(await query.execute()).toEqual([]);
      expect(await countRowsRead(query, 'workspaces')).toBe(customers);
    });
  });
});
