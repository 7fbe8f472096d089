import { sql } from 'kysely';
import type { OwnerTx } from '../../platform/db/index.ts';

/** Marks the demo's workspace among its owner's; a name can be changed by anybody. */
export const demoAttributes = { demo: true };

export async function findDemoWorkspace(tx: OwnerTx): Promise<{ id: string } | undefined> {
  return tx
    .selectFrom('workspaces')
    .select('id')
    .where('deleted_at', 'is', null)
    .where(sql<boolean>`attributes @> ${JSON.stringify(demoAttributes)}::jsonb`)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
}

/** The surface of that name in the workspace. */
export async function findDemoSurface(
  tx: OwnerTx,
  workspaceId: string,
  name: string,
): Promise<{ id: string } | undefined> {
  return tx
    .selectFrom('surfaces')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
}

/** A token of the workspace that can be rotated, for pages on `origins`. */
export async function findDemoToken(
  tx: OwnerTx,
  workspaceId: string,
  { origins, label }: { origins: readonly string[]; label: string },
): Promise<{ id: string } | undefined> {
  return tx
    .selectFrom('embed_tokens')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('revoked_at', 'is', null)
    .where('label', '=', label)
    .where(sql<boolean>`allowed_origins = ${[...origins]}::text[]`)
    .limit(1)
    .executeTakeFirst();
}
