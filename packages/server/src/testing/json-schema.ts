import Schema from 'typebox/schema';

/** The values that a JSON Schema refuses, with nothing allowed that it does not name. */
export function foreignTo(schema: unknown, values: readonly unknown[]): unknown[] {
  const strict = strictly(schema) as object; // a schema with a few more keywords
  return values.filter((value) => !Schema.Check(strict, value));
}

/** The same schema, but what it does not name is not allowed: what is sent has to be what is published. */
function strictly(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strictly);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strictly(value)]));
  return 'properties' in schema ? { ...inner, additionalProperties: false } : inner;
}
