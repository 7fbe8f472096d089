import type { ToolSpec } from '@microapp/contract';
import { expect, it } from 'vitest';
import { changesOfTool } from './changes.ts';

const properties = {
  net: { type: 'number', title: 'Net price', maximum: 10 },
  note: { type: 'string' },
  address: { type: 'object', properties: { city: { type: 'string' }, zip: { type: 'string' } } },
  tags: { type: 'array', items: { type: 'string', maxLength: 20 } },
};

const before: ToolSpec = {
  inputs: {
    type: 'object',
    required: ['net'],
    properties,
  },
  steps: [
    { kind: 'transform', name: 'sum', expression: '1 + 1' },
    { kind: 'llm', name: 'text', prompt: 'Hello', temperature: 0 },
  ],
};

function said(after: ToolSpec): string[] {
  return changesOfTool(before, after).map(({ subject, text }) => `${subject} ${text}`);
}

function withProperties(changes: Record<string, unknown>): ToolSpec {
  return { ...before, inputs: { ...before.inputs, properties: { ...properties, ...changes } } };
}

it('equal specs have no change, in whatever order their keywords stand', () => {
  const { required, type } = before.inputs;
  expect(said({ steps: before.steps, inputs: { properties, type, required } })).toEqual([]);
});

it.each<[string, ToolSpec, string[]]>([
  [
    'a field that is new, gone and another',
    {
      ...before,
      inputs: {
        type: 'object',
        required: ['note'],
        properties: {
          net: { type: 'number', title: 'Price', maximum: 20, multipleOf: 5 },
          note: { type: 'string', enum: ['a', 'b'] },
          address: { type: 'object', properties: { city: { type: 'string' }, zip: { type: 'string' } } },
          when: { type: 'string', format: 'date' },
        },
      },
    },
    [
      'Field “tags” is removed',
      'Field “Price” is not required anymore',
      'Field “Price” has the label “Price”, was “Net price”',
      'Field “Price” has the largest value “20”, was “10”',
      'Field “Price” has “multipleOf” now: “5”',
      'Field “note” is required now',
      'Field “note” is Choice, was Text',
      'Field “when” is new: Date',
    ],
  ],
  [
    'a field of a group, and its order',
    withProperties({
      address: { type: 'object', properties: { zip: { type: 'string', minLength: 5 }, city: { type: 'string' } } },
    }),
    [
      'Field “address › zip” has the fewest characters now: “5”',
      'Field “address” has its fields in another order: zip, city',
    ],
  ],
  [
    'the entries of a list',
    withProperties({ tags: { type: 'array', items: { type: 'number' }, maxItems: 3 } }),
    ['Field “tags” has the most entries now: “3”', 'Entry of Field “tags” is Number, was Text'],
  ],
  [
    'a schema that is no field',
    withProperties({ note: { anyOf: [{ type: 'null' }] } }),
    ['Field “note” is as its JSON Schema says, was Text'],
  ],
  [
    'keywords of the form, and a requirement of what is no field',
    { ...before, inputs: { ...before.inputs, required: ['net', 'ghost'], additionalProperties: false } },
    ['The form has “additionalProperties” now: “false”', 'The form has changed in “required”'],
  ],
  [
    'steps that are new, gone, of another kind and in another order',
    {
      ...before,
      steps: [
        { kind: 'http', name: 'more', url: 'https://api.example.com/' },
        { kind: 'llm', name: 'text', prompt: 'Hello\nworld', model: 'small' },
        { kind: 'function', name: 'sum', code: 'export default () => 2' },
      ],
      output: { step: 'sum' },
    },
    [
      'Step “more” is new: HTTP request',
      'Step “text” has changed in the prompt',
      'Step “text” no longer has the temperature',
      'Step “text” has the model now: “small”',
      'Step “sum” is Function, was Transform',
      'Steps are in another order: text, sum',
      'Output is the result of sum, was the last step’s result',
    ],
  ],
  [
    'a step that is gone',
    { ...before, steps: [{ kind: 'transform', name: 'sum', expression: '2' }] },
    ['Step “text” is removed', 'Step “sum” has the expression “2”, was “1 + 1”'],
  ],
])('says in words what changed: %s', (_, after, words) => {
  expect(said(after)).toEqual(words);
});
