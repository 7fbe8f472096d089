import type { SealedColumn } from './store.ts';

/** Every column that holds an envelope, so that changing the encryption key misses none; a test asks the catalogue. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'api_keys', column: 'secret_sealed', foundBy: { column: 'secret_hash', purpose: 'api_keys' } },
  { table: 'provider_keys', column: 'key_sealed' },
  { table: 'signing_keys', column: 'private_key_sealed' },
  { table: 'webhook_secrets', column: 'secret_sealed' },
];
