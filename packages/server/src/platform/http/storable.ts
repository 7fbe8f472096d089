import type { Issue } from '@microapp/contract';

/** Far deeper than any real document, and far shallower than what makes a JSON parser run out of stack. */
const nestingMax = 100;

/**
 * What in a parsed request PostgreSQL could not store as it is: NUL characters, halves of surrogate pairs, and JSON
 * nested without end. Found here, they are the caller's mistake with a path; found by the database, they would be a bug.
 * At most one issue for each value; paths are dotted.
 */
export function issuesOfStorage(value: unknown, path: readonly string[] = []): Issue[] {
  if (typeof value === 'string') return issuesOfText(value, path);
  if (typeof value !== 'object' || value === null) return [];
  if (path.length > nestingMax) {
    return [{ path: path.slice(0, 3).join('.'), message: `is nested more than ${nestingMax} levels deep` }];
  }
  return Object.entries(value).flatMap(([key, part]) => {
    const inKey = issuesOfText(key, path);
    return inKey.length > 0 ? inKey : issuesOfStorage(part, [...path, key]);
  });
}

function issuesOfText(text: string, path: readonly string[]): Issue[] {
  if (text.includes('\0')) return [{ path: path.join('.'), message: 'has a NUL character, which cannot be stored' }];
  if (!text.isWellFormed())
    return [{ path: path.join('.'), message: 'has half of a surrogate pair: not valid Unicode' }];
  return [];
}
