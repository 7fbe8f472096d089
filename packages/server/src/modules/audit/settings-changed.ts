import { isDeepStrictEqual } from 'node:util';

/**
 * Of the named settings, those that are not as before, with both values. The names are listed by the caller, so that
 * nothing gets into the trail, which nobody can change afterwards, because it was added to an object elsewhere.
 */
export function settingsChanged<Setting extends string>(
  before: Readonly<Record<Setting, unknown>>,
  after: Readonly<Record<Setting, unknown>>,
  settings: readonly Setting[],
): Record<string, { from: unknown; to: unknown }> {
  const changed = settings.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  return Object.fromEntries(changed.map((name) => [name, { from: before[name], to: after[name] }]));
}
