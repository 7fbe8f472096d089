import Type from 'typebox';
import { Id } from './http.ts';

/** What a person may do on the management API. Each may do what those before it may. */
export const managementRoles = ['viewer', 'developer', 'admin'] as const;
export type ManagementRole = (typeof managementRoles)[number];
export const ManagementRoleSchema = Type.Enum(managementRoles);

type RoleRow = {
  reads: ManagementRole;
  /** Absent: nobody, whatever the role. */
  writes?: ManagementRole;
  because: string;
};

/**
 * The least role for each noun of the management API, which is its path's word after `/v1`. A noun that is not here has
 * no routes: absent means deny.
 */
export const managementNouns: Readonly<Record<string, RoleRow>> = {
  me: { reads: 'viewer', because: 'everybody may ask who they are' },
  overview: { reads: 'viewer', because: 'what happened today, in counts' },
  usage: { reads: 'viewer', because: 'counts, and nothing that could be changed' },
  runs: { reads: 'viewer', because: 'who ran what, without inputs and results' },
  'access-log': { reads: 'viewer', because: 'support finds out here why a widget is refused' },
  spikes: { reads: 'viewer', because: 'whoever sees a spike first should be able to say so' },
  audit: { reads: 'viewer', because: 'who watches over changes need not be who may make them' },
  workspaces: { reads: 'viewer', writes: 'developer', because: 'adding a customer is daily work' },
  apps: { reads: 'viewer', writes: 'developer', because: 'what is embedded is the developers’ work' },
  'app-examples': { reads: 'viewer', because: 'they are in the product’s own source' },
  surfaces: { reads: 'viewer', writes: 'developer', because: 'domains and client tokens change with customers’ sites' },
  'theme-suggestions': {
    reads: 'viewer',
    writes: 'developer',
    because: 'a page is fetched for whoever may use its colors',
  },
  'embed-tokens': { reads: 'viewer', writes: 'developer', because: 'a new secret is shown to those who embed it' },
  'provider-keys': { reads: 'admin', writes: 'admin', because: 'they spend the owner’s money elsewhere' },
  'webhook-secret': { reads: 'admin', writes: 'admin', because: 'whoever has it can call the owner’s endpoints as us' },
  'api-keys': { reads: 'admin', writes: 'admin', because: 'their holders sign tokens of their own' },
  'owner-keys': { reads: 'admin', writes: 'admin', because: 'whoever makes one can do everything, without a name' },
  'signing-keys': { reads: 'admin', writes: 'admin', because: 'every session of every owner hangs on them' },
  installation: {
    reads: 'admin',
    writes: 'admin',
    because: 'it belongs to all owners, and the first one answers for it',
  },
  members: { reads: 'viewer', writes: 'admin', because: 'whoever invites people decides what they may do' },
  'dashboard-sessions': { reads: 'viewer', writes: 'viewer', because: 'everybody ends what they have begun' },
  owners: { reads: 'admin', writes: 'admin', because: 'a further owner is a further company on this installation' },
};

const readingMethods: readonly string[] = ['GET', 'HEAD'];

/**
 * The least role for a route of the management API; of several nouns in one path, such as
 * `/v1/workspaces/:id/embed-tokens`, the strictest row counts. Throws for a route that the table does not know, and for
 * one that writes what nobody may: such a route must not come to exist.
 */
export function roleNeeded({ method, path }: { method: string; path: string }): ManagementRole {
  const [root, noun = '', ...rest] = path.split('/').slice(1);
  if (root !== 'v1' || !Object.hasOwn(managementNouns, noun)) {
    throw new Error(`${method} ${path}: "${noun}" is no noun of the management API. Add its row to the roles.`);
  }
  const rows = [noun, ...rest].flatMap((word) => {
    const row = Object.hasOwn(managementNouns, word) ? managementNouns[word] : undefined;
    return row === undefined ? [] : [row];
  });
  const roles = rows.map((row) => (readingMethods.includes(method) ? row.reads : row.writes));
  return roles.reduce<ManagementRole>((strictest, role) => {
    if (role === undefined) throw new Error(`${method} ${path}: nobody may write here. Change its row of the roles.`);
    return roleAllows(strictest, role) ? strictest : role;
  }, 'viewer');
}

/** Whether whoever holds a role may do what takes another. */
export function roleAllows(held: ManagementRole, needed: ManagementRole): boolean {
  return managementRoles.indexOf(held) >= managementRoles.indexOf(needed);
}

/** The most that these words allow; words that are no roles allow nothing. */
export function highestRole(words: readonly unknown[]): ManagementRole | undefined {
  return managementRoles.findLast((role) => words.includes(role));
}

/** What a role may do, as `noun:read` and `noun:write`, for who wants to show only what works. */
export function permissionsOfRole(role: ManagementRole): string[] {
  return Object.entries(managementNouns).flatMap(([noun, { reads, writes }]) => [
    ...(roleAllows(role, reads) ? [`${noun}:read`] : []),
    ...(writes !== undefined && roleAllows(role, writes) ? [`${noun}:write`] : []),
  ]);
}

/** Who a management credential is. */
export const Me = Type.Object({
  class: Type.Enum(['owner_key', 'oidc_user', 'member']),
  credentialId: Type.String({ description: "An owner key's id, a member's id, or the `sub` of an access token." }),
  ownerId: Id,
  role: ManagementRoleSchema,
  permissions: Type.Array(Type.String(), { description: 'What the role may do, as noun:read and noun:write.' }),
});
