const dayMs = 24 * 60 * 60 * 1000;

/** The moment so many days before `now` (epoch milliseconds). */
export function daysBefore(now: number, days: number): Date {
  return new Date(now - days * dayMs);
}
