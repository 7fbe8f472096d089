import type { NormalizedField } from '@microapp/contract';
import { isWithin, pathOf, rootPath } from './path.ts';

/** A field of a form, wherever it lies: its path, and the labels on the way to it; of an entry, its number from 1. */
export type Place = { path: string; labels: readonly (string | number)[] };

/** The field at `path`, else the innermost one around it; `undefined` where there is none. */
export function placeOf(fields: readonly NormalizedField[], path: string, around?: Place): Place | undefined {
  const { path: parent = rootPath, labels = [] } = around ?? {};
  for (const field of fields) {
    const here = pathOf(parent, field.key);
    if (isWithin(path, here)) return placeIn(field, path, { path: here, labels: [...labels, field.label] });
  }
  return around;
}

function placeIn({ fields, items }: NormalizedField, path: string, here: Place): Place {
  if (fields !== undefined) return placeOf(fields, path, here) ?? here;
  const [, digits] = /^\[(\d+)\]/.exec(path.slice(here.path.length)) ?? [];
  if (items === undefined || digits === undefined) return here;
  const index = Number(digits);
  return placeIn(items, path, { path: pathOf(here.path, index), labels: [...here.labels, index + 1] });
}
