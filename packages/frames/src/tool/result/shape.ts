import { chartOf, type Chart } from './chart.ts';
import { isScalar, type Column, type Scalar, type Style } from './column.ts';
import { labelOf, wordsOf } from './label.ts';
import { isMarkdown } from './markdown-look.ts';

export type Entry = { key: string; label: string; shape: Shape };

/** `total` counts the rows that there were; `rows` are at most `rowsMax` of them. */
export type Table = {
  kind: 'table';
  columns: readonly Column[];
  rows: readonly (readonly Scalar[])[];
  total: number;
  /** Absent when a picture of the numbers would say nothing. */
  chart?: Chart;
};

/** What a result is drawn as. */
export type Shape =
  | { kind: 'nothing' }
  | { kind: 'value'; value: Scalar; style: Style }
  | { kind: 'text'; text: string }
  | { kind: 'markdown'; text: string }
  | { kind: 'list'; items: readonly Scalar[] }
  | Table
  | { kind: 'record'; entries: Entry[] }
  | { kind: 'json'; text: string };

/** More rows or columns than this make a page slow and help nobody; copy and download have them all. */
export const rowsMax = 10_000;
const columnsMax = 30;
/** What lies deeper is shown as JSON. */
const depthMax = 4;
/** Text longer than this is a paragraph, no value. */
const valueCharsMax = 80;

/** Chooses, by what a tool's output looks like, how to draw it. `key` is the name under which it stands, if any. */
export function shapeOf(output: unknown, key = '', depth = 0): Shape {
  if (output === null || output === undefined || output === '') return { kind: 'nothing' };
  if (typeof output === 'string' && isMarkdown(output, key)) return { kind: 'markdown', text: output };
  if (typeof output === 'string' && isLong(output)) return { kind: 'text', text: output };
  if (isScalar(output)) return { kind: 'value', value: output, style: styleOf(key, [output]) };
  if (depth === depthMax) return asJson(output);
  if (Array.isArray(output)) return shapeOfList(output);
  return shapeOfRecord(output, depth);
}

function shapeOfList(list: readonly unknown[]): Shape {
  if (list.length === 0) return { kind: 'nothing' };
  if (list.every(isScalar)) return { kind: 'list', items: list };
  const rows = list.filter(isFlatRecord);
  return rows.length === list.length ? tableOf(rows) : asJson(list);
}

function shapeOfRecord(record: object, depth: number): Shape {
  const entries = Object.entries(record).map(([key, value]) => ({
    key,
    label: labelOf(key),
    shape: shapeOf(value, key, depth + 1),
  }));
  return entries.length === 0 ? { kind: 'nothing' } : { kind: 'record', entries };
}

function tableOf(records: readonly Record<string, Scalar>[]): Shape {
  const shown = records.slice(0, rowsMax);
  const keys = [...new Set(shown.flatMap((record) => Object.keys(record)))].slice(0, columnsMax);
  if (keys.length === 0) return { kind: 'nothing' };
  const columns = keys.map((key) => ({ key, label: labelOf(key), style: styleOf(key, valuesOf(shown, key)) }));
  const rows = shown.map((record) => keys.map((key) => record[key] ?? null));
  const chart = chartOf(columns, rows);
  return { kind: 'table', columns, rows, total: records.length, ...(chart && { chart }) };
}

function valuesOf(records: readonly Record<string, Scalar>[], key: string): (Scalar | undefined)[] {
  return records.map((record) => record[key]);
}

function styleOf(key: string, values: readonly (Scalar | undefined)[]): Style {
  const given = values.filter((value) => value !== null && value !== undefined);
  const numbers = given.filter((value) => typeof value === 'number');
  if (numbers.length === 0 || numbers.length < given.length) return { kind: 'plain' };
  const whole = numbers.every(Number.isInteger);
  if (isAmount(key, { fractional: !whole })) return { kind: 'amount' };
  if (whole) return { kind: 'integer' };
  return values.length === 1 ? { kind: 'number' } : { kind: 'number', decimals: Math.max(...numbers.map(decimalsOf)) };
}

/** Digits after the point, at most six: what lies beyond is the noise of binary fractions. */
function decimalsOf(value: number): number {
  return (
    value
      .toFixed(6)
      .replace(/\.?0+$/, '')
      .split('.')[1]?.length ?? 0
  );
}

// An output has no schema that could say what is money, but its keys do: authors write `payment` and `totalInterest`.
const amountWords = wordSet(
  `balance budget charge cost discount fee fees income interest loan loss margin paid payment payments payout premium
  price principal profit refund rent revenue salary saving savings subtotal tax taxes vat wage`,
);
/** These may count things as well; then they are whole. */
const amountWordsIfFractional = wordSet('amount due gross net sum total');
const notAmountWords = wordSet(
  'count days factor months number percent percentage pct quantity rate ratio share weeks years',
);

function isAmount(key: string, { fractional }: { fractional: boolean }): boolean {
  const words = wordsOf(key).map((word) => word.toLowerCase());
  if (words.some((word) => notAmountWords.has(word))) return false;
  return words.some((word) => amountWords.has(word) || (fractional && amountWordsIfFractional.has(word)));
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}

function isLong(text: string): boolean {
  return text.length > valueCharsMax || text.includes('\n');
}

function isFlatRecord(value: unknown): value is Record<string, Scalar> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isScalar);
}

function asJson(value: unknown): Shape {
  return { kind: 'json', text: JSON.stringify(value, null, 2) };
}
