import type { NormalizedField } from '@microapp/contract';
import type { Text } from '../../ui/texts/texts.ts';
import { placeOf, type Place } from './place.ts';
import type { Problem } from './read-inputs.ts';
import type { ServerIssue } from './server-issues.ts';

/** A sentence for a field, as the field and the summary show it; no field can show what has an empty `path`. */
export type FieldMessage = { path: string; label: string; message: string };

/** What is wrong, said in words, in the order of the form; what the server said comes last. */
export function fieldMessages(
  text: Text,
  fields: readonly NormalizedField[],
  problems: readonly Problem[],
  serverIssues: readonly ServerIssue[],
): FieldMessage[] {
  const labelOf = ({ labels }: Place) =>
    labels.map((label) => (typeof label === 'string' ? label : text('entry', { number: label }))).join(' › ');
  const messageAt = (place: Place | undefined, message: string): FieldMessage => ({
    path: place?.path ?? '',
    label: place === undefined ? '' : labelOf(place),
    message,
  });
  return [
    ...problems.map(({ path, key, values }) => messageAt(placeOf(fields, path), text(key, values))),
    ...serverIssues.map(({ place, message }) => messageAt(place, text('problem.told', { message }))),
  ];
}
