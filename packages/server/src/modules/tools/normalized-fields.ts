import type { JsonSchema, NormalizedField, NormalizedFieldType } from '@microapp/contract';

/** Deeper forms are for nobody; it also ends schemas that contain themselves by ever new references. */
const nestingMax = 6;
/** A few definitions that refer to each other tenfold make a million fields. */
const fieldsMax = 1_000;
/** Text that may be longer than this gets room for several lines. */
const singleLineCharsMax = 255;

/**
 * The fields of a form for an object's JSON Schema, in the schema's order. References inside the schema and `allOf` are
 * resolved; of a choice with `null`, and of several types, the first that is not null counts. A schema that contains
 * itself is followed once: the inner field has its type, but neither `fields` nor `items`. There are at most a thousand
 * fields in all.
 */
export function normalizedFields(schema: JsonSchema): NormalizedField[] {
  const nowhere: Position = { root: schema, ancestors: [], depth: 0, budget: { fields: fieldsMax } };
  const resolved = resolve(schema, nowhere);
  return fieldsOf(resolved.schema, { ...nowhere, ancestors: resolved.parts });
}

type Position = {
  root: JsonSchema;
  /** The schemas that this one stands in. */
  ancestors: readonly JsonSchema[];
  depth: number;
  /** Shared by the whole form. */
  budget: { fields: number };
};

function fieldsOf(schema: JsonSchema, position: Position): NormalizedField[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const properties = Object.entries(schemasIn(schema['properties'])).slice(0, position.budget.fields);
  position.budget.fields -= properties.length;
  return properties.map(([key, property]) => fieldOf(key, property, { required: required.includes(key) }, position));
}

function fieldOf(
  key: string,
  unresolved: JsonSchema,
  { required }: { required: boolean },
  position: Position,
): NormalizedField {
  const { schema, parts, repeats } = resolve(unresolved, position);
  const type = fieldTypeOf(schema);
  const field: NormalizedField = {
    key,
    label: textIn(schema['title']) ?? inWords(key),
    type,
    required,
    ...keywordsOf(schema),
  };
  if (repeats || position.depth === nestingMax) return field;
  const inside = { ...position, ancestors: [...position.ancestors, ...parts], depth: position.depth + 1 };
  if (type === 'object') field.fields = fieldsOf(schema, inside);
  if (type === 'array' && isSchema(schema['items'])) {
    field.items = fieldOf('items', schema['items'], { required: true }, inside);
  }
  return field;
}

const typesByFormat: Record<string, NormalizedFieldType> = {
  date: 'date',
  email: 'email',
  'idn-email': 'email',
  uri: 'url',
  iri: 'url',
  url: 'url',
};

function fieldTypeOf(schema: JsonSchema): NormalizedFieldType {
  if (Array.isArray(schema['enum']) || 'const' in schema || optionsOf(schema).length > 0) return 'enum';
  switch (jsonTypeOf(schema)) {
    case 'object':
      return 'object';
    case 'array':
      return 'array';
    case 'boolean':
      return 'boolean';
    case 'integer':
      return 'integer';
    case 'number':
      return 'number';
    default:
      return textTypeOf(schema);
  }
}

function textTypeOf(schema: JsonSchema): NormalizedFieldType {
  const format = textIn(schema['format']);
  const byFormat = format === undefined ? undefined : typesByFormat[format];
  if (byFormat !== undefined) return byFormat;
  const isLong = typeof schema['maxLength'] === 'number' && schema['maxLength'] > singleLineCharsMax;
  return isLong || textIn(schema['contentMediaType'])?.startsWith('text/') === true ? 'longText' : 'text';
}

function jsonTypeOf(schema: JsonSchema): unknown {
  const { type } = schema;
  if (Array.isArray(type)) return (type as unknown[]).find((name) => name !== 'null');
  if (type !== undefined) return type;
  if ('properties' in schema) return 'object';
  return 'items' in schema ? 'array' : undefined;
}

const numberKeywords = [
  'minimum',
  'exclusiveMinimum',
  'maximum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
] as const;
const textKeywords = ['description', 'pattern', 'format', 'formatMinimum', 'formatMaximum'] as const;

function keywordsOf(schema: JsonSchema): Partial<NormalizedField> {
  const found: Partial<NormalizedField> = {};
  for (const keyword of textKeywords) {
    const text = textIn(schema[keyword]);
    if (text !== undefined) found[keyword] = text;
  }
  for (const keyword of numberKeywords) {
    const value = schema[keyword];
    if (typeof value === 'number') found[keyword] = value;
  }
  const options = optionsOf(schema);
  if (Array.isArray(schema['enum'])) found.enum = schema['enum'];
  else if ('const' in schema) found.enum = [schema['const']];
  else if (options.length > 0) {
    found.enum = options.map((option) => option['const']);
    found.enumTitles = options.map((option) => textIn(option['title']) ?? wordFor(option['const']));
  }
  if ('default' in schema) found.default = schema['default'];
  return found;
}

/** `schema` is flat; `parts` is what it was made of; `repeats` says that it stands inside itself. */
type Resolved = { schema: JsonSchema; parts: readonly JsonSchema[]; repeats: boolean };

function resolve(unresolved: JsonSchema, { root, ancestors }: Position): Resolved {
  const parts = partsOf(unresolved, root, new Set());
  const repeats = parts.some((part) => ancestors.includes(part));
  // What is written next to a reference is closer to the reader's eye, and wins.
  const schema = merged(parts);
  const properties = merged(parts.map((part) => schemasIn(part['properties'])));
  const required = parts.flatMap((part) => (Array.isArray(part['required']) ? (part['required'] as unknown[]) : []));
  if (Object.keys(properties).length > 0) Object.assign(schema, { properties, required });
  return { schema, parts, repeats };
}

/** One object of several, in their order; of two values for a key the first counts. */
function merged(parts: readonly Record<string, unknown>[]): Record<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [key, value] of parts.flatMap((part) => Object.entries(part))) {
    if (!values.has(key)) values.set(key, value);
  }
  return Object.fromEntries(values);
}

/** The schema itself and everything that it takes over whole: the target of `$ref`, the parts of `allOf`, a lone choice. */
function partsOf(schema: JsonSchema, root: JsonSchema, seen: Set<JsonSchema>): JsonSchema[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const taken = [targetOf(schema['$ref'], root), ...schemasOf(schema['allOf']), nonNullChoice(schema)];
  return [schema, ...taken.flatMap((part) => (part === undefined ? [] : partsOf(part, root, seen)))];
}

/** Of a choice, the first form that is not `null`. */
function nonNullChoice(schema: JsonSchema): JsonSchema | undefined {
  if (optionsOf(schema).length > 0) return undefined;
  return choicesOf(schema).find((choice) => choice['type'] !== 'null');
}

/** A choice between constants is how JSON Schema gives options their titles. */
function optionsOf(schema: JsonSchema): JsonSchema[] {
  const choices = choicesOf(schema);
  return choices.every((choice) => 'const' in choice) ? choices : [];
}

function choicesOf(schema: JsonSchema): JsonSchema[] {
  return [...schemasOf(schema['anyOf']), ...schemasOf(schema['oneOf'])];
}

function wordFor(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a reference inside the schema points at (`#`, `#/$defs/address`, an `$anchor`). */
function targetOf(reference: unknown, root: JsonSchema): JsonSchema | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined;
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) {
    const named = Object.values(schemasIn(root['$defs']));
    return named.find((schema) => schema['$anchor'] === reference.slice(1));
  }
  let target: unknown = root;
  for (const key of reference.slice(2).split('/')) {
    const name = unescapePointer(key);
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, name)) return undefined;
    target = (target as Record<string, unknown>)[name];
  }
  return isSchema(target) ? target : undefined;
}

function unescapePointer(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~').replaceAll('%25', '%');
}

function schemasIn(value: unknown): Record<string, JsonSchema> {
  if (!isSchema(value)) return {};
  // `true` as a schema allows anything: a field without a form of its own.
  const pairs = Object.entries(value).map(([key, schema]) => [key, schema === true ? {} : schema] as const);
  return Object.fromEntries(pairs.filter((pair): pair is readonly [string, JsonSchema] => isSchema(pair[1])));
}

function schemasOf(value: unknown): JsonSchema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `annualRatePercent` → "Annual rate percent", `customer_id` → "Customer id", `vatID` → "Vat ID". */
function inWords(key: string): string {
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_-]+/)
    .filter((word) => word !== '')
    .map((word) => (/^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(' ');
  return words === '' ? key : words.charAt(0).toUpperCase() + words.slice(1);
}
