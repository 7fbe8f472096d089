import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { ReadDraft } from './draft.ts';

const pauseMs = 600;

type TypedSpec = {
  /** Another one when something else is to be seen. */
  key: string;
  /** What is typed, where that is another than what is saved. */
  spec?: unknown;
  /** Whether what is typed is not what is shown yet. */
  isBehind: boolean;
  note: string;
};

/** What a preview shows while somebody types: each state that is a spec, once the typing pauses; else the saved one. */
export function useTypedSpec(read: ReadDraft, { saved, isDirty }: { saved: string; isDirty: boolean }): TypedSpec {
  const isWhole = read.issues.length === 0;
  const typed = isWhole ? JSON.stringify(read.spec) : undefined;
  const [paused] = useDebouncedValue(typed, pauseMs);
  const [last, setLast] = useState(saved);
  const next = !isDirty ? saved : typed !== undefined && typed === paused ? typed : last;
  if (next !== last) setLast(next);

  if (!isDirty) return { key: saved, isBehind: false, note: 'Shows the saved draft.' };
  return {
    key: next,
    isBehind: isWhole && typed !== next,
    ...(next !== saved && { spec: JSON.parse(next) }),
    note: isWhole
      ? 'Shows what you type. Nothing of it is saved yet.'
      : 'Shows what you typed before what is not finished.',
  };
}
