const slugLengthMax = 64;

/** The address that a name suggests: `Loan & rate, 2nd` → `loan-rate-2nd`. Empty where a name has nothing of the kind. */
export function slugFor(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036F'’]/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, slugLengthMax)
    .replaceAll(/^-+|-+$/g, '');
}
