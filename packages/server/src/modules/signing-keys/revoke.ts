import { notFound } from '../../platform/app-error.ts';
import type { SystemTx } from '../../platform/db/index.ts';
import { makeSigningKey, type MakeDeps } from './make.ts';
import {
  lockSigningKeys,
  selectSigningKeys,
  setSigningFrom,
  setSigningKeyRevoked,
  type SigningKeyRow,
} from './store.ts';

/**
 * Takes a key away at once: what it signed is refused from the next request on, and open widgets get another session by
 * themselves. Where it was the one that signs, the key that waits for its turn signs now, or a fresh one does; verifiers
 * elsewhere that keep the published keys learn of that one when their copy has run out. That is the price of a leak.
 */
export async function revokeSigningKey(
  deps: MakeDeps,
  tx: SystemTx,
  kid: string,
): Promise<'revoked' | 'already_revoked'> {
  await lockSigningKeys(tx);
  const now = deps.clock.now();
  const keys = await selectSigningKeys(tx);
  const key = keys.find(({ id }) => id === kid);
  if (key === undefined) throw notFound('signing key');
  if (key.revoked_at !== null) return 'already_revoked';
  await setSigningKeyRevoked(tx, kid, new Date(now));
  await ensureOneSigns(
    deps,
    tx,
    keys.filter((other) => other.id !== kid),
  );
  return 'revoked';
}

async function ensureOneSigns(deps: MakeDeps, tx: SystemTx, keys: readonly SigningKeyRow[]): Promise<void> {
  const now = deps.clock.now();
  const live = keys.filter(({ retired_at, revoked_at }) => retired_at === null && revoked_at === null);
  if (live.some(({ signs_from }) => signs_from.getTime() <= now)) return;
  const [next] = live;
  if (next === undefined) await makeSigningKey(deps, tx, now);
  else await setSigningFrom(tx, next.id, new Date(now));
}
