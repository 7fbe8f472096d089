import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { exampleOf } from './example-of.ts';

const text = 'Two words.';
const object = (properties: object) => ({ type: 'object', required: Object.keys(properties), properties });

describe('an example of a JSON Schema', () => {
  it.each([
    [
      'texts with lengths',
      object({
        any: { type: 'string' },
        short: { type: 'string', maxLength: 3 },
        long: { type: 'string', minLength: 400 },
      }),
    ],
    [
      'numbers with bounds',
      object({ from: { type: 'integer', minimum: 5 }, to: { type: 'number', maximum: 0.5 }, any: { type: 'number' } }),
    ],
    ['truths and nothing', object({ yes: { type: 'boolean' }, no: { type: 'null' } })],
    ['choices and constants', object({ one: { enum: ['a', 'b'] }, fixed: { const: 7 } })],
    [
      'lists with lengths',
      object({
        many: { type: 'array', minItems: 3, items: { type: 'integer' } },
        none: { type: 'array', maxItems: 0 },
      }),
    ],
    ['objects in lists in objects', object({ lines: { type: 'array', items: object({ text: { type: 'string' } }) } })],
    [
      'alternatives and several types',
      object({ either: { anyOf: [{ type: 'integer' }, { type: 'string' }] }, maybe: { type: ['null', 'string'] } }),
    ],
    [
      'references',
      { ...object({ line: { $ref: '#/$defs/line' } }), $defs: { line: object({ text: { type: 'string' } }) } },
    ],
  ])('follows it: %s', (_, schema) => {
    const example = exampleOf(schema, text);
    const isValid = new Ajv2020({ strict: false }).compile(schema);
    expect(isValid(example), JSON.stringify({ example, errors: isValid.errors })).toBe(true);
  });

  it('is filled with the text', () => {
    expect(exampleOf(object({ a: { type: 'string' }, b: { type: 'string', maxLength: 3 } }), text)).toEqual({
      a: text,
      b: 'Two',
    });
  });

  it('of a schema that refers to itself comes to an end', () => {
    const node = { type: 'object', properties: { next: { $ref: '#' }, text: { type: 'string' } } };
    expect(JSON.stringify(exampleOf(node, text)).length).toBeLessThan(2000);
    expect(exampleOf({ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }, text)).toBe(text);
  });
});
