import type { Permission, Workspace, WorkspaceLimits } from '@microapp/contract';
import type { WorkspaceRow } from './store.ts';

/** A workspace as its owner sees it. */
export function presentWorkspace(row: WorkspaceRow): Workspace {
  return {
    id: row.id,
    ownerId: row.owner_id,
    name: row.name,
    status: row.status === 'active' ? 'active' : 'disabled',
    portalEnabled: row.portal_enabled,
    features: row.features as Permission[], // checked by the schema when saved
    allowedOrigins: row.allowed_origins,
    attributes: row.attributes as Record<string, unknown>, // checked by the schema when saved
    limits: row.limits as WorkspaceLimits, // checked by the schema when saved
    embedTokensReviewedAt: row.embed_tokens_reviewed_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
