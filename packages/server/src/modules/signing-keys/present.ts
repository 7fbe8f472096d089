import { stateOf } from './standing.ts';
import type { SigningKeyRow } from './store.ts';

/** A key as the installation's first owner sees it: never its private half. `keys` are all there are, newest first. */
export function presentSigningKey(row: SigningKeyRow, keys: readonly SigningKeyRow[], now: number) {
  return {
    kid: row.id,
    state: stateOf(row, keys, now),
    createdAt: row.created_at.toISOString(),
    signsFrom: row.signs_from.toISOString(),
    retiredAt: row.retired_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}
