export type { Database } from './database.ts';
export { isDataRefused, isPartitionMissing, isUniqueViolation } from './errors.ts';
export { olderThan } from './keyset.ts';
export { openDatabase } from './open.ts';
export type { DatabaseTarget } from './open.ts';
export type { DB } from './schema.gen.ts';
export { findWallBreaches, tablesSeenUnfiltered, wallRules } from './tenant-wall.ts';
export type { OwnerTx, SystemTx, WorkspaceTx } from './tx.ts';
