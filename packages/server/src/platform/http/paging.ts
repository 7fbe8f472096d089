import { AppError } from '../app-error.ts';
import type { KeysetStart } from '../db/keyset.ts';

const limitDefault = 50;
// Only what we could have written goes to the database: a year or a letter that it cannot store would be our error.
const timePattern = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const idPatterns = { text: /^[0-9A-Za-z_]{1,100}$/, number: /^\d{1,18}$/ };

export type PageStart = KeysetStart;
/** `order` names the order that the rows are in, where a list has several. */
export type Page = { limit: number; after: PageStart | undefined; order?: string | undefined };

/**
 * Reads `?limit=` and `?cursor=` (already checked for form). A cursor that we did not make for such ids, or for another
 * order of the list, is 400.
 */
export function pageOf(
  query: { limit?: string; cursor?: string },
  ids: keyof typeof idPatterns = 'text',
  order?: string,
): Page {
  return {
    limit: query.limit === undefined ? limitDefault : Number(query.limit),
    after: query.cursor === undefined ? undefined : readCursor(query.cursor, idPatterns[ids], order),
    order,
  };
}

/** The page's answer. `rows` holds one row more than the limit when there is a next page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  page: Page,
  shape: { startOf: (row: Row) => PageStart; present: (row: Row) => Item },
): { data: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const hasMore = rows.length > page.limit && last !== undefined;
  return { data: shown.map(shape.present), nextCursor: hasMore ? writeCursor(shape.startOf(last), page.order) : null };
}

function writeCursor({ at, id }: PageStart, order: string | undefined): string {
  const parts = [at.toISOString(), id, ...(order === undefined ? [] : [order])];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function readCursor(cursor: string, idPattern: RegExp, order: string | undefined): PageStart {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(parts) &&
      typeof parts[0] === 'string' &&
      typeof parts[1] === 'string' &&
      (order === undefined || parts[2] === order)
    ) {
      const [time, id] = [parts[0], parts[1]];
      const at = new Date(time);
      if (timePattern.test(time) && !Number.isNaN(at.getTime()) && idPattern.test(id)) return { at, id };
    }
  } catch {
    // Falls through to the refusal: whatever it was, we did not write it.
  }
  throw new AppError('validation_failed', {
    issues: [{ path: 'cursor', message: 'is not a cursor of this list; start again without it' }],
  });
}
