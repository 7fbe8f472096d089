import { isJson, objectAt, type Json } from './asked.ts';

const depthMax = 12;
const stringCharsMax = 200;
const itemsUsual = 2;
const itemsMax = 100;

/**
 * A value that follows a JSON Schema as far as its types, constants, lengths and bounds go; strings are filled with
 * `text`. Every property of an object is there, as a model would answer; patterns and conditions are not looked at.
 */
export function exampleOf(schema: Json, text: string): unknown {
  return valueOf(schema, { root: schema, text, depth: 0 });
}

type Surroundings = { root: Json; text: string; depth: number };

function valueOf(given: Json, surroundings: Surroundings): unknown {
  const { root, depth } = surroundings;
  const schema = resolved(given, root);
  if ('const' in schema) return schema['const'];
  const choices = schema['enum'];
  if (Array.isArray(choices)) return choices[0] as unknown;
  if (depth > depthMax) return null;
  const inner = { ...surroundings, depth: depth + 1 };
  const alternative = [schema['anyOf'], schema['oneOf']].find(Array.isArray)?.find(isJson);
  if (isJson(alternative)) return valueOf(alternative, inner);
  switch (typeOf(schema)) {
    case 'object':
      return Object.fromEntries(
        Object.entries(objectAt(schema, 'properties')).map(([key, part]) => [key, valueOf(asSchema(part), inner)]),
      );
    case 'array':
      return Array.from({ length: lengthOf(schema) }, () => valueOf(objectAt(schema, 'items'), inner));
    case 'integer':
    case 'number':
      return numberAt(schema, 'minimum') ?? numberAt(schema, 'maximum') ?? 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return stringOf(schema, surroundings.text);
  }
}

/** Follows references inside of the schema, such as `#/$defs/line`, and gives up on one that goes round in circles. */
function resolved(schema: Json, root: Json, hops = 0): Json {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || hops > depthMax) return schema;
  const keys = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
  return resolved(keys.reduce(objectAt, root), root, hops + 1);
}

/** In lower case, as JSON Schema writes it; of several types the first that is not null. */
function typeOf(schema: Json): string {
  const type = [schema['type']].flat().find((each) => each !== 'null') ?? schema['type'];
  if (typeof type === 'string') return type.toLowerCase();
  return 'properties' in schema ? 'object' : 'string';
}

function asSchema(value: unknown): Json {
  return isJson(value) ? value : {};
}

function numberAt(schema: Json, key: string): number | undefined {
  const value = schema[key];
  return typeof value === 'number' ? value : undefined;
}

function lengthOf(schema: Json): number {
  const atLeast = Math.max(numberAt(schema, 'minItems') ?? 0, itemsUsual);
  return Math.min(atLeast, numberAt(schema, 'maxItems') ?? itemsMax, itemsMax);
}

function stringOf(schema: Json, text: string): string {
  const atLeast = numberAt(schema, 'minLength') ?? 0;
  const atMost = numberAt(schema, 'maxLength') ?? Math.max(atLeast, stringCharsMax);
  return text.slice(0, atMost).padEnd(Math.min(atLeast, atMost), '.');
}
