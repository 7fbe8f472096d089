import { describe, expect, test } from 'vitest';
import { loanCalculator } from './examples/loan-calculator.ts';
import { normalizedFields } from './normalized-fields.ts';

function fieldOf(schema: Record<string, unknown>) {
  const [field] = normalizedFields({ type: 'object', properties: { field: schema } });
  return field;
}

describe('normalizedFields', () => {
  test('the loan calculator has its three fields, in order, with everything a form needs', () => {
    expect(normalizedFields(loanCalculator.spec.inputs)).toEqual([
      {
        key: 'principal',
        label: 'Loan amount',
        type: 'number',
        required: true,
        description: expect.any(String) as string,
        exclusiveMinimum: 0,
        maximum: 1_000_000_000,
        default: 200_000,
      },
      expect.objectContaining({ key: 'annualRatePercent', type: 'number', minimum: 0, maximum: 100, default: 6 }),
      expect.objectContaining({ key: 'years', type: 'integer', minimum: 1, maximum: 50, default: 30 }),
    ]);
  });

  test.each([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', maxLength: 255 }, 'text'],
    [{ type: 'string', maxLength: 256 }, 'longText'],
    [{ type: 'string', contentMediaType: 'text/markdown' }, 'longText'],
    [{ type: 'number' }, 'number'],
    [{ type: 'integer' }, 'integer'],
    [{ type: 'boolean' }, 'boolean'],
    [{ type: 'string', enum: ['a', 'b'] }, 'enum'],
    [{ const: 'a' }, 'enum'],
    [{ type: 'string', format: 'date' }, 'date'],
    [{ type: 'string', format: 'date-time' }, 'text'],
    [{ type: 'string', format: 'email' }, 'email'],
    [{ type: 'string', format: 'uri' }, 'url'],
    [{ type: 'array', items: { type: 'string' } }, 'array'],
    [{ type: 'object' }, 'object'],
    [{ type: ['null', 'integer'] }, 'integer'],
    [{ anyOf: [{ type: 'null' }, { type: 'number' }] }, 'number'],
    [{ properties: {} }, 'object'],
    [{ items: {} }, 'array'],
    [{}, 'text'],
  ])('%j is a field of type %s', (schema, type) => {
    expect(fieldOf(schema)?.type).toBe(type);
  });

  test.each([
    ['annualRatePercent', 'Annual rate percent'],
    ['customer_id', 'Customer id'],
    ['ship-to', 'Ship to'],
    ['vatID', 'Vat ID'],
    ['XMLFile', 'XML file'],
    ['line2', 'Line2'],
    ['_', '_'],
  ])('a field %s without a title is labeled "%s"', (key, label) => {
    const [field] = normalizedFields({ type: 'object', properties: { [key]: { type: 'string' } } });
    expect(field?.label).toBe(label);
  });

  test.each(['oneOf', 'anyOf'])('the constants of %s are options, with their titles', (keyword) => {
    const country = { [keyword]: [{ const: 'de', title: 'Germany' }, { const: 'at' }, { const: null }] };
    expect(fieldOf(country)).toEqual({
      key: 'field',
      label: 'Field',
      type: 'enum',
      required: false,
      enum: ['de', 'at', null],
      enumTitles: ['Germany', 'at', 'null'],
    });
  });

  test('a date carries the limits of its format', () => {
    const limits = { formatMinimum: '2026-01-01', formatMaximum: '2026-12-31' };
    expect(fieldOf({ type: 'string', format: 'date', ...limits })).toMatchObject({ type: 'date', ...limits });
  });

  test('keywords that the schema does not have are absent', () => {
    expect(fieldOf({ type: 'string' })).toEqual({ key: 'field', label: 'Field', type: 'text', required: false });
  });

  test('a default of false, null or 0 is kept', () => {
    expect([false, null, 0].map((value) => fieldOf({ default: value })?.default)).toEqual([false, null, 0]);
  });

  test('objects and arrays carry the fields inside them', () => {
    const schema = {
      type: 'array',
      items: { type: 'object', required: ['b'], properties: { a: { type: 'string' }, b: { type: 'integer' } } },
    };
    expect(fieldOf(schema)?.items?.fields).toEqual([
      { key: 'a', label: 'A', type: 'text', required: false },
      { key: 'b', label: 'B', type: 'integer', required: true },
    ]);
  });

  test('a reference inside the schema is followed, and what stands beside it wins', () => {
    const [field] = normalizedFields({
      type: 'object',
      properties: { home: { $ref: '#/$defs/a~1b', title: 'Home' } },
      $defs: { 'a/b': { type: 'object', title: 'Address', properties: { city: { type: 'string' } } } },
    });
    expect(field).toEqual({
      key: 'home',
      label: 'Home',
      type: 'object',
      required: false,
      fields: [{ key: 'city', label: 'City', type: 'text', required: false }],
    });
  });

  test('the parts of allOf become one object', () => {
    const fields = normalizedFields({
      allOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }, { properties: { b: { type: 'number' } } }],
    });
    expect(fields.map(({ key, required }) => [key, required])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  test('a schema that contains itself is followed once', () => {
    const [node] = normalizedFields({
      type: 'object',
      properties: { node: { $ref: '#/$defs/node' } },
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' }, n: { type: 'integer' } } } },
    });
    expect(node?.fields).toEqual([
      { key: 'next', label: 'Next', type: 'object', required: false },
      { key: 'n', label: 'N', type: 'integer', required: false },
    ]);
  });

  test.each([
    ['a loop of references', { $ref: '#/$defs/a' }],
    ['a reference to nothing', { $ref: '#/$defs/none' }],
    ['a reference to the outside', { $ref: 'https://example.com/schema' }],
    ['a reference through a prototype', { $ref: '#/constructor/prototype' }],
    ['the root itself', { $ref: '#' }],
  ])('%s ends, as a field without a form', (_, schema) => {
    const fields = normalizedFields({
      properties: { field: schema },
      $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    });
    expect(fields).toHaveLength(1);
    expect(fields[0]?.fields).toBeUndefined();
  });

  test('definitions that refer to each other tenfold make a thousand fields at most', () => {
    const definitions = Array.from({ length: 8 }, (_, level) => {
      const keys = Array.from({ length: 10 }, (_, key) => [`k${key}`, { $ref: `#/$defs/d${level + 1}` }]);
      return [`d${level}`, { type: 'object', properties: Object.fromEntries(keys) as unknown }] as const;
    });
    const fields = normalizedFields({ $ref: '#/$defs/d0', $defs: Object.fromEntries(definitions) });
    expect(JSON.stringify(fields).match(/"key"/g)).toHaveLength(1_000);
  });

  test('a schema of great depth is cut off', () => {
    let schema: Record<string, unknown> = { type: 'string' };
    for (let depth = 0; depth < 1_000; depth++) schema = { type: 'object', properties: { inside: schema } };
    expect(JSON.stringify(normalizedFields(schema)).match(/inside/g)?.length).toBeLessThan(10);
  });
});
