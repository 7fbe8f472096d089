import type { NormalizedField } from '@microapp/contract';
import type { Format } from '../../ui/format.ts';
import { isMoment, numberKindOf, numberText, type Draft, type DraftObject } from './draft.ts';

/**
 * The same draft with its numbers as another locale writes them, and its times as the clocks of another zone show them:
 * `1,500` must not become 1.5.
 */
export function inFormat(field: NormalizedField, draft: Draft, from: Format, to: Format): Draft {
  if (typeof draft === 'boolean') return draft;
  if (typeof draft === 'string') {
    if (isMoment(field)) return to.zone.wallTime(from.zone.instant(draft) ?? '');
    const value = numberKindOf(field) && from.parseNumber(draft);
    return value === undefined ? draft : numberText(field, value, to);
  }
  if (!Array.isArray(draft)) return objectInFormat(field.fields ?? [], draft, from, to);
  const { items } = field;
  return items === undefined
    ? draft
    : draft.map((entry) => ({ ...entry, draft: inFormat(items, entry.draft, from, to) }));
}

export function objectInFormat(
  fields: readonly NormalizedField[],
  draft: DraftObject,
  from: Format,
  to: Format,
): DraftObject {
  return Object.fromEntries(fields.map((field) => [field.key, inFormat(field, draft[field.key] ?? '', from, to)]));
}
