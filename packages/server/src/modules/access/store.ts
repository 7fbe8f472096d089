import { sql } from 'kysely';
import type { SystemTx } from '../../platform/db/index.ts';

export type OwnerScoped = { id: string; ownerId: string };
export type WorkspaceScoped = OwnerScoped & { workspaceId: string };

type At<Found> = Found & { place: number };

/** Where owner keys belong, by the hashes of their secrets, in their order. Identifiers only: the record is behind the tenant's wall. */
export async function lookUpOwnerKeys(
  tx: SystemTx,
  hashes: readonly Buffer[],
): Promise<readonly (OwnerScoped | undefined)[]> {
  const { rows } = await sql<At<OwnerScoped>>`
    select asked.place, found.id, found.owner_id as "ownerId"
    from unnest(${hashes}::bytea[]) with ordinality as asked (hash, place)
    cross join lateral lookup.owner_key(asked.hash) as found`.execute(tx);
  return inPlace(rows);
}

/** Where sessions of the dashboard belong, by the hashes of their secrets, in their order. */
export async function lookUpDashboardSessions(
  tx: SystemTx,
  hashes: readonly Buffer[],
): Promise<readonly (OwnerScoped | undefined)[]> {
  const { rows } = await sql<At<OwnerScoped>>`
    select asked.place, found.id, found.owner_id as "ownerId"
    from unnest(${hashes}::bytea[]) with ordinality as asked (hash, place)
    cross join lateral lookup.dashboard_session(asked.hash) as found`.execute(tx);
  return inPlace(rows);
}

/** Where embed tokens belong, by the hashes of their secrets, in their order. */
export async function lookUpEmbedTokens(
  tx: SystemTx,
  hashes: readonly Buffer[],
): Promise<readonly (WorkspaceScoped | undefined)[]> {
  const { rows } = await sql<At<WorkspaceScoped>>`
    select asked.place, found.id, found.owner_id as "ownerId", found.workspace_id as "workspaceId"
    from unnest(${hashes}::bytea[]) with ordinality as asked (hash, place)
    cross join lateral lookup.embed_token(asked.hash) as found`.execute(tx);
  return inPlace(rows);
}

/** Where client tokens belong, by their values, which are public, in their order. */
export async function lookUpClientTokens(
  tx: SystemTx,
  values: readonly string[],
): Promise<readonly (WorkspaceScoped | undefined)[]> {
  const { rows } = await sql<At<WorkspaceScoped>>`
    select asked.place, found.id, found.owner_id as "ownerId", found.workspace_id as "workspaceId"
    from unnest(${values}::text[]) with ordinality as asked (value, place)
    cross join lateral lookup.client_token(asked.value) as found`.execute(tx);
  return inPlace(rows);
}

function inPlace<Found>(rows: readonly At<Found>[]): (Found | undefined)[] {
  const found: (Found | undefined)[] = [];
  for (const { place, ...row } of rows) found[place - 1] = row as Found; // what is left of the row is what was found
  return found;
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

/** Where API keys belong, each by all the names that it may be stored by, in their order. */
export async function lookUpApiKeys(
  tx: SystemTx,
  keys: readonly (readonly Buffer[])[],
): Promise<readonly (OwnerScoped | undefined)[]> {
  const names = keys.flat();
  const places = keys.flatMap((own, index) => own.map(() => index + 1));
  const { rows } = await sql<At<OwnerScoped>>`
    select asked.place, found.id, found.owner_id as "ownerId"
    from unnest(${names}::bytea[], ${places}::int[]) as asked (name, place)
    cross join lateral lookup.api_key(array[asked.name]) as found`.execute(tx);
  return inPlace(rows);
}

/** Where API keys belong, by their public ids, in their order. */
export async function lookUpApiKeysById(
  tx: SystemTx,
  ids: readonly string[],
): Promise<readonly (OwnerScoped | undefined)[]> {
  const { rows } = await sql<At<OwnerScoped>>`
    select asked.place, found.id, found.owner_id as "ownerId"
    from unnest(${ids}::text[]) with ordinality as asked (id, place)
    cross join lateral lookup.api_key_by_id(asked.id) as found`.execute(tx);
  return inPlace(rows);
}

/** Whose the tools with public runs are, by their slugs, in their order. */
export async function lookUpPublicTools(
  tx: SystemTx,
  slugs: readonly string[],
): Promise<readonly (OwnerScoped | undefined)[]> {
  const { rows } = await sql<At<OwnerScoped>>`
    select asked.place, found.id, found.owner_id as "ownerId"
    from unnest(${slugs}::text[]) with ordinality as asked (slug, place)
    cross join lateral lookup.public_tool(asked.slug) as found`.execute(tx);
  return inPlace(rows);
}

const tableOf = {
  owner_key: 'owner_keys',
  embed_token: 'embed_tokens',
  client_token: 'client_tokens',
  api_key: 'api_keys',
  dashboard_session: 'dashboard_sessions',
  member: 'members',
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
