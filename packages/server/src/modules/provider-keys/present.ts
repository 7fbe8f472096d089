import type { Provider } from '@microapp/contract';
import type { ProviderKeyRow } from './store.ts';

/** A key as its owner sees it: of the key itself the last four characters. */
export function presentProviderKey(row: ProviderKeyRow) {
  return {
    id: row.id,
    ownerId: row.owner_id,
    provider: row.provider as Provider, // the table's own check
    name: row.name,
    baseUrl: row.base_url,
    defaultModel: row.default_model,
    keyLast4: row.key_last4,
    isActive: row.is_active,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
