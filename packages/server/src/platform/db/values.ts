import { types } from 'pg';

/**
 * How values cross the wire. Both engines speak PostgreSQL's text format, and both are told to leave the text alone, so
 * that one encoder and one decoder serve them: a query answers the same values on PGlite and on PostgreSQL.
 */

const oids = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  timestamptz: 1184,
  jsonb: 3802,
} as const;

/** Array type → type of its elements. */
const elementOids: ReadonlyMap<number, number> = new Map([
  [199, oids.json],
  [1000, oids.bool],
  [1001, oids.bytea],
  [1005, oids.int2],
  [1007, oids.int4],
  [1009, 25], // text
  [1014, 1042], // bpchar
  [1015, 1043], // varchar
  [1016, oids.int8],
  [1021, oids.float4],
  [1022, oids.float8],
  [1003, 19], // name
  [1182, 1082], // date
  [1185, oids.timestamptz],
  [1231, 1700], // numeric
  [2951, 2950], // uuid
  [3807, oids.jsonb],
]);

/** The driver's parser of arrays: strings, nulls and arrays of them. Its types do not list arrays' numbers. */
const parserOf: (oid: number, format: 'text') => (text: string) => unknown = types.getTypeParser;
const splitArrayText = parserOf(1009, 'text') as (text: string) => NestedText[];

/**
 * One value in PostgreSQL's text format; `undefined` is null. A `Date` becomes ISO 8601 UTC, bytes hexadecimal, an array
 * a PostgreSQL array, any other object JSON. For a JSON column whose value is an array or a scalar, pass
 * `JSON.stringify(value)`: the generated table types ask for it. Throws `TypeError` for what has no such form.
 */
export function encodeParameter(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return encodeArray(value);
  if (typeof value === 'object') return JSON.stringify(value);
  throw new TypeError(`a ${typeof value} cannot be a query parameter`);
}

/**
 * The value behind a column's text. `int8` is a number and throws `RangeError` when a number cannot hold it exactly;
 * `numeric`, `date` and every type not named here stay text; `timestamptz` is a `Date`, `bytea` a `Buffer`, JSON is parsed.
 */
export function decodeColumn(oid: number, text: string): unknown {
  const elementOid = elementOids.get(oid);
  if (elementOid !== undefined) return decodeArray(elementOid, text);
  switch (oid) {
    case oids.bool:
      return text === 't';
    case oids.int2:
    case oids.int4:
    case oids.oid:
    case oids.float4:
    case oids.float8:
      return Number(text);
    case oids.int8:
      return decodeInt8(text);
    case oids.timestamptz:
      return decodeTimestamp(text);
    case oids.bytea:
      return Buffer.from(text.slice(2), 'hex');
    case oids.json:
    case oids.jsonb:
      return JSON.parse(text) as unknown;
    default:
      return text;
  }
}

function encodeArray(items: readonly unknown[]): string {
  return `{${items.map((item) => (Array.isArray(item) ? encodeArray(item) : encodeElement(item))).join(',')}}`;
}

function encodeElement(item: unknown): string {
  const text = encodeParameter(item);
  return text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

function decodeArray(elementOid: number, text: string): unknown[] {
  return splitArrayText(text).map((item) => decodeElement(elementOid, item));
}

type NestedText = string | null | NestedText[];

function decodeElement(elementOid: number, item: NestedText): unknown {
  if (item === null) return null;
  return Array.isArray(item) ? item.map((inner) => decodeElement(elementOid, inner)) : decodeColumn(elementOid, item);
}

function decodeInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint column holds a value that a number cannot');
  return value;
}

/** `2026-01-31 23:59:59.123456+00`, with an offset of hours, hours and minutes, or more; `Date` keeps milliseconds. */
function decodeTimestamp(text: string): Date {
  const iso = text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) throw new RangeError('a timestamp column holds a value that a Date cannot');
  return date;
}
