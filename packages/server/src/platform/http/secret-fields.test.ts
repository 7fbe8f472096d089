import * as contract from '@microapp/contract';
import { Nullable, SecretText } from '@microapp/contract';
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { secretFieldsOf } from './secret-fields.ts';

const secret = SecretText({ description: 'A secret.' });

describe('the fields that are kept out of the log', () => {
  it.each([
    ['a field', Type.Object({ hidden: secret })],
    ['an optional field', Type.Object({ hidden: Type.Optional(secret) })],
    ['a field that may be null', Type.Object({ hidden: Nullable(secret) })],
    ['a list of them', Type.Object({ hidden: Type.Array(secret) })],
    ['a field of a field', Type.Object({ outer: Type.Object({ hidden: secret }) })],
    ['a field of the members of a list', Type.Array(Type.Object({ hidden: secret }))],
    ['a field of a choice', Type.Union([Type.Object({ shown: Type.String() }), Type.Object({ hidden: secret })])],
    ['a bare group of fields', { hidden: secret }],
  ])('are found in a schema: %s', (_what, schema) => {
    expect(secretFieldsOf([schema])).toEqual(['hidden']);
  });

  it('are named once, and are no others', () => {
    const schema = Type.Object({ a: secret, b: Type.String(), c: Type.Object({ a: secret }) });
    expect(secretFieldsOf([schema, schema])).toEqual(['a']);
    expect(secretFieldsOf([Type.Object({ b: Type.String() }), 'text', null, 7])).toEqual([]);
  });

  it('include every raw secret of the contract', () => {
    expect(secretFieldsOf(Object.values(contract)).toSorted()).toEqual([
      'csrfToken',
      'key',
      'link',
      'ownerKey',
      'secret',
      'signInUrl',
      'ticket',
      'token',
      'urlToken',
    ]);
  });

  it('are found under every name of a shared schema', () => {
    const shared = Nullable(secret);
    expect(secretFieldsOf([Type.Object({ a: shared, b: shared })])).toEqual(['a', 'b']);
  });

  it('are found in a schema that contains itself', () => {
    const schema: Record<string, unknown> = { hidden: secret };
    schema['self'] = schema;
    expect(secretFieldsOf([schema])).toEqual(['hidden']);
  });
});
