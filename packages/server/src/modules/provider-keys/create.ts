import type { ProviderKeyCreate } from '@microapp/contract';
import type { Static } from 'typebox';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { checkedBaseUrl } from './check-base-url.ts';
import { checkedDefaultModel } from './check-default-model.ts';
import { sealProviderKey } from './sealed-key.ts';
import { insertProviderKey, type ProviderKeyRow } from './store.ts';

/** Stores a key for a provider, sealed. */
export async function createProviderKey(
  { clock, random, envelope }: { clock: Clock; random: Random; envelope: Envelope },
  tx: OwnerTx,
  { ownerId, fields }: { ownerId: string; fields: Static<typeof ProviderKeyCreate> },
): Promise<ProviderKeyRow> {
  const id = newId(random, 'providerKey');
  const now = new Date(clock.now());
  return insertProviderKey(tx, {
    id,
    owner_id: ownerId,
    provider: fields.provider,
    name: fields.name ?? null,
    base_url: checkedBaseUrl(fields.provider, fields.baseUrl),
    default_model: checkedDefaultModel(fields.provider, fields.defaultModel),
    ...sealProviderKey(envelope, id, fields.key),
    is_active: fields.isActive ?? true,
    created_at: now,
    updated_at: now,
  });
}
