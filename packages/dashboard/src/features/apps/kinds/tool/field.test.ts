import { expect, it } from 'vitest';
import { fieldsOfSchema, keyInExpression, newField, problemsOf, saysTheSame, schemaOfFields } from './field.ts';

const everyField = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['name', 'size'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', title: 'Name', description: 'Yours.', minLength: 1, maxLength: 80, pattern: '^[A-Z]' },
    story: { type: 'string', maxLength: 4000 },
    price: { type: 'number', exclusiveMinimum: 0, maximum: 10.5, default: 2.5 },
    size: { type: 'integer', minimum: -3, maximum: 3, default: 0 },
    isGift: { type: 'boolean', default: false },
    color: { type: 'string', enum: ['red', 'green'], default: 'red' },
    day: { type: 'string', format: 'date', formatMinimum: '2026-01-01' },
    mail: { type: 'string', format: 'email' },
    page: { type: 'string', format: 'uri' },
    tags: { type: 'array', minItems: 1, items: { type: 'string', maxLength: 20 }, default: ['new', 'wool'] },
    address: {
      type: 'object',
      title: 'Address',
      required: ['city'],
      properties: { city: { type: 'string' }, lines: { type: 'array', items: { type: 'string' } } },
    },
  },
};

it('every kind of field comes back as the schema that it was read from, in the same order', () => {
  const read = fieldsOfSchema(everyField);
  expect(read?.fields.map(({ key, type }) => `${key}: ${type}`)).toEqual([
    'name: text',
    'story: longText',
    'price: number',
    'size: integer',
    'isGift: boolean',
    'color: enum',
    'day: date',
    'mail: email',
    'page: url',
    'tags: array',
    'address: object',
  ]);
  const written = schemaOfFields(read ?? { fields: [], others: {} });
  expect(written).toEqual(everyField);
  expect(Object.keys(written['properties'] ?? {})).toEqual(Object.keys(everyField.properties));
});

it.each([
  ['a reference', { type: 'object', properties: { home: { $ref: '#/$defs/address' } } }],
  ['a choice of forms', { type: 'object', properties: { id: { anyOf: [{ type: 'string' }, { type: 'null' }] } } }],
  ['several types', { type: 'object', properties: { id: { type: ['string', 'null'] } } }],
  ['options that are no texts', { type: 'object', properties: { size: { enum: [1, 2] } } }],
  ['a format as an annotation of a number', { type: 'object', properties: { at: { type: 'number', minimum: '3' } } }],
  [
    'a default of an object in a list',
    { type: 'object', properties: { l: { type: 'array', items: {}, default: [{}] } } },
  ],
  ['an empty title', { type: 'object', properties: { a: { type: 'string', title: '' } } }],
  ['a property that is no schema', { type: 'object', properties: { a: true } }],
  ['a requirement of what is no field', { type: 'object', required: ['ghost'], properties: { a: { type: 'string' } } }],
  ['a choice without options', { type: 'object', properties: { a: { type: 'string', enum: [] } } }],
  ['no object', { type: 'array', items: { type: 'string' } }],
])('a schema with %s is left to the JSON view, as it is', (_, schema) => {
  expect(fieldsOfSchema(schema)).toBeUndefined();
});

it('keys that are missing, twice or no names are found before anything is saved', () => {
  const fields = [newField({ key: 'city' }), newField({ key: 'city' }), newField(), newField({ key: 'two words' })];
  expect(Object.keys(problemsOf(fields))).toEqual(fields.map(({ id }) => id));
  expect(problemsOf([newField({ key: 'city' })])).toEqual({});
});

it('a key that others gave by other rules stays until it is written anew', () => {
  const read = fieldsOfSchema({ type: 'object', properties: { 'first-name': { type: 'string' } } });
  expect(read?.fields.map(({ key }) => key)).toEqual(['first-name']);
  const [field = newField()] = read?.fields ?? [];
  expect(problemsOf([field])).toEqual({});
  expect(keyInExpression(field.key)).toBe('`first-name`');
  expect(Object.keys(problemsOf([{ ...field, key: 'last-name' }]))).toEqual([field.id]);
});

it('what would be no number in the schema is found, and so are options that are missing or twice', () => {
  const bad = [
    newField({ key: 'a', type: 'number', minimum: 'much' }),
    newField({ key: 'b', type: 'integer', defaultText: '1.2.3' }),
    newField({ key: 'c', type: 'enum' }),
    newField({ key: 'd', type: 'enum', options: 'red\nred' }),
  ];
  expect(Object.keys(problemsOf(bad))).toEqual(bad.map(({ id }) => id));
});

it('another order is another form and another body of a request, and the same keywords', () => {
  const step = (body: unknown) => ({ steps: [{ kind: 'http', name: 'send', url: 'https://api.example', body }] });
  expect(saysTheSame(step({ a: 1, b: 2 }), step({ b: 2, a: 1 }))).toBe(false);
  expect(saysTheSame(step({ a: 1, b: 2 }), step({ a: 1, b: 2 }))).toBe(true);
  const form = (properties: object) => ({ type: 'object', properties });
  expect(saysTheSame(form({ a: {}, b: {} }), form({ b: {}, a: {} }))).toBe(false);
  const named = (field: object) => form({ body: field, properties: field });
  expect(saysTheSame(named({ type: 'string', title: 'T' }), named({ title: 'T', type: 'string' }))).toBe(true);
});
