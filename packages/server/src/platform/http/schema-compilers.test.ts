import type { FastifySchema } from 'fastify';
import { expect, it } from 'vitest';
import { compileSerializer, compileValidator } from './schema-compilers.ts';

const route = { method: 'POST', url: '/shop' };

/** The framework's word for the schemas of all parts of a route; its compilers are given those of one part. */
function schemaOf(schema: object): FastifySchema {
  return schema;
}

function named(name: string): FastifySchema {
  return schemaOf({
    type: 'object',
    properties: { [name]: { type: 'integer' } },
    required: [name],
    additionalProperties: false,
  });
}

it('says everything that is wrong, and forgets it with the next value', () => {
  const validate = compileValidator({ ...route, schema: named('count') });
  expect(validate({ other: 1 })).toBe(false);
  expect(validate.errors?.map(({ keyword }) => keyword)).toEqual(['required', 'additionalProperties']);
  expect(validate({ count: 1 })).toBe(true);
  expect(validate.errors).toBeNull();
});

it('coerces nothing, adds nothing and takes nothing away', () => {
  const validate = compileValidator({ ...route, schema: schemaOf({ ...named('count'), default: { count: 1 } }) });
  const value = { count: '1' };
  expect(validate(value)).toBe(false);
  expect(value).toEqual({ count: '1' });
});

it('knows formats', () => {
  const validate = compileValidator({ ...route, schema: schemaOf({ type: 'string', format: 'date-time' }) });
  expect(validate('2026-11-21T10:00:00Z')).toBe(true);
  expect(validate('tomorrow')).toBe(false);
});

it('tells apart what two routes with the same schema were sent', () => {
  const [first, second] = [named('size'), named('size')].map((schema) => compileValidator({ ...route, schema }));
  expect(first?.({})).toBe(false);
  expect(second?.({ size: 1 })).toBe(true);
  expect(first?.errors).toHaveLength(1);
});

it('writes the fields that the schema lists, and no others', () => {
  const serialize = compileSerializer({ ...route, schema: named('count') });
  expect(serialize({ count: 3, secret: 'kept' })).toBe('{"count":3}');
  expect(() => serialize({ secret: 'kept' })).toThrow('"count" is required!');
});

it('is asked before it compiles: a server starts without', () => {
  // Neither could be compiled.
  const schema = schemaOf({ type: 'no such type' });
  expect(() => compileValidator({ ...route, schema })({})).toThrow('type must be');
  expect(() => compileSerializer({ ...route, schema })({})).toThrow('schema is invalid');
});
