import type { Environment, Permission, SightingOutcome, SurfaceLimits, SurfaceSighting } from '@microapp/contract';
import type { Static } from 'typebox';
import type { SightingRow, SurfaceWithToken } from './store.ts';

/** A surface as its owner sees it, with its public client token. */
export function presentSurface(row: SurfaceWithToken) {
  return {
    id: row.id,
    ownerId: row.owner_id,
    workspaceId: row.workspace_id,
    name: row.name,
    environment: row.environment as Environment, // the table's own check
    apps: row.apps,
    permissions: row.permissions as Permission[], // these four: checked by the schema when saved
    allowedOrigins: row.allowed_origins,
    theme: row.theme as Record<string, string>,
    texts: row.texts as Record<string, string>,
    limits: row.limits as Static<typeof SurfaceLimits>,
    clientToken: row.client_token,
    clientTokenId: row.client_token_id,
    clientTokenSeenInUrlAt: row.seen_in_url_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function presentSighting(row: SightingRow): SurfaceSighting {
  return {
    origin: row.origin,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    outcome: row.outcome as SightingOutcome, // the table's own check
  };
}
