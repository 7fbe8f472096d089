import type { TenantWall } from '@microapp/contract';
import type { Database } from '../../platform/db/index.ts';
import { findWallBreaches, tablesSeenUnfiltered, wallRules } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';

/**
 * Whether row-level security stands behind every query, asked of the database itself: what its catalogue says, and what
 * a query that forgets to filter sees as a workspace that does not exist, with the very role that serves requests.
 */
export async function examineWall({ db, random }: { db: Database; random: Random }): Promise<TenantWall> {
  const nobody = { ownerId: newId(random, 'owner'), workspaceId: newId(random, 'workspace') };
  const breaches = await db.withSystem('installation.examine-wall', findWallBreaches);
  const { asked, seen } = await db.withWorkspace(nobody, tablesSeenUnfiltered);
  return {
    stands: breaches.length === 0 && seen.length === 0,
    engine: db.engine,
    rules: wallRules.length,
    tables: asked,
    breaches: [...breaches, ...seen.map((table) => `a query that forgets to filter reads rows: ${table}`)],
  };
}
