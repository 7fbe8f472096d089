import type { NormalizedField } from '@microapp/contract';
import type { Format } from '../../ui/format.ts';
import { draftOf, type DraftList } from './draft.ts';

/** A list with one more entry, which holds the defaults. */
export function withEntry(list: DraftList, items: NormalizedField, format: Format): DraftList {
  const id = Math.max(-1, ...list.map((entry) => entry.id)) + 1;
  return [...list, { id, draft: draftOf(items, undefined, format) }];
}

/** Puts the entry at `index` in the place of its neighbor `by` entries further. */
export function withMoved(list: DraftList, index: number, by: -1 | 1): DraftList {
  const entry = list[index];
  if (entry === undefined) return list;
  return list.toSpliced(index, 1).toSpliced(index + by, 0, entry);
}
