import type { Provider } from '@microapp/contract';
import { notFound } from '../../platform/app-error.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { Database } from '../../platform/db/index.ts';
import type { OwnerPrincipal } from '../../platform/http/index.ts';
import type { Outbound } from '../../platform/outbound/index.ts';
import { openProviderKey } from './sealed-key.ts';
import { findProviderKey } from './store.ts';
import { tryProviderKey, type Tried } from './try.ts';

/** Tries a stored key at its provider. No transaction is open while the provider is asked. */
export async function testProviderKey(
  { db, envelope, outbound }: { db: Database; envelope: Envelope; outbound: Outbound },
  principal: OwnerPrincipal,
  id: string,
): Promise<Tried> {
  const row = await db.withOwner(principal, (tx) => findProviderKey(tx, id));
  if (row === undefined || row.key_sealed === null) throw notFound('provider key');
  return tryProviderKey(outbound, {
    provider: row.provider as Provider, // the table's own check
    baseUrl: row.base_url,
    key: openProviderKey(envelope, id, row.key_sealed),
  });
}
