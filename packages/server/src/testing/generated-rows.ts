import { randomUUID } from 'node:crypto';
import type { Session } from '../platform/db/engine.ts';

/** A table of tenants or owners, and how to fill it: read from the catalogue, so that none can be forgotten. */
export type TenantTable = {
  name: string;
  /** The column that holds the workspace; null for a table of owners. */
  workspaceColumn: string | null;
  ownerColumn: string | null;
  columns: TenantColumn[];
};

type TenantColumn = {
  name: string;
  type: string;
  /** The first literal of a check such as `status in ('active', …)`. */
  allowed: string | null;
};

export type Tenant = { ownerId: string; workspaceId: string };

const tablesQuery = `
  select c.relname as name,
    case when c.relname = 'workspaces' then 'id'
      when bool_or(a.attname = 'workspace_id') then 'workspace_id' end as "workspaceColumn",
    case when c.relname = 'owners' then 'id' when bool_or(a.attname = 'owner_id') then 'owner_id' end as "ownerColumn",
    jsonb_agg(jsonb_build_object(
      'name', a.attname,
      'type', t.typname,
      'allowed', (
        select substring(pg_get_constraintdef(k.oid) from '''([^'']+)''::text')
        from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] limit 1)
    ) order by a.attnum) as columns
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    and a.attidentity <> 'a' and a.attgenerated = ''
  join pg_type t on t.oid = a.atttypid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  group by c.relname
  having c.relname in ('workspaces', 'owners') or bool_or(a.attname in ('workspace_id', 'owner_id'))
  order by c.relname`;

/** Every table with a tenant's or an owner's rows. Throws when there is none. */
export async function readTenantTables(session: Session): Promise<TenantTable[]> {
  const { rows } = await session.query(tablesQuery, []);
  if (rows.length === 0) throw new Error('the database has no tables of tenants');
  // The query above builds exactly this shape.
  return rows as TenantTable[];
}

/** An insert of one row that belongs to `tenant`; `label` tells rows of one tenant apart. */
export function insertFor(
  table: TenantTable,
  tenant: Tenant,
  label: string,
): { text: string; parameters: readonly unknown[] } {
  const names = table.columns.map(({ name }) => `"${name}"`).join(', ');
  const places = table.columns.map((_, index) => `$${index + 1}`).join(', ');
  return {
    text: `insert into "${table.name}" (${names}) values (${places})`,
    parameters: table.columns.map((column) => valueFor(table, column, tenant, label)),
  };
}

function valueFor(table: TenantTable, column: TenantColumn, tenant: Tenant, label: string): unknown {
  if (column.name === table.workspaceColumn) return tenant.workspaceId;
  if (column.name === table.ownerColumn) return tenant.ownerId;
  if (column.allowed !== null && column.type === 'text') return column.allowed;
  const unique = [table.name, column.name, tenant.ownerId, tenant.workspaceId, label].join('-');
  switch (column.type) {
    case 'text':
      return unique;
    case '_text':
      return [unique];
    case 'uuid':
      return randomUUID();
    case 'bytea':
      return Buffer.from(unique);
    case 'json':
    case 'jsonb':
      return {};
    case 'bool':
      return false;
    case 'date':
    case 'timestamptz':
      return new Date();
    case 'float8':
    case 'int2':
    case 'int4':
    case 'int8':
      return 1;
    default:
      throw new Error(`no value is known for ${table.name}.${column.name}, a ${column.type}: add it here`);
  }
}

/**
 * Fills every table with one row of each tenant, past policies, triggers and foreign keys. `session` must be a
 * superuser's.
 */
export async function fillTables(
  session: Session,
  tables: readonly TenantTable[],
  tenants: readonly Tenant[],
): Promise<void> {
  await session.execute(`select access_log_open_day(current_date); set session_replication_role = replica`);
  for (const table of tables) {
    for (const tenant of tenantsOf(table, tenants)) {
      const { text, parameters } = insertFor(table, tenant, 'first');
      await session.query(text, parameters);
    }
  }
  await session.execute('set session_replication_role = origin');
}

/** Whoever has a row of its own in the table: each workspace or, in a table of owners, each owner. */
export function tenantsOf(table: TenantTable, tenants: readonly Tenant[]): Tenant[] {
  if (table.workspaceColumn !== null) return [...tenants];
  return [...new Map(tenants.map((tenant) => [tenant.ownerId, tenant])).values()];
}
