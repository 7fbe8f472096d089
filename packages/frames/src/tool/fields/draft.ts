import type { NormalizedField } from '@microapp/contract';
import type { Format, NumberKind } from '../../ui/format.ts';

/**
 * What stands in a form while somebody fills it in. Text for everything that is typed or chosen (an option by its
 * index, `''` for none), since half a number is no number yet.
 */
export type Draft = string | boolean | DraftObject | DraftList;
export type DraftObject = { [key: string]: Draft };
/** An entry keeps its `id` when others are added and removed, so that its input keeps its focus. */
export type DraftList = { id: number; draft: Draft }[];

/** A form's first draft: the defaults of its fields. */
export function firstDraft(fields: readonly NormalizedField[], format: Format): DraftObject {
  return draftOfObject(fields, {}, format);
}

/** The draft of one field for a value, else for the field's default, else empty. */
export function draftOf(field: NormalizedField, value: unknown, format: Format): Draft {
  const given = value ?? field.default;
  if (needsJson(field)) return given === undefined ? '' : JSON.stringify(given, null, 2);
  switch (field.type) {
    case 'boolean':
      return given === true;
    case 'enum':
      return given === undefined ? '' : indexText(field.enum ?? [], given);
    case 'number':
    case 'integer':
      return typeof given === 'number' ? numberText(field, given, format) : '';
    case 'object':
      return draftOfObject(field.fields ?? [], given, format);
    case 'array':
      return draftOfList(field, given, format);
    case 'text':
      if (isMoment(field)) return typeof given === 'string' ? format.zone.wallTime(given) : '';
      return typeof given === 'string' ? given : '';
    case 'longText':
    case 'date':
    case 'email':
    case 'url':
      return typeof given === 'string' ? given : '';
  }
}

function draftOfObject(fields: readonly NormalizedField[], value: unknown, format: Format): DraftObject {
  const values = isObject(value) ? value : {};
  return Object.fromEntries(fields.map((field) => [field.key, draftOf(field, values[field.key], format)]));
}

function draftOfList({ items, minItems = 0 }: NormalizedField, value: unknown, format: Format): DraftList {
  if (items === undefined) return [];
  const values: unknown[] = Array.isArray(value) ? value : Array.from({ length: minItems });
  return values.map((entry, id) => ({ id, draft: draftOf(items, entry, format) }));
}

/** Whether a field has no form of its own (a schema that contains itself, a list of anything) and is typed as JSON. */
export function needsJson({ type, fields, items }: NormalizedField): boolean {
  return (
    (type === 'object' && (fields === undefined || fields.length === 0)) || (type === 'array' && items === undefined)
  );
}

/** Whether a text is a date and time, which is typed as the clocks of the configured zone show it. */
export function isMoment({ type, format }: NormalizedField): boolean {
  return type === 'text' && format === 'date-time';
}

/** What a number counts, as far as its schema says so; `undefined` for what is no number. */
export function numberKindOf({ type, format }: NormalizedField): NumberKind | undefined {
  if (type !== 'number' && type !== 'integer') return undefined;
  return format === 'currency' || format === 'percent' ? format : type;
}

/** How a number stands in its input: as the locale writes it, so that a person sees that it was understood. */
export function numberText(field: NormalizedField, value: number, format: Format): string {
  return format.typed(value, numberKindOf(field) ?? 'number');
}

/** Options are compared as JSON: they may be of any kind. */
function indexText(options: readonly unknown[], value: unknown): string {
  const index = options.findIndex((option) => JSON.stringify(option) === JSON.stringify(value));
  return index === -1 ? '' : String(index);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
