import type { Issue, NormalizedField } from '@microapp/contract';
import { rootPath } from './path.ts';
import { placeOf, type Place } from './place.ts';

/** What the server said of a part of the inputs: the field that can show it, if any, and the sentence. */
export type ServerIssue = { place: Place | undefined; message: string };

/**
 * Maps the server's issues to the fields of the form: to the field of that path, else to the innermost field around it.
 * What no field can show says in words which part it means.
 */
export function placedIssues(fields: readonly NormalizedField[], issues: readonly Issue[]): ServerIssue[] {
  return issues.map(({ path, message }) => {
    const place = placeOf(fields, path);
    const part = place === undefined && path !== rootPath ? `${path.replace(/^inputs\.?/, '')}: ` : '';
    return { place, message: part + asSentence(message) };
  });
}

/** The server's fragments ("must be at least 1") as sentences of their own. */
function asSentence(fragment: string): string {
  const text = fragment.trim();
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
