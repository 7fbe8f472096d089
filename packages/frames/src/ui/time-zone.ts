/** Times as the clocks of one zone show them. */
export type TimeZone = {
  /** What people call it; absent where it is the visitor's own. */
  foreignName: string | undefined;
  /** An instant (ISO 8601) as `2026-01-31T13:45`, as a browser's input of date and time has it; `''` if it is none. */
  wallTime(instant: string): string;
  /** The instant at which the clocks show that, ISO 8601 UTC; `undefined` if it is no time. */
  instant(wallTime: string): string | undefined;
};

/** `timeZone` is one that the browser knows. */
export function timeZoneOf(timeZone: string, locale: string | undefined): TimeZone {
  // Swedes write dates in the order of ISO 8601.
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const shownAt = (ms: number): string => clock.format(ms).replace(' ', 'T');
  const offsetAt = (ms: number): number => Date.parse(`${shownAt(ms)}Z`) - Math.floor(ms / 60_000) * 60_000;

  return {
    get foreignName() {
      if (timeZone === Intl.DateTimeFormat().resolvedOptions().timeZone) return undefined;
      const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' }).formatToParts(0);
      return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
    },
    wallTime(instant) {
      const ms = Date.parse(instant);
      return Number.isNaN(ms) ? '' : shownAt(ms);
    },
    instant(wallTime) {
      const asIfUtc = Date.parse(`${wallTime}Z`);
      if (Number.isNaN(asIfUtc)) return undefined;
      // The offset is that of the instant, which is only known by the offset: the second guess is right, but in the hour
      // that a change of the clocks leaves out or repeats, where either answer is.
      const guess = asIfUtc - offsetAt(asIfUtc);
      return new Date(asIfUtc - offsetAt(guess)).toISOString();
    },
  };
}
