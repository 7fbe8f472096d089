import { CompiledQuery } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';

import { describeOnBothEngines } from '../../testing/database.ts';
import type { TestDatabase } from '../../testing/database.ts';
import { fillTables, insertFor, readTenantTables, tenantsOf } from '../../testing/generated-rows.ts';
import type { TenantTable } from '../../testing/generated-rows.ts';
import type { Session } from './engine.ts';
import { SqlError } from './errors.ts';
import { findWallBreaches, tablesSeenUnfiltered, wallRules } from './tenant-wall.ts';
import { queriesOn } from './tx.ts';
import type { OwnerTx, SystemTx, WorkspaceTx } from './tx.ts';

const acme1 = { ownerId: 'own_acme', workspaceId: 'ws_acme_1' };
const acme2 = { ownerId: 'own_acme', workspaceId: 'ws_acme_2' };
const zenith = { ownerId: 'own_zenith', workspaceId: 'ws_zenith' };
const tenants = [acme1, acme2, zenith];

const isOwn = `nullif(current_setting('app.workspace_id', true), '')`;
const isOwners = `nullif(current_setting('app.owner_id', true), '')`;

/** A sound tenant table, for the plants to spoil. */
const sound = `
  create table planted (id text, owner_id text, workspace_id text, unique (workspace_id, id), unique (id));
  alter table planted enable row level security;
  alter table planted force row level security;
  create policy own on planted to microapp_workspace using (workspace_id = ${isOwn}) with check (workspace_id = ${isOwn});`;

/** A sound table of owners. */
const soundOwned = `
  create table planted (id text, owner_id text, unique (id));
  alter table planted enable row level security;
  alter table planted force row level security;
  create policy own on planted to microapp_owner using (owner_id = ${isOwners}) with check (owner_id = ${isOwners});`;

const definer = (name: string, settings: string): string =>
  `create function ${name}(value text) returns table (id text) language sql security definer ${settings} as 'select value'`;

/** One breach of every rule: rule, what is planted, and who is named. */
const plants: readonly [rule: string, sql: string, offender: string][] = [
  ['row-level security is enabled and forced', `${sound} alter table planted disable row level security`, 'planted'],
  ['row-level security is enabled and forced', `${sound} alter table planted no force row level security`, 'planted'],
  [
    'row-level security is enabled and forced',
    `${soundOwned} alter table planted no force row level security`,
    'planted',
  ],
  ['row-level security is enabled and forced', 'alter table workspaces disable row level security', 'workspaces'],
  [
    'a tenant table has a policy for the workspace’s role, for reading and for writing',
    `${sound} drop policy own on planted`,
    'planted',
  ],
  [
    'a tenant table has a policy for the workspace’s role, for reading and for writing',
    `${sound} drop policy own on planted; create policy own on planted for select to microapp_workspace using (workspace_id = ${isOwn})`,
    'planted',
  ],
  [
    'a tenant table has a policy for the workspace’s role, for reading and for writing',
    `${sound} drop policy own on planted; create policy own on planted to microapp_workspace
       using (workspace_id = current_setting('app.workspace_id', true)) with check (workspace_id = current_setting('app.workspace_id', true))`,
    'planted',
  ],
  [
    'the workspace’s role has no wider policy on a tenant table',
    `${sound} create policy wide on planted for select to microapp_workspace using (true)`,
    'planted.wide',
  ],
  [
    'elsewhere the workspace’s role reads only what belongs to its owner, and writes nothing',
    `${soundOwned} create policy wide on planted for select to microapp_workspace using (true)`,
    'planted.wide',
  ],
  [
    'elsewhere the workspace’s role reads only what belongs to its owner, and writes nothing',
    `${soundOwned} create policy wide on planted to microapp_workspace using (owner_id = ${isOwners})`,
    'planted.wide',
  ],
  [
    'an owner table has a policy for the owner’s role, for reading and for writing',
    `${soundOwned} drop policy own on planted`,
    'planted',
  ],
  [
    'the owner’s role has no wider policy',
    `${soundOwned} create policy wide on planted for select to microapp_owner using (true)`,
    'planted.wide',
  ],
  [
    'policies are for the four roles by name, and the look-up role only reads',
    `${sound} create policy wide on planted using (workspace_id = ${isOwn})`,
    'planted.wide',
  ],
  [
    'policies are for the four roles by name, and the look-up role only reads',
    `${sound} create policy wide on planted to microapp_lookup using (true)`,
    'planted.wide',
  ],
  [
    'a foreign key between tenant tables carries the workspace',
    `${sound} create table child (workspace_id text, planted_id text constraint loose references planted (id));
     alter table child enable row level security; alter table child force row level security;
     create policy own on child to microapp_workspace using (workspace_id = ${isOwn}) with check (workspace_id = ${isOwn})`,
    'loose',
  ],
  [
    'a foreign key to an owner table carries the owner',
    `${sound} alter table planted add column app_id text constraint loose references apps (id)`,
    'loose',
  ],
  [
    'no table belongs to the server’s role or to one that it switches to',
    `${sound} alter table planted owner to microapp_system`,
    'planted',
  ],
  ['nothing is granted to everybody', `${sound} grant select on planted to public`, 'planted'],
  ['nothing is granted to everybody', `${sound} grant select (id) on planted to public`, 'planted.id'],
  ['nothing is granted to everybody', 'grant usage on schema lookup to public', 'lookup'],
  ['no view reads past the policies', 'create view planted as select * from workspaces', 'planted'],
  ['no view reads past the policies', 'create materialized view planted as select * from workspaces', 'planted'],
  [
    'a look-up function runs as the look-up role and answers identifiers only',
    `${definer('lookup.planted', 'set search_path = pg_catalog')}; revoke all on function lookup.planted from public`,
    'planted',
  ],
  [
    'a look-up function runs as the look-up role and answers identifiers only',
    `create function lookup.planted(hash text) returns table (id text, token text) language sql security definer
       set search_path = pg_catalog as 'select hash, hash';
     revoke all on function lookup.planted from public;
     alter function lookup.planted owner to microapp_lookup`,
    'planted',
  ],
  [
    'a function with rights of its own has a pinned search path and is not for everybody',
    `${definer('planted', '')}; revoke all on function planted from public`,
    'planted',
  ],
  [
    'a function with rights of its own has a pinned search path and is not for everybody',
    definer('planted', 'set search_path = pg_catalog'),
    'planted',
  ],
  ['the four roles exist, cannot log in, and have no powers', 'alter role microapp_owner login', 'microapp_owner'],
  [
    'the four roles exist, cannot log in, and have no powers',
    'alter role microapp_workspace bypassrls',
    'microapp_workspace',
  ],
  [
    'the four roles exist, cannot log in, and have no powers',
    'alter role microapp_lookup superuser',
    'microapp_lookup',
  ],
  ['the four roles are members of no role', 'grant microapp_lookup to microapp_system', 'microapp_system'],
  ['the logs are append-only', 'grant delete on audit_log to microapp_owner', 'audit_log: delete by microapp_owner'],
  [
    'the logs are append-only',
    'grant update (reason) on access_log to microapp_system',
    'access_log: update by microapp_system',
  ],
];

describe('the list of plants', () => {
  it('spoils every rule that it can', () => {
    const spoiled = new Set(plants.map(([rule]) => rule));
    const rest = wallRules.map(({ name }) => name).filter((name) => !spoiled.has(name));
    expect(rest).toEqual(['there are tenant tables and owner tables']);
  });
});

describeOnBothEngines('the catalogue', (open) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await open();
    await test.admin.query('select access_log_open_day(current_date)');
  });

  /** What the wall looks like after `sql`, which is then undone. */
  function breachesAfter(sql: string): Promise<string[]> {
    return test.admin.session(async (session) => {
      await session.execute('begin');
      try {
        await session.execute(sql);
        // What the catalogue says is the same for everybody; here a superuser asks, who can also spoil it.
        return await findWallBreaches(queriesOn(session) as SystemTx);
      } finally {
        await session.execute('rollback');
      }
    });
  }

  it('shows a tenant wall without a gap (H55, H56, H57)', async () => {
    expect(await breachesAfter('select 1')).toEqual([]);
  });

  it('holds sound plants to be sound', async () => {
    expect(await breachesAfter(sound)).toEqual([]);
    expect(await breachesAfter(soundOwned)).toEqual([]);
  });

  it.each(plants)('shows a gap when it is not so that %s (%#)', async (rule, sql, offender) => {
    expect(await breachesAfter(sql)).toContain(`${rule}: ${offender}`);
  });

  it('shows a gap when there is no table to look at', async () => {
    const breaches = await breachesAfter('alter schema public rename to elsewhere; create schema public');
    expect(breaches).toEqual([
      'there are tenant tables and owner tables: tenant tables',
      'there are tenant tables and owner tables: owner tables',
    ]);
  });
});

type Grants = { name: string; select: boolean; insert: boolean; delete: boolean; updatable: string | null };

const run = (tx: WorkspaceTx | OwnerTx, text: string, parameters: readonly unknown[] = []) =>
  tx.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, [...parameters]));

/** Whether the row was refused by a policy, the whole statement for want of a grant, or neither. */
async function refusalOf(attempt: Promise<unknown>): Promise<unknown> {
  const error: unknown = await attempt.then(
    () => 'accepted',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SqlError) || error.sqlState !== insufficientPrivilege) return error;
  return error.message.includes('row-level security') ? 'row refused' : 'not granted';
}
const insufficientPrivilege = '42501';

/** Runs `use` and undoes what it did. */
async function undone<T>(
  transact: (run: (tx: WorkspaceTx | OwnerTx) => Promise<never>) => Promise<never>,
  use: (tx: WorkspaceTx | OwnerTx) => Promise<T>,
): Promise<T> {
  const outcome: { value?: { it: T } } = {};
  const undo = new Error('undo');
  await expect(
    transact(async (tx) => {
      outcome.value = { it: await use(tx) };
      throw undo;
    }),
  ).rejects.toBe(undo);
  if (outcome.value === undefined) throw new Error('the callback did not run');
  return outcome.value.it;
}

describeOnBothEngines('a query that forgets to filter', (open) => {
  let test: TestDatabase;
  let tables: TenantTable[];
  let tenantTables: TenantTable[];

  beforeAll(async () => {
    test = await open();
    tables = await test.admin.session(readTenantTables);
    tenantTables = tables.filter(({ workspaceColumn }) => workspaceColumn !== null);
    await test.admin.session((session) => fillTables(session, tables, tenants));
  });

  async function grantsOf(role: string): Promise<Map<string, Grants>> {
    const rows = await test.admin.query(
      `select c.relname as name,
         has_table_privilege($1, c.oid, 'select') as "select", has_table_privilege($1, c.oid, 'insert') as "insert",
         has_table_privilege($1, c.oid, 'delete') as "delete",
         (select attname from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and has_column_privilege($1, c.oid, a.attnum, 'update') order by a.attnum limit 1) as updatable
       from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`,
      [role],
    );
    // The query above builds exactly this shape.
    return new Map((rows as Grants[]).map((grants) => [grants.name, grants]));
  }

  async function granted(
    role: string,
    of: readonly TenantTable[],
    may: (grants: Grants) => boolean,
  ): Promise<TenantTable[]> {
    const grants = await grantsOf(role);
    const found = of.filter(({ name }) => {
      const its = grants.get(name);
      return its !== undefined && may(its);
    });
    expect(found.length).toBeGreaterThan(0);
    return found;
  }

  it('finds tables of tenants and of owners, workspaces among them', () => {
    expect(tenantTables.map(({ name }) => name)).toContain('workspaces');
    expect(tables.map(({ name }) => name)).toContain('owners');
    expect(tables.length).toBeGreaterThan(tenantTables.length);
  });

  it('reads, as each workspace, its own rows of every table and no other’s (H33, H55, H56, H57)', async () => {
    for (const { name, workspaceColumn } of await granted('microapp_workspace', tenantTables, (may) => may.select)) {
      for (const tenant of tenants) {
        const { rows } = await test.db.withWorkspace(tenant, (tx) => run(tx, `select * from "${name}"`));
        expect({ name, seen: rows.map((row) => row[String(workspaceColumn)]) }).toEqual({
          name,
          seen: [tenant.workspaceId],
        });
      }
    }
  });

  it('shows which tables it reads: none as a workspace that does not exist, its own as one that does', async () => {
    const nobody = { ownerId: 'own_nobody', workspaceId: 'ws_nobody' };
    const unseen = await test.db.withWorkspace(nobody, tablesSeenUnfiltered);
    expect(unseen).toEqual({ asked: expect.any(Number), seen: [] });
    expect(unseen.asked).toBeGreaterThan(5);
    const { seen } = await test.db.withWorkspace(acme1, tablesSeenUnfiltered);
    expect(seen).toContain('workspaces');
  });

  it('reads, as each workspace, nothing of another owner from the owners’ tables (H33, H56)', async () => {
    const owned = tables.filter(({ workspaceColumn }) => workspaceColumn === null);
    for (const { name, ownerColumn } of await granted('microapp_workspace', owned, (may) => may.select)) {
      for (const tenant of tenants) {
        const { rows } = await test.db.withWorkspace(tenant, (tx) => run(tx, `select * from "${name}"`));
        expect({ name, seen: rows.map((row) => row[String(ownerColumn)]) }).toEqual({ name, seen: [tenant.ownerId] });
      }
    }
  });

  it('reads, as each owner, the rows of all its workspaces and of no other owner', async () => {
    for (const table of await granted('microapp_owner', tables, (may) => may.select)) {
      for (const { ownerId } of [acme1, zenith]) {
        const { rows } = await test.db.withOwner({ ownerId }, (tx) => run(tx, `select * from "${table.name}"`));
        const expected = tenantsOf(table, tenants).filter((tenant) => tenant.ownerId === ownerId);
        expect({ name: table.name, seen: rows.map((row) => row[String(table.ownerColumn)]) }).toEqual({
          name: table.name,
          seen: expected.map((tenant) => tenant.ownerId),
        });
      }
    }
  });

  it.each(['microapp_workspace', 'microapp_owner'])(
    'reads nothing at all as %s without a setting, or with an empty one (H56)',
    async (role) => {
      const readable = await granted(role, tables, (may) => may.select);
      const count = async (session: Session, opening: string): Promise<unknown[]> => {
        await session.execute(`begin; set local role ${role}; ${opening}`);
        const counts = [];
        for (const { name } of readable) {
          const { rows } = await session.query(`select count(*) as seen from "${name}"`, []);
          counts.push({ name, seen: rows[0]?.['seen'] });
        }
        await session.execute('rollback');
        return counts;
      };
      const nothing = readable.map(({ name }) => ({ name, seen: 0 }));
      expect(await test.admin.session((session) => count(session, ''))).toEqual(nothing);
      const empty = `set local app.workspace_id = ''; set local app.owner_id = ''`;
      expect(await test.admin.session((session) => count(session, empty))).toEqual(nothing);
    },
  );

  it('changes, as a workspace, its own rows only (H33, H56)', async () => {
    const grants = await grantsOf('microapp_workspace');
    for (const { name } of await granted('microapp_workspace', tenantTables, (may) => may.updatable !== null)) {
      const column = grants.get(name)?.updatable;
      const changed = await undone(
        (use) => test.db.withWorkspace(acme1, use),
        (tx) => run(tx, `update "${name}" set "${column}" = "${column}"`),
      );
      expect({ name, changed: changed.numAffectedRows }).toEqual({ name, changed: 1n });
    }
  });

  it('deletes, as a workspace, its own rows only (H33, H56)', async () => {
    for (const { name } of await granted('microapp_workspace', tenantTables, (may) => may.delete)) {
      const deleted = await undone(
        (use) => test.db.withWorkspace(acme1, use),
        (tx) => run(tx, `delete from "${name}"`),
      );
      expect({ name, deleted: deleted.numAffectedRows }).toEqual({ name, deleted: 1n });
    }
  });

  it('changes, as an owner, the rows of its own workspaces only', async () => {
    const grants = await grantsOf('microapp_owner');
    for (const table of await granted('microapp_owner', tables, (may) => may.updatable !== null)) {
      const column = grants.get(table.name)?.updatable;
      const changed = await undone(
        (use) => test.db.withOwner(zenith, use),
        (tx) => run(tx, `update "${table.name}" set "${column}" = "${column}"`),
      );
      expect({ name: table.name, changed: changed.numAffectedRows }).toEqual({ name: table.name, changed: 1n });
    }
  });

  it('cannot write a row that names another workspace, of the same owner or of another (H33, H53, H55, H56)', async () => {
    const insertable = await granted('microapp_workspace', tenantTables, (may) => may.insert);
    for (const table of tenantTables) {
      const expected = insertable.includes(table) ? 'row refused' : 'not granted';
      for (const other of [acme2, zenith]) {
        const { text, parameters } = insertFor(table, other, 'planted');
        const answer = await refusalOf(test.db.withWorkspace(acme1, (tx) => run(tx, text, parameters)));
        expect({ name: table.name, answer }).toEqual({ name: table.name, answer: expected });
      }
    }
  });

  it('cannot write, as an owner, a row of another owner', async () => {
    for (const table of await granted('microapp_owner', tables, (may) => may.insert)) {
      const { text, parameters } = insertFor(table, zenith, 'planted');
      const answer = await refusalOf(test.db.withOwner(acme1, (tx) => run(tx, text, parameters)));
      expect({ name: table.name, answer }).toEqual({ name: table.name, answer: 'row refused' });
    }
  });

  it('has left every table as it was', async () => {
    for (const table of tables) {
      const [row] = await test.admin.query(`select count(*) as rows from "${table.name}"`);
      expect({ name: table.name, rows: row?.['rows'] }).toEqual({
        name: table.name,
        rows: tenantsOf(table, tenants).length,
      });
    }
  });
});
