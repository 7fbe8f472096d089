import { secretMark } from '@microapp/contract';

/** Keywords whose schemas describe the same field that they stand in. */
const sameField = /^(\d+|items|prefixItems|anyOf|oneOf|allOf)$/;

/** The names of all fields that a schema somewhere in `schemas` marks as secret, also as a list or as one choice of several. */
export function secretFieldsOf(schemas: Iterable<unknown>): string[] {
  const names = new Set<string>();
  const seen = new Map<object, Set<string>>();

  function visit(value: unknown, field: string): void {
    if (typeof value !== 'object' || value === null) return;
    const seenAs = seen.get(value) ?? new Set();
    if (seenAs.has(field)) return;
    seen.set(value, seenAs.add(field));
    if (secretMark in value && field !== '') names.add(field);
    for (const [key, child] of Object.entries(value)) visit(child, sameField.test(key) ? field : key);
  }

  for (const schema of schemas) visit(schema, '');
  return [...names];
}
