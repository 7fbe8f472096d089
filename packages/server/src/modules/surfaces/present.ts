import type {
  Environment,
  Permission,
  SightingOutcome,
  SurfaceLimits,
  SurfaceLogo,
  SurfaceSighting,
} from '@microapp/contract';
import type { Static } from 'typebox';
import { logoPath } from './logo-path.ts';
import { logosOf, type KeptLogo, type SightingRow, type SurfaceWithToken } from './store.ts';

/** A surface as its owner sees it, with its public client token. `embedUrl` is where its logo is served. */
export function presentSurface(row: SurfaceWithToken, embedUrl: string) {
  const { light, dark } = logosOf(row);
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
    logos: { light: presentLogo(row.id, light, embedUrl), dark: presentLogo(row.id, dark, embedUrl) },
    limits: row.limits as Static<typeof SurfaceLimits>,
    clientToken: row.client_token,
    clientTokenId: row.client_token_id,
    clientTokenSeenInUrlAt: row.seen_in_url_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function presentLogo(surfaceId: string, logo: KeptLogo | undefined, embedUrl: string): SurfaceLogo | null {
  if (logo === undefined) return null;
  const { file, ...facts } = logo;
  return { url: embedUrl + logoPath(surfaceId, file), ...facts };
}

export function presentSighting(row: SightingRow): SurfaceSighting {
  return {
    origin: row.origin,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    outcome: row.outcome as SightingOutcome, // the table's own check
  };
}
