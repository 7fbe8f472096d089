import { notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { findApiKey, updateApiKey, type ApiKeyRow } from './store.ts';

/** Revokes for good, tokens signed with it included. Undefined when it was revoked before. */
export async function revokeApiKey(deps: { clock: Clock }, tx: OwnerTx, id: string): Promise<ApiKeyRow | undefined> {
  const now = new Date(deps.clock.now());
  const row = await updateApiKey(tx, id, { is_active: false, revoked_at: now, updated_at: now });
  if (row === undefined && (await findApiKey(tx, id)) === undefined) throw notFound('API key');
  return row;
}
