import type { NormalizedField } from '@microapp/contract';
import { isObject } from './draft.ts';

/**
 * The fields with what the page around knows in the place of their defaults: a value belongs to the field of its key. A
 * value that a field cannot hold is left out; one that it can, but does not accept, is told like anything typed.
 */
export function withPrefill(
  fields: readonly NormalizedField[],
  known: Readonly<Record<string, unknown>>,
): NormalizedField[] {
  return fields.map((field) => {
    if (!Object.hasOwn(known, field.key)) return field;
    const value = valueFor(field, known[field.key]);
    return value === undefined ? field : { ...field, default: value };
  });
}

/** More than anybody types; the host's own cap is below that. */
const charsMax = 8_000;
const entriesMax = 100;

/** The value as the field's type has it; attributes of a page are texts, whatever they count. */
function valueFor(field: NormalizedField, given: unknown): unknown {
  switch (field.type) {
    case 'boolean':
      return typeof given === 'boolean' ? given : { true: true, false: false }[String(given)];
    case 'number':
    case 'integer':
      return numberOf(given);
    case 'enum':
      return field.enum?.find((option) => option === given || String(option) === given);
    case 'array':
      return entriesFor(field, given);
    case 'object':
      return isObject(given) ? objectFor(field, given) : undefined;
    case 'text':
    case 'longText':
    case 'date':
    case 'email':
    case 'url':
      return typeof given === 'string' || typeof given === 'number' ? String(given).slice(0, charsMax) : undefined;
  }
}

/** Numbers as JSON writes them: what a page knows is in no locale. */
function numberOf(given: unknown): number | undefined {
  if (typeof given === 'string' && given.trim() === '') return undefined;
  const value = typeof given === 'string' ? Number(given) : given;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function entriesFor({ items }: NormalizedField, given: unknown): unknown[] | undefined {
  if (!Array.isArray(given)) return undefined;
  const entries = given.slice(0, entriesMax) as unknown[];
  if (items === undefined) return entries;
  return entries.map((entry) => valueFor(items, entry)).filter((entry) => entry !== undefined);
}

/** An object without fields of its own is typed as JSON, and may hold anything. */
function objectFor({ fields }: NormalizedField, given: Record<string, unknown>): Record<string, unknown> {
  if (fields === undefined || fields.length === 0) return given;
  const known = fields.filter(({ key }) => Object.hasOwn(given, key));
  return Object.fromEntries(
    known.flatMap((field) => {
      const value = valueFor(field, given[field.key]);
      return value === undefined ? [] : [[field.key, value]];
    }),
  );
}
