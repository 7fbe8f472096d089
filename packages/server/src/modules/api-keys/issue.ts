import { apiKeyAlphabet, apiKeyLength, apiKeyPrefixLength, type ApiKeyCreate } from '@microapp/contract';
import type { Static } from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { newUuid, randomText, type Random } from '../../platform/random.ts';
import { Secret } from '../../platform/secret.ts';
import { checkedOrigins, findWorkspace } from '../workspaces/index.ts';
import { sealApiKey, type Vault } from './sealed-key.ts';
import { insertApiKey, type ApiKeyRow } from './store.ts';

export type IssueDeps = Vault & { clock: Clock; random: Random };

/**
 * Issues an API key. The secret is in this answer only; what is stored is its encrypted form and a keyed hash. Apps are
 * names: one that does not exist yet, or is somebody else's, opens nothing.
 */
export async function issueApiKey(
  deps: IssueDeps,
  tx: OwnerTx,
  { ownerId, wanted }: { ownerId: string; wanted: Static<typeof ApiKeyCreate> },
): Promise<{ row: ApiKeyRow; secret: Secret }> {
  const { workspaceId } = wanted;
  if (workspaceId !== undefined && (await findWorkspace(tx, workspaceId)) === undefined) throw notFound('workspace');
  const allowedOrigins = checkedOrigins(wanted.allowedOrigins ?? [], 'production');

  const id = newUuid(deps.random);
  const secret = new Secret(randomText(deps.random, apiKeyAlphabet, apiKeyLength));
  const now = new Date(deps.clock.now());
  const row = await insertApiKey(tx, {
    id,
    owner_id: ownerId,
    workspace_id: workspaceId ?? null,
    name: wanted.name,
    key_prefix: secret.reveal().slice(0, apiKeyPrefixLength),
    ...sealApiKey(deps, id, secret),
    scope: wanted.scope,
    app_ids: wanted.appIds,
    allowed_origins: allowedOrigins,
    created_at: now,
    updated_at: now,
  });
  return { row, secret };
}
