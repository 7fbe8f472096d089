/** Whose rows a transaction may see: the settings and the role that the policies of every table go by. */

/** Principals of a workspace satisfy this. */
export type WorkspaceScope = { readonly ownerId: string; readonly workspaceId: string };
/** Principals of an owner satisfy this. */
export type OwnerScope = { readonly ownerId: string };
/** Why somebody reaches past the tenants: noun and verb, for example `access.look-up`. */
export type SystemReason = `${string}.${string}`;

const idForm = /^[A-Za-z0-9_-]{1,64}$/;
const reasonForm = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/;
const reasonLengthMax = 64;

/** Opens a transaction as one workspace. Throws `TypeError` for an id that is none: it would stand in the SQL as it is. */
export function openAsWorkspace({ ownerId, workspaceId }: WorkspaceScope): string {
  return opening('microapp_workspace', { workspace_id: parseId(workspaceId), owner_id: parseId(ownerId) });
}

/** Opens a transaction as one owner. Throws `TypeError` for an id that is none. */
export function openAsOwner({ ownerId }: OwnerScope): string {
  return opening('microapp_owner', { owner_id: parseId(ownerId) });
}

/** Opens a transaction of no tenant. Throws `TypeError` for a reason that is not two words with a dot between them. */
export function openAsSystem(reason: SystemReason): string {
  return ['begin', ...openingOfSystem(reason)].join('; ');
}

/** The same without its `begin`, for a message that is a transaction by itself. */
export function openingOfSystem(reason: SystemReason): string[] {
  if (!reasonForm.test(reason) || reason.length > reasonLengthMax) throw new TypeError('a reason reads noun.verb');
  return statements('microapp_system', { reason });
}

type Settings = { workspace_id?: string; owner_id?: string; reason?: string };

/**
 * One message of several statements, never part of a statement that reads: the order in which one statement evaluates its
 * parts is not promised. `local` makes role and settings end with the transaction, however it ends.
 */
function opening(role: string, settings: Settings): string {
  return ['begin', ...statements(role, settings)].join('; ');
}

function statements(role: string, settings: Settings): string[] {
  const assignments = Object.entries(settings).map(([name, value]) => `set local app.${name} = '${value}'`);
  return [`set local role ${role}`, ...assignments];
}

function parseId(id: string): string {
  if (!idForm.test(id)) throw new TypeError('an id has 1 to 64 characters: letters, digits, dash and underscore');
  return id;
}
