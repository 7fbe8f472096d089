import { sql } from 'kysely';
import type { SystemTx } from '../../platform/db/index.ts';

export type OwnerScoped = { id: string; ownerId: string };
export type WorkspaceScoped = OwnerScoped & { workspaceId: string };

/** Where an owner key belongs, by the hash of its secret. Identifiers only: the record is behind the tenant's wall. */
export async function lookUpOwnerKey(tx: SystemTx, hash: Buffer): Promise<OwnerScoped | undefined> {
  const { rows } = await sql<OwnerScoped>`select id, owner_id as "ownerId" from lookup.owner_key(${hash})`.execute(tx);
  return rows[0];
}

/** Where an embed token belongs, by the hash of its secret. */
export async function lookUpEmbedToken(tx: SystemTx, hash: Buffer): Promise<WorkspaceScoped | undefined> {
  const { rows } = await sql<WorkspaceScoped>`
    select id, owner_id as "ownerId", workspace_id as "workspaceId" from lookup.embed_token(${hash})`.execute(tx);
  return rows[0];
}

/** Where a client token belongs, by its value, which is public. */
export async function lookUpClientToken(tx: SystemTx, value: string): Promise<WorkspaceScoped | undefined> {
  const { rows } = await sql<WorkspaceScoped>`
    select id, owner_id as "ownerId", workspace_id as "workspaceId" from lookup.client_token(${value})`.execute(tx);
  return rows[0];
}

/** What stands behind a surface's public id: its active client token. */
export async function lookUpClientTokenOfSurface(
  tx: SystemTx,
  surfaceId: string,
): Promise<WorkspaceScoped | undefined> {
  const { rows } = await sql<WorkspaceScoped>`
    select id, owner_id as "ownerId", workspace_id as "workspaceId"
    from lookup.client_token_of_surface(${surfaceId})`.execute(tx);
  return rows[0];
}

/** Where an embed token belongs, by its public id. */
export async function lookUpEmbedTokenById(tx: SystemTx, id: string): Promise<WorkspaceScoped | undefined> {
  const { rows } = await sql<WorkspaceScoped>`
    select id, owner_id as "ownerId", workspace_id as "workspaceId" from lookup.embed_token_by_id(${id})`.execute(tx);
  return rows[0];
}

/** Where an API key belongs, by the names that it may be stored by. */
export async function lookUpApiKey(tx: SystemTx, names: readonly Buffer[]): Promise<OwnerScoped | undefined> {
  const { rows } = await sql<OwnerScoped>`
    select id, owner_id as "ownerId" from lookup.api_key(${names}::bytea[])`.execute(tx);
  return rows[0];
}

/** Where an API key belongs, by its public id. */
export async function lookUpApiKeyById(tx: SystemTx, id: string): Promise<OwnerScoped | undefined> {
  const { rows } = await sql<OwnerScoped>`
    select id, owner_id as "ownerId" from lookup.api_key_by_id(${id})`.execute(tx);
  return rows[0];
}

const tableOf = {
  owner_key: 'owner_keys',
  embed_token: 'embed_tokens',
  client_token: 'client_tokens',
  api_key: 'api_keys',
} as const;

export type StampedClass = keyof typeof tableOf;
export type Stamp = { credentialClass: StampedClass; id: string; at: Date };

export function isStamped(credentialClass: string | undefined): credentialClass is StampedClass {
  return credentialClass !== undefined && Object.hasOwn(tableOf, credentialClass);
}

/** Moves `last_used_at` or `seen_in_url_at` forward, never back, for many credentials in one statement per class. */
export async function stampCredentials(
  tx: SystemTx,
  column: 'last_used_at' | 'seen_in_url_at',
  stamps: readonly Stamp[],
): Promise<void> {
  for (const [credentialClass, table] of Object.entries(tableOf)) {
    const own = stamps.filter((stamp) => stamp.credentialClass === credentialClass);
    if (own.length === 0) continue;
    const ids = own.map(({ id }) => id);
    const times = own.map(({ at }) => at.toISOString());
    const target = sql.ref(column);
    await sql`
      update ${sql.table(table)} as credential
      set ${target} = greatest(credential.${target}, stamp.at)
      from unnest(${ids}::text[], ${times}::timestamptz[]) as stamp (id, at)
      where credential.id = stamp.id`.execute(tx);
  }
}
