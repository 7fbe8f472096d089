import { CompiledQuery } from 'kysely';
import type { SystemTx, WorkspaceTx } from './tx.ts';

/**
 * What the catalogue of a migrated database must say for the tenant wall to stand. Every rule is one query that answers the
 * offenders, so a new table is judged without anybody remembering to.
 *
 * A tenant table has a `workspace_id`, or is `workspaces`; an owner table has an `owner_id` and no workspace, or is `owners`.
 * Partitions are reached through their parent's policies; on their own they have none, which denies everything.
 */
export type WallRule = { name: string; query: string };

const applicationRoles = `array['microapp_workspace', 'microapp_owner', 'microapp_system', 'microapp_lookup']`;

const isWorkspacesRow = (column: string): string =>
  `(${column} = NULLIF(current_setting(''app.workspace_id''::text, true), ''''::text))`;
const isOwnersRow = (column: string): string =>
  `(${column} = NULLIF(current_setting(''app.owner_id''::text, true), ''''::text))`;

/** The tables and policies as the rules speak of them. Policies are compared as PostgreSQL itself prints them. */
const facts = `
  with tables as (
    select c.oid, c.relname, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.relispartition, c.relacl,
      exists (select from pg_attribute where attrelid = c.oid and attname = 'workspace_id' and not attisdropped)
        or c.relname = 'workspaces' as is_tenant,
      exists (select from pg_attribute where attrelid = c.oid and attname = 'owner_id' and not attisdropped)
        or c.relname = 'owners' as is_owned,
      case c.relname when 'workspaces' then 'id' else 'workspace_id' end as workspace_column,
      case c.relname when 'owners' then 'id' else 'owner_id' end as owner_column
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
  ),
  policies as (
    select t.*, p.polname, p.polcmd, p.polpermissive,
      coalesce(r.rolname::text, 'public') as for_role,
      pg_get_expr(p.polqual, p.polrelid) as using_text,
      pg_get_expr(p.polwithcheck, p.polrelid) as check_text,
      format('${isWorkspacesRow('%I')}', t.workspace_column) as workspace_text,
      format('${isOwnersRow('%I')}', t.owner_column) as owner_text
    from tables t
    join pg_policy p on p.polrelid = t.oid
    cross join unnest(p.polroles) role_oid
    left join pg_roles r on r.oid = role_oid
  )`;

export const wallRules: readonly WallRule[] = [
  {
    name: 'there are tenant tables and owner tables',
    query: `${facts}
      select 'tenant tables' where not exists (select from tables where is_tenant)
      union all select 'owner tables' where not exists (select from tables where is_owned and not is_tenant)`,
  },
  {
    name: 'row-level security is enabled and forced',
    query: `${facts} select relname from tables
      where (is_tenant or is_owned) and not (relrowsecurity and relforcerowsecurity)`,
  },
  {
    name: 'a tenant table has a policy for the workspace’s role, for reading and for writing',
    query: `${facts} select relname from tables t
      where is_tenant and not relispartition and not exists (
        select from policies p where p.oid = t.oid and for_role = 'microapp_workspace' and polcmd = '*' and polpermissive
          and using_text = workspace_text and check_text = workspace_text)`,
  },
  {
    name: 'the workspace’s role has no wider policy on a tenant table',
    query: `${facts} select relname || '.' || polname from policies
      where is_tenant and for_role = 'microapp_workspace' and polpermissive
        and (using_text <> workspace_text or check_text <> workspace_text)`,
  },
  {
    name: 'elsewhere the workspace’s role reads only what belongs to its owner, and writes nothing',
    query: `${facts} select relname || '.' || polname from policies
      where not is_tenant and for_role = 'microapp_workspace' and polpermissive
        and not (is_owned and polcmd = 'r' and using_text = owner_text)`,
  },
  {
    name: 'an owner table has a policy for the owner’s role, for reading and for writing',
    query: `${facts} select relname from tables t
      where is_owned and not is_tenant and not relispartition and not exists (
        select from policies p where p.oid = t.oid and for_role = 'microapp_owner' and polcmd = '*' and polpermissive
          and using_text = owner_text and check_text = owner_text)`,
  },
  {
    name: 'the owner’s role has no wider policy',
    query: `${facts} select relname || '.' || polname from policies
      where for_role = 'microapp_owner' and polpermissive
        and (not is_owned or using_text <> owner_text or check_text <> owner_text)`,
  },
  {
    name: 'policies are for the four roles by name, and the look-up role only reads',
    query: `${facts} select relname || '.' || polname from policies
      where for_role <> all (${applicationRoles}) or (for_role = 'microapp_lookup' and polcmd <> 'r')`,
  },
  {
    // Foreign keys are checked past the policies: one that leaves out the tenant can point into another's rows.
    name: 'a foreign key between tenant tables carries the workspace',
    query: `${facts} select k.conname
      from pg_constraint k join tables t on t.oid = k.conrelid join tables f on f.oid = k.confrelid
      where k.contype = 'f' and t.is_tenant and f.is_tenant and t.oid <> f.oid and not exists (
        select from unnest(k.conkey, k.confkey) as pair (own, other)
        join pg_attribute o on o.attrelid = t.oid and o.attnum = pair.own
        join pg_attribute r on r.attrelid = f.oid and r.attnum = pair.other
        where o.attname = t.workspace_column and r.attname = f.workspace_column)`,
  },
  {
    name: 'a foreign key to an owner table carries the owner',
    query: `${facts} select k.conname
      from pg_constraint k join tables t on t.oid = k.conrelid join tables f on f.oid = k.confrelid
      where k.contype = 'f' and f.is_owned and (not f.is_tenant or not t.is_tenant) and not exists (
        select from unnest(k.conkey, k.confkey) as pair (own, other)
        join pg_attribute o on o.attrelid = t.oid and o.attnum = pair.own
        join pg_attribute r on r.attrelid = f.oid and r.attnum = pair.other
        where o.attname = 'owner_id' and r.attname = f.owner_column)`,
  },
  {
    name: 'no table belongs to the server’s role or to one that it switches to',
    query: `${facts} select relname from tables join pg_roles r on r.oid = relowner
      where r.rolname = 'microapp_server' or r.rolname = any (${applicationRoles})`,
  },
  {
    name: 'nothing is granted to everybody',
    query: `${facts} select distinct relname::text from tables, aclexplode(relacl) where grantee = 0
      union select c.relname || '.' || a.attname from pg_class c
        join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl)
        where c.relnamespace = 'public'::regnamespace and grantee = 0
      union select nspname from pg_namespace, aclexplode(nspacl)
        where nspname in ('public', 'lookup') and grantee = 0`,
  },
  {
    name: 'no view reads past the policies',
    query: `select relname from pg_class
      where relnamespace in (select oid from pg_namespace where nspname in ('public', 'lookup'))
        and (relkind = 'm' or relkind = 'v' and not coalesce(reloptions::text[] && array['security_invoker=true', 'security_invoker=on'], false))`,
  },
  {
    name: 'a look-up function runs as the look-up role and answers identifiers only',
    query: `select p.proname from pg_proc p join pg_roles r on r.oid = p.proowner
      where p.pronamespace = (select oid from pg_namespace where nspname = 'lookup')
        and not (p.prosecdef and r.rolname = 'microapp_lookup' and p.proargmodes is not null and not exists (
          select from unnest(p.proargnames, p.proargmodes) as argument (name, mode)
          where mode in ('o', 'b', 't') and name <> all (array['id', 'owner_id', 'workspace_id'])))`,
  },
  {
    name: 'a function with rights of its own has a pinned search path and is not for everybody',
    query: `select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema') and (
        not exists (select from unnest(p.proconfig) setting where setting like 'search_path=%')
        or exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) where grantee = 0))`,
  },
  {
    name: 'the four roles exist, cannot log in, and have no powers',
    query: `select wanted from unnest(${applicationRoles}) wanted left join pg_roles r on r.rolname = wanted
      where r.oid is null or rolcanlogin or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication`,
  },
  {
    name: 'the four roles are members of no role',
    query: `select m.rolname from pg_auth_members join pg_roles m on m.oid = member
      where m.rolname = any (${applicationRoles})`,
  },
  {
    name: 'the logs are append-only',
    query: `select distinct c.relname || ': ' || privilege || ' by ' || wanted
      from pg_class c, unnest(${applicationRoles}) wanted, unnest(array['update', 'delete', 'truncate']) privilege
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and c.relname ~ '^(access_log|audit_log)' and (
          has_table_privilege(wanted, c.oid, privilege)
          or privilege = 'update' and has_any_column_privilege(wanted, c.oid, privilege))`,
  },
];

/** Every breach of the wall as `rule: offender`; an empty list when it stands. Reads the catalogue only. */
export async function findWallBreaches(tx: SystemTx): Promise<string[]> {
  const breaches: string[] = [];
  for (const { name, query } of wallRules) {
    const { rows } = await tx.executeQuery<Record<string, unknown>>(CompiledQuery.raw(query));
    breaches.push(...rows.map((row) => `${name}: ${String(Object.values(row)[0])}`));
  }
  return breaches;
}

const readableTables = `
  select c.relname as name from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and has_table_privilege(c.oid, 'select')
  order by 1`;

/**
 * The tables that show a row to a query without a filter, of all that the transaction's role may read. As a workspace
 * that does not exist, of an owner that does not exist, it must be none.
 */
export async function tablesSeenUnfiltered(tx: WorkspaceTx): Promise<{ asked: number; seen: string[] }> {
  const { rows: tables } = await tx.executeQuery<{ name: string }>(CompiledQuery.raw(readableTables));
  const seen: string[] = [];
  for (const { name } of tables) {
    // The name is the catalogue's own.
    const { rows } = await tx.executeQuery(CompiledQuery.raw(`select from "${name}" limit 1`));
    if (rows.length > 0) seen.push(name);
  }
  return { asked: tables.length, seen };
}
