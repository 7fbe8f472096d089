import { invalid } from '../app-error.ts';

/** `from` is included, `to` is not; either may be open. */
export type TimeRange = { from: Date | undefined; to: Date | undefined };

/** Reads `?from=` and `?to=` (already checked for form). A moment that there never was, and an empty range, are 400. */
export function timeRangeOf(query: { from?: string; to?: string }): TimeRange {
  const from = momentOf('from', query.from);
  const to = momentOf('to', query.to);
  if (from !== undefined && to !== undefined && from >= to) {
    throw invalid([{ path: 'to', message: 'must be later than from' }]);
  }
  return { from, to };
}

function momentOf(path: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const moment = new Date(text);
  // A leap second has the right form and is no moment here; an offset can lead to a year that PostgreSQL reads otherwise.
  const year = moment.getUTCFullYear();
  if (year >= 1 && year <= 9999) return moment;
  throw invalid([{ path, message: 'is not a moment in time' }]);
}
