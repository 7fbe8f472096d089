/** The list with one entry in place of the one with the same id. */
export function replaced<Entry extends { id: string }>(entries: readonly Entry[], changed: Entry): Entry[] {
  return entries.map((entry) => (entry.id === changed.id ? changed : entry));
}

/** The list with one entry one place up or down. */
export function moved<Entry extends { id: string }>(entries: readonly Entry[], id: string, by: -1 | 1): Entry[] {
  const from = entries.findIndex((entry) => entry.id === id);
  const entry = entries[from];
  const to = from + by;
  if (entry === undefined || to < 0 || to >= entries.length) return [...entries];
  return entries.toSpliced(from, 1).toSpliced(to, 0, entry);
}

export function without<Entry extends { id: string }>(entries: readonly Entry[], id: string): Entry[] {
  return entries.filter((entry) => entry.id !== id);
}
