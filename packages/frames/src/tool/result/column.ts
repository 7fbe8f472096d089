/** How a value is written. `decimals` makes the numbers of a column line up. */
export type Style =
  | { kind: 'plain' }
  | { kind: 'amount' }
  | { kind: 'integer' }
  | { kind: 'number'; decimals?: number };

/** One value that fits a cell: text, a number, a truth, or nothing (`null`). */
export type Scalar = string | number | boolean | null;

export type Column = { key: string; label: string; style: Style };

/** Whether all values of a column are numbers, which stand at its end, digit under digit. */
export function isNumeric({ style }: Column): boolean {
  return style.kind !== 'plain';
}

export function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
