import type { Issue, NormalizedField } from '@microapp/contract';
import { isWithin, pathOf, rootPath } from './path.ts';

/** A sentence for a field, as the summary and the field show it. */
export type FieldMessage = { path: string; label: string; message: string };

/**
 * Maps the server's issues to the fields of the form: to the field of that path, else to the outermost field around it.
 * An issue that no field can show keeps its path in front of the sentence, and an empty `path`.
 */
export function messagesOfIssues(fields: readonly NormalizedField[], issues: readonly Issue[]): FieldMessage[] {
  return issues.map(({ path, message }) => {
    const field = fields.find(({ key }) => isWithin(path, pathOf(rootPath, key)));
    if (field === undefined) return { path: '', label: '', message: asSentence(`${path} ${message}`) };
    return { path, label: field.label, message: asSentence(message) };
  });
}

/** The server's fragments ("must be at least 1") as sentences of their own. */
function asSentence(fragment: string): string {
  const text = fragment.trim();
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
