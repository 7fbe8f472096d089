import { sql, type RawBuilder } from 'kysely';

/** Where a page starts: after the row with this time and id, in newest-first order. */
export type KeysetStart = { at: Date; id: string };

/**
 * The condition of a newest-first page: everything older than where the page starts. Keyset, never offset: page 1,000
 * costs what page 1 costs. `columns` are the table's time and id columns, written by us and never by a caller.
 */
export function olderThan(start: KeysetStart | undefined, columns: { at: string; id: string }): RawBuilder<boolean> {
  if (start === undefined) return sql<boolean>`true`;
  return sql<boolean>`(${sql.ref(columns.at)}, ${sql.ref(columns.id)}) < (${start.at}, ${start.id})`;
}
