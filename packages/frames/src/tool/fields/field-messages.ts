import type { NormalizedField } from '@microapp/contract';
import type { Locale } from '../../ui/locale.ts';
import { placeOf, type Place } from './place.ts';
import type { Problem } from './read-inputs.ts';
import { sayingOf, type ServerIssue } from './server-issues.ts';

/**
 * A sentence for a field, as the field and the summary show it; no field can show what has an empty `path`. `labels` lead
 * from the outermost field to it.
 */
export type FieldMessage = { path: string; labels: readonly string[]; message: string };

/** What is wrong, said in words, in the order of the form; what the server said comes last. */
export function fieldMessages(
  { text, format }: Locale,
  fields: readonly NormalizedField[],
  problems: readonly Problem[],
  serverIssues: readonly ServerIssue[],
): FieldMessage[] {
  const labelsOf = ({ labels }: Place) =>
    labels.map((label) => (typeof label === 'string' ? label : text('entry', { number: label })));
  const messageAt = (place: Place | undefined, message: string): FieldMessage => ({
    path: place?.path ?? '',
    labels: place === undefined ? [] : labelsOf(place),
    message,
  });
  return [
    ...problems.map(({ path, key, values }) => messageAt(placeOf(fields, path), text(key, values))),
    ...serverIssues.map(({ place, part, issue }) => {
      const { key, values } = sayingOf(issue, format);
      return messageAt(place, part + text(key, values));
    }),
  ];
}
