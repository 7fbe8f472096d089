import type { Issue, NormalizedField } from '@microapp/contract';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocale } from '../../ui/locale.ts';
import type { AfterForm } from '../after-form-context.ts';
import { draftOf, firstDraft, type DraftObject } from './draft.ts';
import type { FieldMessage } from './field-messages.ts';
import { isWithin, pathOf, rootPath } from './path.ts';
import type { Problem } from './read-inputs.ts';
import type { ServerIssue } from './server-issues.ts';

export type Form = {
  draft: DraftObject;
  /** What the fields and the summary say now: what was left, what was sent, and what the server said of it. */
  messages: FieldMessage[];
  change(draft: DraftObject): void;
  /** Somebody has edited a field: what the server said of it no longer holds. */
  edited(path: string): void;
  /** Somebody has left a field: if it was edited, it says from now on what is wrong with it. */
  left(path: string): void;
  /** Entries of a list have come, gone or changed places: what was said of one of them may now be said of another. */
  rearranged(path: string): void;
  /**
   * The inputs, or `undefined` when something is wrong; from then on these fields say so. `halfTyped` are the paths of
   * fields that hold something which the browser does not give out, such as half a date.
   */
  submit(halfTyped: readonly string[]): Record<string, unknown> | undefined;
  takeIssues(issues: readonly Issue[]): void;
};

type Paths = ReadonlySet<string>;

/**
 * A form's draft, and what is wrong with it as soon as there is what can tell. A field that nobody has edited follows its
 * default when that changes.
 */
export function useForm(fields: readonly NormalizedField[], checks: AfterForm | undefined): Form {
  const locale = useLocale();
  const { format } = locale;
  const [held, hold] = useState(() => ({ format, draft: firstDraft(fields, format) }));
  const editedPaths = useRef<Paths>(new Set());
  const [spokenPaths, setSpokenPaths] = useState<Paths>(new Set());
  const [halfTypedPaths, setHalfTypedPaths] = useState<readonly string[]>([]);
  const [serverIssues, setServerIssues] = useState<readonly ServerIssue[]>([]);

  // Whatever cannot be read yet cannot be written in another way either.
  const shown =
    held.format === format || checks === undefined
      ? held
      : { format, draft: checks.objectInFormat(fields, held.draft, held.format, format) };
  const { draft } = shown;
  const { inputs, problems } = checks?.readInputs(fields, draft, shown.format) ?? { inputs: undefined, problems: [] };

  const drawnFields = useRef(fields);
  useEffect(() => {
    if (drawnFields.current === fields) return;
    drawnFields.current = fields;
    const isEdited = (path: string) => [...editedPaths.current].some((edited) => isWithin(edited, path));
    const fresh = fields.filter(({ key }) => !isEdited(pathOf(rootPath, key)));
    const followed = fresh.map((field) => [field.key, draftOf(field, undefined, shown.format)] as const);
    hold({ ...shown, draft: { ...draft, ...Object.fromEntries(followed) } });
  }, [fields]);

  const withHalfTyped = (paths: readonly string[]): Problem[] => [
    ...problems.filter(({ path }) => !paths.includes(path)),
    ...paths.map((path) => ({ path, key: 'problem.date' as const })),
  ];
  const forget = (isMeant: (path: string) => boolean) => {
    const kept = (paths: Paths): Paths => new Set([...paths].filter((path) => !isMeant(path)));
    editedPaths.current = kept(editedPaths.current);
    setSpokenPaths(kept);
    setServerIssues((told) => told.filter(({ place }) => place === undefined || !isMeant(place.path)));
  };

  return {
    draft,
    messages:
      checks?.fieldMessages(
        locale,
        fields,
        withHalfTyped(halfTypedPaths).filter(({ path }) => spokenPaths.has(path)),
        serverIssues,
      ) ?? [],
    change: (changed) => hold({ ...shown, draft: changed }),
    edited(path) {
      editedPaths.current = new Set([...editedPaths.current, path]);
      setHalfTypedPaths((paths) => paths.filter((other) => other !== path));
      setServerIssues((told) =>
        told.filter(({ place }) => place !== undefined && !isWithin(place.path, path) && !isWithin(path, place.path)),
      );
    },
    left(path) {
      // A field that somebody merely tabbed through is empty, not wrong.
      if (editedPaths.current.has(path)) setSpokenPaths((paths) => new Set([...paths, path]));
    },
    rearranged: (path) => forget((other) => other !== path && isWithin(other, path)),
    submit(halfTyped) {
      const wrong = withHalfTyped(halfTyped);
      setHalfTypedPaths(halfTyped);
      setSpokenPaths((paths) => new Set([...paths, ...wrong.map(({ path }) => path)]));
      setServerIssues([]);
      return wrong.length === 0 ? inputs : undefined;
    },
    takeIssues: (issues) => setServerIssues(checks?.placedIssues(fields, issues) ?? []),
  };
}
