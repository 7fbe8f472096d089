import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { findProviderKey, setProviderKeyDeleted } from './store.ts';

/** Destroys the key. Repeating it changes nothing. */
export async function deleteProviderKey(
  { clock }: { clock: Clock },
  tx: OwnerTx,
  id: string,
): Promise<'deleted' | 'already_deleted'> {
  if (await setProviderKeyDeleted(tx, id, new Date(clock.now()))) return 'deleted';
  if ((await findProviderKey(tx, id)) === undefined) throw notFound('provider key');
  return 'already_deleted';
}
