import type { Column, Scalar } from './column.ts';

type Cells = { columns: readonly Pick<Column, 'label'>[]; rows: readonly (readonly Scalar[])[] };

/**
 * A table as CSV (RFC 4180: CRLF, quotes doubled), with a byte order mark, without which spreadsheets take UTF-8 for
 * something else. Numbers are raw (1199.1), so that they can be calculated with.
 */
export function csvOf({ columns, rows }: Cells): string {
  const lines = [columns.map(({ label }) => label), ...rows].map((row) => row.map(csvCell).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/** A table as tab-separated lines, which a spreadsheet takes as cells when they are pasted. */
export function tsvOf({ columns, rows }: Cells): string {
  return [columns.map(({ label }) => label), ...rows].map((row) => row.map(tsvCell).join('\t')).join('\n');
}

function csvCell(value: Scalar): string {
  const text = inert(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** There is no way to quote a tab: it would begin another cell, and a line feed another row. */
export function tsvCell(value: Scalar): string {
  return inert(value).replaceAll(/[\t\r\n]+/g, ' ');
}

/**
 * A spreadsheet calculates what begins with one of these signs, and a formula can send the other cells away (CSV
 * injection, OWASP). An apostrophe makes it text. Numbers, negative ones too, are left as they are.
 */
function inert(value: Scalar): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  return /^[=+\-@\t\r\n＝＋－＠]/.test(value) && !/^[+-]?\d+([.,]\d+)?$/.test(value) ? `'${value}` : value;
}
