import type { Issue, NormalizedField } from '@microapp/contract';
import { useRef, useState } from 'preact/hooks';
import { useLocale } from '../../ui/locale.ts';
import { firstDraft, objectInFormat, type DraftObject } from './draft.ts';
import { isWithin, placeOf, type Place } from './path.ts';
import { readInputs, type Problem } from './read-inputs.ts';
import { placedIssues, type ServerIssue } from './server-issues.ts';

/** A sentence for a field, as the field and the summary show it; no field can show what has an empty `path`. */
export type FieldMessage = { path: string; label: string; message: string };

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

export function useForm(fields: readonly NormalizedField[]): Form {
  const { format, text } = useLocale();
  const [held, hold] = useState(() => ({ format, draft: firstDraft(fields, format) }));
  const editedPaths = useRef<Paths>(new Set());
  const [spokenPaths, setSpokenPaths] = useState<Paths>(new Set());
  const [halfTypedPaths, setHalfTypedPaths] = useState<readonly string[]>([]);
  const [serverIssues, setServerIssues] = useState<readonly ServerIssue[]>([]);

  const draft = held.format === format ? held.draft : objectInFormat(fields, held.draft, held.format, format);
  const { inputs, problems } = readInputs(fields, draft, format);

  const labelOf = ({ labels }: Place) =>
    labels.map((label) => (typeof label === 'string' ? label : text('entry', { number: label }))).join(' › ');
  const messageOf = (path: string, message: string, place = placeOf(fields, path)): FieldMessage => ({
    path: place?.path ?? '',
    label: place === undefined ? '' : labelOf(place),
    message,
  });
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
    messages: [
      ...withHalfTyped(halfTypedPaths)
        .filter(({ path }) => spokenPaths.has(path))
        .map(({ path, key, values }) => messageOf(path, text(key, values))),
      ...serverIssues.map(({ place, message }) => messageOf('', text('problem.told', { message }), place)),
    ],
    change: (changed) => hold({ format, draft: changed }),
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
    takeIssues: (issues) => setServerIssues(placedIssues(fields, issues)),
  };
}
