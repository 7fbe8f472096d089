import type { Session } from './engine.ts';

/** The server logs in as a role that could walk around the tenant wall. The message says what to change. */
export class ServerRoleError extends Error {
  override readonly name = 'ServerRoleError';
}

const neededRoles = ['microapp_workspace', 'microapp_owner', 'microapp_system'] as const;

/**
 * Throws `ServerRoleError`, naming everything that is wrong, unless the session's role is an ordinary one: no superuser,
 * no `bypassrls`, not the owner of a table nor able to become it or another such role, not able to read as the look-up
 * functions do, and able to switch to the three roles that the server works as.
 */
export async function assertServerRole(session: Session): Promise<void> {
  const { rows } = await session.query(roleQuery, [neededRoles]);
  const facts = rows[0];
  if (facts === undefined) throw new ServerRoleError('the database does not know the role that is logged in');
  const problems = findProblems(facts);
  if (problems.length === 0) return;
  throw new ServerRoleError(
    `The role ${String(facts['name'])} of DATABASE_URL cannot serve: ${problems.join('; ')}. ` +
      'Make an ordinary role for the server, and keep the owner of the tables for DATABASE_MIGRATION_URL.',
  );
}

function findProblems(facts: Record<string, unknown>): string[] {
  const missing = facts['missing_roles'];
  const missingRoles = Array.isArray(missing) ? missing.map(String) : [];
  return [
    facts['is_superuser'] === true && 'it is a superuser',
    facts['bypasses'] === true && 'it bypasses row-level security (bypassrls)',
    facts['becomes_privileged'] === true && 'it may become a role that is a superuser or bypasses row-level security',
    facts['owns_tables'] === true && 'it owns tables, or may become their owner',
    facts['looks_up'] === true && 'it is a member of microapp_lookup',
    missingRoles.length > 0 &&
      `it is not a member of ${missingRoles.join(', ')} (grant ${missingRoles.join(', ')} to it)`,
  ].filter((problem) => problem !== false);
}

/** Before PostgreSQL 16 membership always included the right to switch (`set role`). */
const roleQuery = `
  with me as (select oid, rolname, rolsuper, rolbypassrls from pg_roles where rolname = session_user)
  select
    me.rolname as name,
    me.rolsuper as is_superuser,
    me.rolbypassrls as bypasses,
    -- A superuser is a member of everything: say that once.
    not me.rolsuper and exists (
      select from pg_roles other
      where other.oid <> me.oid and (other.rolsuper or other.rolbypassrls) and pg_has_role(me.oid, other.oid, 'member')
    ) as becomes_privileged,
    not me.rolsuper and exists (
      select from pg_class
      where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and pg_has_role(me.oid, relowner, 'member')
    ) as owns_tables,
    not me.rolsuper and exists (
      select from pg_roles other
      where other.rolname = 'microapp_lookup' and pg_has_role(me.oid, other.oid, 'member')
    ) as looks_up,
    array(
      select needed from unnest($1::text[]) needed
      where to_regrole(needed) is null
        or not pg_has_role(
          me.oid, to_regrole(needed),
          case when current_setting('server_version_num')::integer >= 160000 then 'set' else 'member' end)
    ) as missing_roles
  from me`;
