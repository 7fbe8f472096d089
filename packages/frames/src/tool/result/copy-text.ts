import { labelOf } from './label.ts';

/**
 * A result as text for the clipboard: text as it is; a list of objects as tab-separated lines, which a spreadsheet takes
 * as cells; an object as lines of name and value, its tables below. Values are raw (1199.1, no separators), so that
 * they can be calculated with.
 */
export function copyTextOf(output: unknown): string {
  if (!isObject(output)) return cellOf(output);
  if (Array.isArray(output)) return linesOfList(output).join('\n');
  const entries = Object.entries(output);
  const values = entries
    .filter(([, value]) => !isObject(value))
    .map(([key, value]) => `${labelOf(key)}\t${cellOf(value)}`);
  const blocks = entries
    .filter(([, value]) => isObject(value))
    .map(([key, value]) => `${labelOf(key)}\n${copyTextOf(value)}`);
  return [...(values.length > 0 ? [values.join('\n')] : []), ...blocks].join('\n\n');
}

function linesOfList(list: readonly unknown[]): string[] {
  const records = list.filter(isRecord);
  if (records.length < list.length) return list.map(cellOf);
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return [keys.map(labelOf), ...records.map((record) => keys.map((key) => cellOf(record[key])))].map((row) =>
    row.join('\t'),
  );
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value);
}
