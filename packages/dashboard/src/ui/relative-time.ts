const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' });

/** `3 minutes ago`, `in 2 days`; `just now` within a minute. `at` is ISO 8601, `now` in milliseconds. */
export function relativeTime(at: string, now: number): string {
  const difference = Date.parse(at) - now;
  const [unit, size] = units.find(([, ms]) => Math.abs(difference) >= ms) ?? [];
  if (unit === undefined || size === undefined) return difference > 5_000 ? 'in a moment' : 'just now';
  return relative.format(Math.trunc(difference / size), unit);
}

/** The moment in the person's own time zone, which it names. */
export function exactTime(at: string): string {
  return exact.format(new Date(at));
}
