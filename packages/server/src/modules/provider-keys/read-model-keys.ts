import type { Provider } from '@microapp/contract';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { Database } from '../../platform/db/index.ts';
import type { EmbedPrincipal, OwnerPrincipal } from '../../platform/http/index.ts';
import type { Secret } from '../../platform/secret.ts';
import { addressOf } from './address-of.ts';
import { openProviderKey } from './sealed-key.ts';
import { selectNewestActiveKeys, selectOwnNewestActiveKeys, type ActiveKeyRow } from './store.ts';

/** An owner's key as a call of a model needs it. */
export type ModelKey = { provider: Provider; baseUrl: string; defaultModel: string | null; key: Secret };

/**
 * The newest active key of each provider of the principal's owner, the newest of all first; empty when there is none.
 * Read anew for every run: a key that was switched off or deleted is then none on the very next one, on every instance,
 * and a read costs a thousandth of the call that follows it.
 */
export async function readModelKeys(
  { db, envelope }: { db: Database; envelope: Envelope },
  principal: EmbedPrincipal,
): Promise<ModelKey[]> {
  return openKeys(envelope, await db.withWorkspace(principal, selectNewestActiveKeys));
}

/** One that somebody who manages uses, who may know which it is. */
export type OwnModelKey = ModelKey & { id: string };

/** The same for the owner itself, outside of any workspace. */
export async function readOwnModelKeys(
  { db, envelope }: { db: Database; envelope: Envelope },
  principal: OwnerPrincipal,
): Promise<OwnModelKey[]> {
  return openKeys(envelope, await db.withOwner(principal, selectOwnNewestActiveKeys));
}

function openKeys(envelope: Envelope, rows: readonly ActiveKeyRow[]): OwnModelKey[] {
  return rows
    .toSorted((left, right) => right.created_at.getTime() - left.created_at.getTime() || (left.id < right.id ? 1 : -1))
    .flatMap(({ id, provider: name, base_url, default_model, key_sealed }) => {
      if (key_sealed === null) return [];
      const provider = name as Provider; // the table's own check
      const key = openProviderKey(envelope, id, key_sealed);
      return [{ id, provider, baseUrl: addressOf(provider, base_url), defaultModel: default_model, key }];
    });
}
