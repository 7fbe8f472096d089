import type { Format } from '../../ui/format.ts';
import type { Text } from '../../ui/texts/texts.ts';
import type { Scalar, Style } from './column.ts';

/** A value as a person reads it; nothing is a dash. */
export function scalarText(value: Scalar, style: Style, { format, text }: { format: Format; text: Text }): string {
  if (value === null || value === '') return '–';
  if (typeof value === 'boolean') return text(value ? 'yes' : 'no');
  if (typeof value === 'string') return format.date(value);
  if (!Number.isFinite(value)) return String(value);
  switch (style.kind) {
    case 'amount':
      return format.amount(value);
    case 'integer':
      return format.integer(value);
    case 'number':
      return format.number(value, style.decimals);
    case 'plain':
      return format.number(value);
  }
}
