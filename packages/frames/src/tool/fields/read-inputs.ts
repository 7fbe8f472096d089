import type { NormalizedField } from '@microapp/contract';
import type { Format } from '../../ui/format.ts';
import type { TextKey, TextValues } from '../../ui/texts/texts.ts';
import { isObject, needsJson, type Draft, type DraftList, type DraftObject } from './draft.ts';
import { pathOf, rootPath } from './path.ts';

/** What is wrong with a field, as a text's key and its values. */
export type Problem = { path: string; label: string; key: TextKey; values?: TextValues };

export type ReadInputs = { inputs: Record<string, unknown>; problems: Problem[] };

/** Reads a draft: the inputs to send (fields left empty are absent), and what is wrong, in the order of the form. */
export function readInputs(fields: readonly NormalizedField[], draft: DraftObject, format: Format): ReadInputs {
  const problems: Problem[] = [];
  const inputs = readObject(fields, draft, { path: rootPath, format, problems });
  return { inputs, problems };
}

type Reading = { path: string; format: Format; problems: Problem[] };

function readObject(fields: readonly NormalizedField[], draft: DraftObject, reading: Reading): Record<string, unknown> {
  const entries = fields.map((field) => {
    const path = pathOf(reading.path, field.key);
    return [field.key, readField(field, draft[field.key] ?? '', { ...reading, path })] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function readField(field: NormalizedField, draft: Draft, reading: Reading): unknown {
  if (typeof draft === 'boolean') return draft;
  if (typeof draft === 'string') return readText(field, draft, reading);
  // Nobody has to fill in half of what may be left out whole.
  if (!field.required && isUntouched(draft)) return undefined;
  return Array.isArray(draft) ? readList(field, draft, reading) : readObject(field.fields ?? [], draft, reading);
}

function isUntouched(draft: Draft): boolean {
  if (typeof draft === 'string') return draft.trim() === '';
  if (typeof draft === 'boolean') return !draft;
  return Array.isArray(draft) ? draft.length === 0 : Object.values(draft).every(isUntouched);
}

function readList(field: NormalizedField, list: DraftList, reading: Reading): unknown[] {
  const { items, minItems = 0, maxItems = Infinity } = field;
  if (list.length < minItems) report(field, reading, 'problem.min-items', minItems);
  if (list.length > maxItems) report(field, reading, 'problem.max-items', maxItems);
  if (items === undefined) return [];
  return list.map(({ draft }, index) => {
    const path = pathOf(reading.path, index);
    return readField({ ...items, label: field.label, required: true }, draft, { ...reading, path });
  });
}

function readText(field: NormalizedField, typed: string, reading: Reading): unknown {
  const text = field.type === 'longText' ? typed : typed.trim();
  if (text.trim() === '') {
    if (field.required) report(field, reading, field.type === 'enum' ? 'problem.choose' : 'problem.required');
    return undefined;
  }
  if (needsJson(field)) return readJson(field, text, reading);
  if (field.type === 'number' || field.type === 'integer') return readNumber(field, text, reading);
  if (field.type === 'enum') return field.enum?.[Number(text)];
  checkText(field, text, reading);
  return text;
}

function readJson(field: NormalizedField, text: string, reading: Reading): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    if (field.type === 'array' ? Array.isArray(value) : isObject(value)) return value;
  } catch {
    // Half-typed JSON is no exception; it is told below.
  }
  return report(field, reading, 'problem.json');
}

function readNumber(field: NormalizedField, text: string, reading: Reading): number | undefined {
  const { format } = reading;
  const value = format.parseNumber(text);
  if (value === undefined || !Number.isFinite(value)) {
    return report(field, reading, 'problem.number', { example: format.number(1234.5) });
  }
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf } = field;
  const limited = (key: TextKey, limit: number) => report(field, reading, key, format.number(limit));
  if (field.type === 'integer' && !Number.isInteger(value)) report(field, reading, 'problem.integer');
  else if (minimum !== undefined && value < minimum) limited('problem.minimum', minimum);
  else if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) limited('problem.above', exclusiveMinimum);
  else if (maximum !== undefined && value > maximum) limited('problem.maximum', maximum);
  else if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) limited('problem.below', exclusiveMaximum);
  else if (multipleOf !== undefined && !isMultiple(value, multipleOf)) limited('problem.multiple', multipleOf);
  return value;
}

/** 0.3 is a multiple of 0.1 for a person, if not for binary fractions. */
function isMultiple(value: number, of: number): boolean {
  const quotient = value / of;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient));
}

function checkText(field: NormalizedField, text: string, reading: Reading): void {
  const { minLength = 0, maxLength = Infinity, pattern, type } = field;
  // JSON Schema counts code points, not UTF-16 units.
  const { length } = Array.from(text);
  if (length < minLength) report(field, reading, 'problem.min-length', minLength);
  else if (length > maxLength) report(field, reading, 'problem.max-length', maxLength);
  else if (type === 'email' && !/^[^\s@]+@[^\s@]+$/.test(text)) report(field, reading, 'problem.email');
  else if (type === 'url' && !/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text)) report(field, reading, 'problem.url');
  else if (type === 'date' && !/^\d{4}-\d\d-\d\d$/.test(text)) report(field, reading, 'problem.date');
  else if (pattern !== undefined && !matches(text, pattern)) report(field, reading, 'problem.pattern');
}

/** A pattern that this browser does not know is left to the server. */
function matches(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

/** Notes a problem; answers `undefined`, the value of a field that has none. */
function report(
  { label }: NormalizedField,
  { path, problems }: Reading,
  key: TextKey,
  limitOrValues?: TextValues | string | number,
): undefined {
  const values = typeof limitOrValues === 'object' ? limitOrValues : { limit: limitOrValues ?? '' };
  problems.push({ path, label, key, values });
}
