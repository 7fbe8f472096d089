import type { ApiKeyChange } from '@microapp/contract';
import type { Static } from 'typebox';
import { AppError, notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { checkedOrigins } from '../workspaces/index.ts';
import { findApiKey, updateApiKey, type ApiKeyRow } from './store.ts';

/** Changes the fields that are given. Tokens that were signed with the key are narrowed, switched off and on with it. */
export async function changeApiKey(
  deps: { clock: Clock },
  tx: OwnerTx,
  { id, change }: { id: string; change: Static<typeof ApiKeyChange> },
): Promise<ApiKeyRow> {
  const row = await updateApiKey(tx, id, {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.scope === undefined ? {} : { scope: change.scope }),
    ...(change.appIds === undefined ? {} : { app_ids: change.appIds }),
    ...(change.isActive === undefined ? {} : { is_active: change.isActive }),
    ...(change.allowedOrigins === undefined
      ? {}
      : { allowed_origins: checkedOrigins(change.allowedOrigins, 'production') }),
    updated_at: new Date(deps.clock.now()),
  });
  if (row !== undefined) return row;
  if ((await findApiKey(tx, id)) === undefined) throw notFound('API key');
  throw new AppError('conflict', {
    message: 'A revoked API key cannot be changed.',
    hint: 'Revoking is final. Create a new key; to stop one for a while, set isActive to false.',
  });
}
