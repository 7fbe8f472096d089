import type { Clock } from '../../platform/clock.ts';
import { freshCredential } from '../../platform/credential.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { hashSecret, type Secret } from '../../platform/secret.ts';
import { insertOwnerKey, type OwnerKeyRow } from './store.ts';

/** Makes an owner key; `given` installs a key that was made elsewhere. The secret is in this answer only. */
export async function issueOwnerKey(
  deps: { clock: Clock; random: Random },
  tx: OwnerTx,
  key: { ownerId: string; label: string | undefined; given?: Secret | undefined },
): Promise<{ row: OwnerKeyRow; secret: Secret }> {
  const { secret, hash } =
    key.given === undefined
      ? freshCredential(deps.random, 'owner_key')
      : { secret: key.given, hash: hashSecret(key.given.reveal()) };
  const row = await insertOwnerKey(tx, {
    id: newId(deps.random, 'ownerKey'),
    owner_id: key.ownerId,
    label: key.label ?? null,
    secret_hash: hash,
    created_at: new Date(deps.clock.now()),
  });
  return { row, secret };
}
