import { tsvCell, tsvOf } from './csv.ts';
import { labelOf } from './label.ts';
import type { Scalar } from './column.ts';

/**
 * A result as text for the clipboard: text as it is; a list of objects as tab-separated lines, which a spreadsheet takes
 * as cells; an object as lines of name and value, its tables below. Values are raw (1199.1, no separators), so that
 * they can be calculated with.
 */
export function copyTextOf(output: unknown): string {
  if (!isObject(output)) return textOf(output);
  if (Array.isArray(output)) return textOfList(output);
  const entries = Object.entries(output);
  const values = entries
    .filter(([, value]) => !isObject(value))
    .map(([key, value]) => `${labelOf(key)}\t${tsvCell(cellOf(value))}`);
  const blocks = entries
    .filter(([, value]) => isObject(value))
    .map(([key, value]) => `${labelOf(key)}\n${copyTextOf(value)}`);
  return [...(values.length > 0 ? [values.join('\n')] : []), ...blocks].join('\n\n');
}

function textOfList(list: readonly unknown[]): string {
  const records = list.filter(isRecord);
  if (records.length < list.length) return list.map((value) => textOf(value)).join('\n');
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return tsvOf({
    columns: keys.map((key) => ({ label: labelOf(key) })),
    rows: records.map((record) => keys.map((key) => cellOf(record[key]))),
  });
}

function textOf(value: unknown): string {
  return String(cellOf(value) ?? '');
}

function cellOf(value: unknown): Scalar {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}
