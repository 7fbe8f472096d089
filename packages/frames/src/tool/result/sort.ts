import type { Scalar } from './column.ts';

export type SortOrder = { column: number; direction: 'ascending' | 'descending' };

/** What a press on a column's head leads to: up, down, and back to the order in which the tool gave the rows. */
export function nextOrder(order: SortOrder | undefined, column: number): SortOrder | undefined {
  if (order?.column !== column) return { column, direction: 'ascending' };
  return order.direction === 'ascending' ? { column, direction: 'descending' } : undefined;
}

/**
 * The rows in an order: numbers by size, text as the locale has it (digits in it by their value), and what is missing at
 * the end either way. Rows that are equal keep their order.
 */
export function sorted<Row extends readonly Scalar[]>(
  rows: readonly Row[],
  order: SortOrder | undefined,
  locale: string,
): readonly Row[] {
  if (order === undefined) return rows;
  const { column, direction } = order;
  const collator = new Intl.Collator(locale, { numeric: true });
  const sign = direction === 'ascending' ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [left, right] = [one[column] ?? null, other[column] ?? null];
    if (isMissing(left) || isMissing(right)) return Number(isMissing(left)) - Number(isMissing(right));
    return sign * compared(left, right, collator);
  });
}

function isMissing(value: Scalar): value is null | '' {
  return value === null || value === '';
}

function compared(left: Scalar, right: Scalar, collator: Intl.Collator): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'number' || typeof right === 'number') return typeof left === 'number' ? -1 : 1;
  return collator.compare(String(left), String(right));
}
