const dayMs = 24 * 60 * 60 * 1000;

/** The UTC day of a moment (epoch milliseconds), as an ISO date; whatever the time zone of the process. */
export function utcDayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** When the next UTC day begins. */
export function nextUtcDayOf(atMs: number): Date {
  return new Date((Math.floor(atMs / dayMs) + 1) * dayMs);
}

/** Whole seconds until 00:00 UTC, rounded up: who waits so long does not come too early. */
export function secondsToNextUtcDay(atMs: number): number {
  return Math.ceil((nextUtcDayOf(atMs).getTime() - atMs) / 1000);
}
