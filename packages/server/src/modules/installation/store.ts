import { sql } from 'kysely';
import type { DB, SystemTx } from '../../platform/db/index.ts';

/** Where envelopes are kept. The place that each is sealed for is the table's name, a slash, and the row's id. */
export type SealedColumn = {
  table: keyof DB;
  column: string;
  /** Where what is sealed is also found by its keyed hash, which the same keys make. */
  foundBy?: { column: string; purpose: string };
};

export type SealedValue = { id: string; sealed: Buffer };

/** The next sealed values by id, after the one that is named. */
export async function selectSealedValues(
  tx: SystemTx,
  { table, column }: SealedColumn,
  { after, limit }: { after: string; limit: number },
): Promise<SealedValue[]> {
  const { rows } = await sql<SealedValue>`
    select id::text as id, ${sql.ref(column)} as sealed from ${sql.table(table)}
    where id::text > ${after} and ${sql.ref(column)} is not null
    order by id::text limit ${limit}`.execute(tx);
  return rows;
}

/** Undefined when the row is gone, or holds nothing any more. */
export async function findSealedValue(
  tx: SystemTx,
  { table, column }: SealedColumn,
  id: string,
): Promise<SealedValue | undefined> {
  const { rows } = await sql<SealedValue>`
    select id::text as id, ${sql.ref(column)} as sealed from ${sql.table(table)}
    where id::text = ${id} and ${sql.ref(column)} is not null`.execute(tx);
  return rows[0];
}

/** Puts the same thing in another envelope, and its new hash beside it, unless the row has changed since it was read. Answers whether it did. */
export async function replaceSealedValue(
  tx: SystemTx,
  { table, column, foundBy }: SealedColumn,
  { id, from, to, hash }: { id: string; from: Buffer; to: Buffer; hash: Buffer | undefined },
): Promise<boolean> {
  const newHash = foundBy === undefined ? sql`` : sql`, ${sql.ref(foundBy.column)} = ${hash}`;
  const { rows } = await sql<{ id: string }>`
    update ${sql.table(table)} set ${sql.ref(column)} = ${to}${newHash}
    where id::text = ${id} and ${sql.ref(column)} = ${from}
    returning id::text as id`.execute(tx);
  return rows.length > 0;
}
