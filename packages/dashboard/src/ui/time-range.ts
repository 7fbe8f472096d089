export const ranges = [
  { value: '', label: 'Any time' },
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: '30d', label: 'Last 30 days' },
];

const hours: Readonly<Record<string, number>> = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 };

/** Where the range begins, to the minute so that a list keeps its key while one looks at it. */
export function startOf(range: string, nowMs: number): { from?: string } {
  const long = hours[range];
  if (long === undefined) return {};
  const from = nowMs - long * 3_600_000;
  return { from: new Date(from - (from % 60_000)).toISOString() };
}
