/**
 * The fields that are other than they were: all that a form sends, so that what a colleague has changed meanwhile in the
 * others stays. Values are compared as JSON.
 */
export function changesOf<Fields extends object>(before: Fields, after: Fields): Partial<Fields> {
  const was = new Map(Object.entries(before).map(([name, value]) => [name, JSON.stringify(value)]));
  const changed = Object.entries(after).filter(([name, value]) => was.get(name) !== JSON.stringify(value));
  // Some of the same fields, each with its own type.
  return Object.fromEntries(changed) as Partial<Fields>;
}
