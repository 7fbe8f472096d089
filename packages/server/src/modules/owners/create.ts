import type { Clock } from '../../platform/clock.ts';
import type { Database, OwnerTx } from '../../platform/db/index.ts';
import type { OwnerPrincipal, RequestFacts } from '../../platform/http/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import { recordAudit } from '../audit/index.ts';
import { checkFirstOwner } from './check-first-owner.ts';
import { insertOwner } from './store.ts';

/** Makes what an owner begins with, inside the transaction that makes the owner. */
export type FurnishOwner = (
  tx: OwnerTx,
  ownerId: string,
) => Promise<{ workspaceId: string; keyId: string; key: Secret }>;

type Created = Awaited<ReturnType<FurnishOwner>> & { id: string; name: string; createdAt: Date };

/**
 * Makes a further owner with a workspace and a key. Throws `permission_denied` for every owner but the installation's
 * first.
 *
 * The new owner's rows and the line in its maker's trail belong to two owners, and no transaction reaches over that wall.
 * The key is answered only after the line is written: what a failure in between leaves behind is an owner whose one key
 * nobody has ever seen.
 */
export async function createOwner(
  deps: { db: Database; clock: Clock; random: Random; furnish: FurnishOwner },
  { principal, request }: { principal: OwnerPrincipal; request: RequestFacts },
  name: string,
): Promise<Created> {
  await checkFirstOwner(deps, principal);
  const owner = { id: newId(deps.random, 'owner'), name, createdAt: new Date(deps.clock.now()) };
  const furnished = await deps.db.withOwner({ ownerId: owner.id }, async (tx) => {
    await insertOwner(tx, { id: owner.id, name, created_at: owner.createdAt });
    return deps.furnish(tx, owner.id);
  });
  const { workspaceId, keyId } = furnished;
  await deps.db.withOwner(principal, (tx) =>
    recordAudit(
      deps,
      { tx, principal, request },
      { event: 'owner.created', targetId: owner.id, detail: { workspaceId, keyId } },
    ),
  );
  return { ...owner, ...furnished };
}
