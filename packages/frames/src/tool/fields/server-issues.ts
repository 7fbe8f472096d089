import type { Issue, NormalizedField } from '@microapp/contract';
import type { Format } from '../../ui/format.ts';
import type { TextKey, TextValues } from '../../ui/texts/texts.ts';
import { rootPath } from './path.ts';
import { placeOf, type Place } from './place.ts';

/** What the server said of a part of the inputs: the field that can show it, if any, or else which part it means. */
export type ServerIssue = { place: Place | undefined; part: string; issue: Issue };

/** Maps the server's issues to the fields of the form: to the field of that path, else to the innermost field around it. */
export function placedIssues(fields: readonly NormalizedField[], issues: readonly Issue[]): ServerIssue[] {
  return issues.map((issue) => {
    const place = placeOf(fields, issue.path);
    const isNamed = place !== undefined || issue.path === rootPath;
    return { place, part: isNamed ? '' : `${issue.path.replace(/^inputs\.?/, '')}: `, issue };
  });
}

/**
 * An issue as a text of ours, which the visitor reads in the own language. What there is no text for is the server's own
 * sentence, in English.
 */
export function sayingOf({ rule, limit, message }: Issue, format: Format): { key: TextKey; values?: TextValues } {
  const key = rule === 'format' || rule === 'type' ? kinds[String(limit)] : rules[rule ?? ''];
  if (key === undefined) return { key: 'problem.told', values: { message: asSentence(message) } };
  if (key === 'problem.number') return { key, values: { example: format.number(1234.5) } };
  if (typeof limit === 'string') return { key, values: { limit: format.date(limit) } };
  if (typeof limit === 'number') return { key, values: { limit: counts.has(key) ? limit : format.number(limit) } };
  return { key };
}

/** By keyword of JSON Schema. */
const rules: Readonly<Record<string, TextKey | undefined>> = {
  required: 'problem.required',
  dependentRequired: 'problem.required',
  minimum: 'problem.minimum',
  exclusiveMinimum: 'problem.above',
  maximum: 'problem.maximum',
  exclusiveMaximum: 'problem.below',
  multipleOf: 'problem.multiple',
  minLength: 'problem.min-length',
  maxLength: 'problem.max-length',
  pattern: 'problem.pattern',
  formatMinimum: 'problem.earliest',
  formatMaximum: 'problem.latest',
  enum: 'problem.choose',
  const: 'problem.choose',
  minItems: 'problem.min-items',
  maxItems: 'problem.max-items',
  uniqueItems: 'problem.unique',
};

/** By type or format. */
const kinds: Readonly<Record<string, TextKey | undefined>> = {
  number: 'problem.number',
  integer: 'problem.integer',
  date: 'problem.date',
  'date-time': 'problem.time',
  email: 'problem.email',
  uri: 'problem.url',
  url: 'problem.url',
};

/** The number chooses the plural form, so it stays one. */
const counts: ReadonlySet<TextKey> = new Set<TextKey>([
  'problem.min-length',
  'problem.max-length',
  'problem.min-items',
  'problem.max-items',
]);

/** The server's fragments ("must be at least 1") as sentences of their own. */
function asSentence(fragment: string): string {
  const text = fragment.trim();
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
