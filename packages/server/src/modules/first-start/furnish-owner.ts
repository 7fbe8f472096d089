import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import type { Random } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import { issueOwnerKey } from '../owner-keys/index.ts';
import { createWorkspace } from '../workspaces/index.ts';

/** What every owner begins with: a workspace of its own, and a key, `given` or made. */
export async function furnishOwner(
  deps: { clock: Clock; random: Random },
  tx: OwnerTx,
  { ownerId, given }: { ownerId: string; given?: Secret | undefined },
): Promise<{ workspaceId: string; keyId: string; key: Secret }> {
  const workspace = await createWorkspace(deps, tx, {
    ownerId,
    wanted: { name: 'Our own', portalEnabled: true, features: ['tool:run'] },
  });
  const { row, secret } = await issueOwnerKey(deps, tx, { ownerId, label: 'First key', given });
  return { workspaceId: workspace.id, keyId: row.id, key: secret };
}
