import type { NormalizedField } from '@microapp/contract';
import type { Format } from '../../ui/format.ts';
import type { TextKey, TextValues } from '../../ui/texts/texts.ts';
import {
  draftOf,
  isMoment,
  isObject,
  needsJson,
  numberKindOf,
  type Draft,
  type DraftList,
  type DraftObject,
} from './draft.ts';
import { pathOf, rootPath } from './path.ts';

/** What is wrong with a field, as a text's key and its values. */
export type Problem = { path: string; key: TextKey; values?: TextValues };

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
  if (!field.required && isEmpty(field, draft)) return undefined;
  const problems: Problem[] = [];
  const value = readParts(field, draft, { ...reading, problems });
  // Nobody has to fill in half of what may be left out whole, even where the other half has defaults.
  const isLeftOut = problems.length > 0 && !field.required && isAsAtFirst(field, draft, reading.format);
  if (isLeftOut) return undefined;
  reading.problems.push(...problems);
  return value;
}

function readParts(field: NormalizedField, draft: DraftObject | DraftList, reading: Reading): unknown {
  return Array.isArray(draft) ? readList(field, draft, reading) : readObject(field.fields ?? [], draft, reading);
}

/** Nothing typed, chosen, added or ticked; to untick what was ticked is an answer. */
function isEmpty(field: NormalizedField, draft: Draft | undefined): boolean {
  if (draft === undefined) return true;
  if (typeof draft === 'string') return draft.trim() === '';
  if (typeof draft === 'boolean') return !draft && field.default !== true;
  if (Array.isArray(draft)) return draft.length === 0;
  return (field.fields ?? []).every((inner) => isEmpty(inner, draft[inner.key]));
}

function isAsAtFirst(field: NormalizedField, draft: Draft, format: Format): boolean {
  return JSON.stringify(draft) === JSON.stringify(draftOf(field, undefined, format));
}

function readList(field: NormalizedField, list: DraftList, reading: Reading): unknown[] {
  const { items, minItems = 0, maxItems = Infinity } = field;
  if (list.length < minItems) report(reading, 'problem.min-items', minItems);
  if (list.length > maxItems) report(reading, 'problem.max-items', maxItems);
  if (items === undefined) return [];
  return list.map(({ draft }, index) => {
    const path = pathOf(reading.path, index);
    return readField({ ...items, required: true }, draft, { ...reading, path });
  });
}

function readText(field: NormalizedField, typed: string, reading: Reading): unknown {
  const text = field.type === 'longText' ? typed : typed.trim();
  if (text.trim() === '') {
    if (field.required) report(reading, field.type === 'enum' ? 'problem.choose' : 'problem.required');
    return undefined;
  }
  if (needsJson(field)) return readJson(field, text, reading);
  if (numberKindOf(field) !== undefined) return readNumber(field, text, reading);
  if (field.type === 'enum') return field.enum?.[Number(text)];
  if (isMoment(field)) return reading.format.zone.instant(text) ?? report(reading, 'problem.time');
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
  return report(reading, 'problem.json');
}

function readNumber(field: NormalizedField, text: string, reading: Reading): number | undefined {
  const { format } = reading;
  const value = format.parseNumber(text);
  if (value === undefined || !Number.isFinite(value)) {
    return report(reading, 'problem.number', { example: format.number(1234.5) });
  }
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf } = field;
  const limited = (key: TextKey, limit: number) => report(reading, key, format.number(limit));
  if (field.type === 'integer' && !Number.isInteger(value)) report(reading, 'problem.integer');
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
  const { minLength = 0, maxLength = Infinity, pattern, type, formatMinimum = '', formatMaximum = '' } = field;
  const day = (key: TextKey, limit: string) => report(reading, key, { limit: reading.format.date(limit) });
  // JSON Schema counts code points, not UTF-16 units.
  const { length } = Array.from(text);
  if (length < minLength) report(reading, 'problem.min-length', minLength);
  else if (length > maxLength) report(reading, 'problem.max-length', maxLength);
  else if (type === 'email' && !/^[^\s@]+@[^\s@]+$/.test(text)) report(reading, 'problem.email');
  else if (type === 'url' && !/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text)) report(reading, 'problem.url');
  else if (type === 'date' && !/^\d{4}-\d\d-\d\d$/.test(text)) report(reading, 'problem.date');
  else if (type === 'date' && text < formatMinimum) day('problem.earliest', formatMinimum);
  else if (type === 'date' && formatMaximum !== '' && text > formatMaximum) day('problem.latest', formatMaximum);
  else if (pattern !== undefined && !matches(text, pattern)) report(reading, 'problem.pattern');
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
function report({ path, problems }: Reading, key: TextKey, limitOrValues?: TextValues | string | number): undefined {
  const values = typeof limitOrValues === 'object' ? limitOrValues : { limit: limitOrValues ?? '' };
  problems.push({ path, key, values });
}
