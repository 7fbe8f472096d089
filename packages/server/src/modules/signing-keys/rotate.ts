import { AppError } from '../../platform/app-error.ts';
import type { SystemTx } from '../../platform/db/index.ts';
import { makeSigningKey, type MakeDeps } from './make.ts';
import { publishedBeforeUseSeconds, signingAt, verifiedAfterUseSeconds } from './standing.ts';
import { lockSigningKeys, selectLiveSigningKeys, setSigningKeysRetired, type SigningKeyRow } from './store.ts';

/**
 * Publishes a new key, without downtime: it signs once every cached copy of the published keys has run out, and until
 * then the one before it does. Two keys are published at any time. Steps:
 *
 *   1. the last rotation must be settled: its key signs, and what the key before it signed has expired
 *   2. every key but the one that signs is retired; nothing that it signed is alive
 *   3. the new key is published, and signs from when the copies have run out
 *
 * Throws `conflict` when 1 is not so. A key that leaked is taken away at once by `revokeSigningKey`.
 */
export async function rotateSigningKey(
  deps: MakeDeps,
  tx: SystemTx,
): Promise<{ made: SigningKeyRow; retired: string[] }> {
  await lockSigningKeys(tx);
  const now = deps.clock.now();
  const keys = await selectLiveSigningKeys(tx);
  const settlesAt = settlesAtMs(keys);
  if (settlesAt > now) {
    throw new AppError('conflict', {
      message: 'The last rotation is still under way.',
      hint: `Rotate again after ${new Date(settlesAt).toISOString()}. To take a leaked key away at once, delete it.`,
    });
  }
  const current = signingAt(keys, now);
  const retired = keys.filter(({ id }) => id !== current?.id).map(({ id }) => id);
  await setSigningKeysRetired(tx, retired, new Date(now));
  const made = await makeSigningKey(deps, tx, now + publishedBeforeUseSeconds * 1000);
  return { made, retired };
}

/** When nothing is alive any more that another key than the newest has signed; long ago when there is no other. */
function settlesAtMs(keys: readonly SigningKeyRow[]): number {
  const [newest, ...others] = keys;
  if (newest === undefined || others.length === 0) return 0;
  return newest.signs_from.getTime() + verifiedAfterUseSeconds * 1000;
}
