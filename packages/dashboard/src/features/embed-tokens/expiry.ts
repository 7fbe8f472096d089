export type Expiry = 'never' | '30' | '90' | '365' | 'date';

export const expiries: { value: Expiry; label: string }[] = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'date', label: 'On a day' },
];

const dayMs = 86_400_000;

/** The moment in ISO 8601; a day, `YYYY-MM-DD`, counts to its end where the person is. Undefined: it does not expire. */
export function expiryOf(expiry: Expiry, day: string, now: Date): string | undefined {
  if (expiry === 'never') return undefined;
  if (expiry === 'date') return new Date(`${day}T23:59:59`).toISOString();
  return new Date(now.getTime() + Number(expiry) * dayMs).toISOString();
}
