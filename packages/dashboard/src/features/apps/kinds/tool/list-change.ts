/** The list with one entry in place of the one with the same id. */
export function replaced<Entry extends { id: string }>(entries: readonly Entry[], changed: Entry): Entry[] {
  return entries.map((entry) => (entry.id === changed.id ? changed : entry));
}

/** The list with the entry at `from` at `to` instead; as it was, where there is no such place. */
export function moved<Entry>(entries: readonly Entry[], from: number, to: number): Entry[] {
  const entry = entries[from];
  if (entry === undefined || to < 0 || to >= entries.length) return [...entries];
  return entries.toSpliced(from, 1).toSpliced(to, 0, entry);
}

export function without<Entry extends { id: string }>(entries: readonly Entry[], id: string): Entry[] {
  return entries.filter((entry) => entry.id !== id);
}
