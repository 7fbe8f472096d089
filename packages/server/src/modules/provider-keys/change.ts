import type { Provider, ProviderKeyChange } from '@microapp/contract';
import type { Static } from 'typebox';
import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { checkedBaseUrl } from './check-base-url.ts';
import { checkedDefaultModel } from './check-default-model.ts';
import { sealProviderKey } from './sealed-key.ts';
import { lockProviderKey, replaceProviderKey, updateProviderKey, type ProviderKeyRow } from './store.ts';

/** Changes the fields that are given. Another key makes another version. */
export async function changeProviderKey(
  { clock, envelope }: { clock: Clock; envelope: Envelope },
  tx: OwnerTx,
  { id, change }: { id: string; change: Static<typeof ProviderKeyChange> },
): Promise<ProviderKeyRow> {
  const row = await lockProviderKey(tx, id);
  if (row === undefined || row.deleted_at !== null) throw notFound('provider key');
  const provider = row.provider as Provider; // the table's own check
  const baseUrl = change.baseUrl === undefined ? {} : { base_url: checkedBaseUrl(provider, change.baseUrl) };
  const defaultModel =
    change.defaultModel === undefined ? {} : { default_model: checkedDefaultModel(provider, change.defaultModel) };
  if (change.key !== undefined) await replaceProviderKey(tx, id, sealProviderKey(envelope, id, change.key));
  return updateProviderKey(tx, id, {
    ...baseUrl,
    ...defaultModel,
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.isActive === undefined ? {} : { is_active: change.isActive }),
    updated_at: new Date(clock.now()),
  });
}
