import type { Issue, NormalizedField } from '@microapp/contract';
import { useState } from 'preact/hooks';
import { useLocale } from '../../ui/locale.ts';
import { firstDraft, objectInFormat, type DraftObject } from './draft.ts';
import { isWithin } from './path.ts';
import { readInputs } from './read-inputs.ts';
import { messagesOfIssues, type FieldMessage } from './server-issues.ts';

export type Form = {
  draft: DraftObject;
  /** What the fields and the summary say now: what was left, what was sent, and what the server said of it. */
  messages: FieldMessage[];
  change(draft: DraftObject): void;
  /** Somebody has edited a field: what the server said of it no longer holds. */
  edited(path: string): void;
  /** Somebody has left a field: from now on it says what is wrong with it. */
  left(path: string): void;
  /** The inputs, or `undefined` when something is wrong; from then on every field says so. */
  submit(): Record<string, unknown> | undefined;
  takeIssues(issues: readonly Issue[]): void;
};

export function useForm(fields: readonly NormalizedField[]): Form {
  const { format, text } = useLocale();
  const [held, hold] = useState(() => ({ format, draft: firstDraft(fields, format) }));
  const [leftPaths, setLeftPaths] = useState<ReadonlySet<string>>(new Set());
  const [submitted, setSubmitted] = useState(false);
  const [serverMessages, setServerMessages] = useState<readonly FieldMessage[]>([]);

  const draft = held.format === format ? held.draft : objectInFormat(fields, held.draft, held.format, format);
  const { inputs, problems } = readInputs(fields, draft, format);
  // A field that somebody merely tabbed through is empty, not wrong; that it must be filled in is said on Run.
  const shown = problems.filter(
    ({ path, key }) => submitted || (leftPaths.has(path) && key !== 'problem.required' && key !== 'problem.choose'),
  );
  const ownMessages = shown.map(({ path, label, key, values }) => ({ path, label, message: text(key, values) }));

  return {
    draft,
    messages: [...ownMessages, ...serverMessages],
    change: (changed) => hold({ format, draft: changed }),
    edited: (path) =>
      setServerMessages((messages) =>
        messages.filter(
          (message) => message.path !== '' && !isWithin(message.path, path) && !isWithin(path, message.path),
        ),
      ),
    left: (path) => setLeftPaths((paths) => new Set([...paths, path])),
    submit() {
      setSubmitted(true);
      setServerMessages([]);
      return problems.length === 0 ? inputs : undefined;
    },
    takeIssues: (issues) => setServerMessages(messagesOfIssues(fields, issues)),
  };
}
