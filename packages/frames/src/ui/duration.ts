/** A duration in words of the locale: "1 second", "45 seconds", "3 minutes", "5 hours"; rounded up. */
export function durationText(locale: string, seconds: number): string {
  if (seconds < 100) return inUnit(locale, seconds, 'second');
  if (seconds < 100 * 60) return inUnit(locale, seconds / 60, 'minute');
  return inUnit(locale, seconds / 3600, 'hour');
}

function inUnit(locale: string, value: number, unit: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.ceil(value));
}
