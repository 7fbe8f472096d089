/**
 * What stands in a token's claims under a name, or else along a path of names with dots between them, such as
 * `realm_access.roles`. The whole name comes first: names with dots in them are how providers keep claims apart
 * (`https://example.com/roles`). Undefined when there is nothing.
 */
export function claimAt(claims: object, name: string): unknown {
  if (Object.hasOwn(claims, name)) return fieldOf(claims, name);
  return name.split('.').reduce<unknown>(fieldOf, claims);
}

/** Own fields of objects only: a path must not lead to what every object or every list has. */
function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (!Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name]; // it has that field, as was just asked
}
