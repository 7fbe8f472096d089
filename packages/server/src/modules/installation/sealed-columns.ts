import type { DB } from '../../platform/db/index.ts';

/**
 * Every column that holds an envelope, so that changing the encryption key misses none; a test holds this list against
 * the catalogue. The place that an envelope is sealed for is the table's name, a slash, and the row's id.
 */
export type SealedColumn = {
  table: keyof DB;
  column: string;
  /** Where what is sealed is also found by its keyed hash, which the same keys make. */
  foundBy?: { column: string; purpose: string };
};

/** Every column that holds an envelope, so that changing the encryption key misses none; a test asks the catalogue. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'api_keys', column: 'secret_sealed', foundBy: { column: 'secret_hash', purpose: 'api_keys' } },
  { table: 'provider_keys', column: 'key_sealed' },
  { table: 'signing_keys', column: 'private_key_sealed' },
];
