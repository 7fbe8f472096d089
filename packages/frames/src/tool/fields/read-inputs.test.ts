import type { NormalizedField } from '@microapp/contract';
import { describe, expect, test } from 'vitest';
import { field } from '../../testing/field.ts';
import { formatFor } from '../../ui/format.ts';
import { draftOf, type Draft } from './draft.ts';
import { readInputs } from './read-inputs.ts';

const format = formatFor({ locale: 'en-US' });
const read = (described: NormalizedField, draft: Draft) => readInputs([described], { it: draft }, format);
const problemOf = (described: NormalizedField, draft: Draft) => read(described, draft).problems[0]?.key;

describe('what is sent', () => {
  test.each([
    [field({ type: 'text' }), '  hello ', 'hello'],
    [field({ type: 'longText' }), ' two\nlines ', ' two\nlines '],
    [field({ type: 'number' }), '1,234.5', 1234.5],
    [field({ type: 'integer' }), '30', 30],
    [field({ type: 'boolean' }), false, false],
    [field({ type: 'enum', enum: ['a', 2, null] }), '1', 2],
    [field({ type: 'enum', enum: ['a', 2, null] }), '2', null],
    [field({ type: 'date' }), '2026-01-31', '2026-01-31'],
    [field({ type: 'object' }), '{"a": 1}', { a: 1 }],
    [field({ type: 'array' }), '[1, "b"]', [1, 'b']],
  ])('%j with %j is the value of its type', (described, draft, value) => {
    expect(read(described, draft)).toEqual({ inputs: { it: value }, problems: [] });
  });

  test.each(['text', 'longText', 'number', 'integer', 'date', 'email', 'url', 'enum'] as const)(
    'an empty %s is absent, and a problem only when it is required',
    (type) => {
      expect(read(field({ type }), ' ')).toEqual({ inputs: {}, problems: [] });
      const { inputs, problems } = read(field({ type, required: true }), ' ');
      expect(inputs).toEqual({});
      expect(problems).toMatchObject([{ path: 'inputs.it' }]);
    },
  );

  test('entries of a list keep their order, and the path of a problem says which', () => {
    const list = field({ type: 'array', items: field({ type: 'integer' }) });
    const draft = [
      { id: 4, draft: '1' },
      { id: 2, draft: 'x' },
    ];
    expect(read(list, draft)).toMatchObject({ inputs: { it: [1, undefined] }, problems: [{ path: 'inputs.it[1]' }] });
  });

  test('an object is read field by field; one that may be missing and is empty is absent', () => {
    const address = field({
      type: 'object',
      fields: [
        field({ key: 'street', type: 'text', required: true }),
        field({ key: 'odd key', type: 'integer', label: 'Odd' }),
      ],
    });
    expect(read(address, { street: 'Main', 'odd key': '' }).inputs).toEqual({ it: { street: 'Main' } });
    expect(read(address, { street: '', 'odd key': 'x' }).problems).toMatchObject([
      { path: 'inputs.it.street', key: 'problem.required' },
      { path: 'inputs.it["odd key"]', key: 'problem.number' },
    ]);
    expect(read(address, { street: '', 'odd key': '' })).toEqual({ inputs: {}, problems: [] });
    expect(read({ ...address, required: true }, { street: '', 'odd key': '' }).problems).toHaveLength(1);
  });

  test('an object that may be missing is left out as it is at first, unless its defaults are enough', () => {
    const country = field({ key: 'country', type: 'text', default: 'DE' });
    const street = field({ key: 'street', type: 'text', required: true });
    const half = field({ type: 'object', fields: [country, street] });
    expect(read(half, { country: 'DE', street: '' })).toEqual({ inputs: {}, problems: [] });
    expect(read(half, { country: 'AT', street: '' }).problems).toMatchObject([{ path: 'inputs.it.street' }]);
    expect(read(half, { country: 'DE', street: 'Main' }).inputs).toEqual({ it: { country: 'DE', street: 'Main' } });
    expect(read(field({ type: 'object', fields: [country] }), { country: 'DE' }).inputs).toEqual({
      it: { country: 'DE' },
    });
  });

  test('to untick what is ticked by default is an answer, also in an object that is empty otherwise', () => {
    const agree = field({ key: 'agree', type: 'boolean', default: true });
    const object = field({ type: 'object', fields: [agree, field({ key: 'note', type: 'text' })] });
    expect(read(object, { agree: false, note: '' }).inputs).toEqual({ it: { agree: false } });
  });

  test('a list that may be missing is left out with the empty entries that it starts with', () => {
    const list = field({ type: 'array', minItems: 2, items: field({ type: 'text' }) });
    const first = draftOf(list, undefined, format);
    expect(read(list, first)).toEqual({ inputs: {}, problems: [] });
    expect(read({ ...list, required: true }, first).problems).toHaveLength(2);
  });

  test('a date and time is the instant at which the clocks of the configured zone show it (M19)', () => {
    const berlin = formatFor({ locale: 'en-US', timeZone: 'Europe/Berlin' });
    const moment = field({ type: 'text', format: 'date-time', default: '2026-07-01T10:00:00Z' });
    const draft = draftOf(moment, undefined, berlin);
    expect(draft).toBe('2026-07-01T12:00');
    expect(readInputs([moment], { it: draft }, berlin).inputs).toEqual({ it: '2026-07-01T10:00:00.000Z' });
  });
});

describe('what is refused', () => {
  const text = field({ type: 'text', minLength: 2, maxLength: 3 });
  const limited = field({ type: 'number', minimum: 1, maximum: 10 });
  const open = field({ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 });
  const year = field({ type: 'date', formatMinimum: '2026-01-01', formatMaximum: '2026-12-31' });
  const list = field({ type: 'array', minItems: 1, maxItems: 1, items: field({ type: 'text' }), required: true });
  test.each([
    [field({ type: 'number' }), 'abc', 'problem.number'],
    [field({ type: 'number' }), '1e999', 'problem.number'],
    [field({ type: 'integer' }), '1.5', 'problem.integer'],
    [limited, '0', 'problem.minimum'],
    [limited, '11', 'problem.maximum'],
    [open, '0', 'problem.above'],
    [open, '1', 'problem.below'],
    [field({ type: 'number', multipleOf: 0.1 }), '0.35', 'problem.multiple'],
    [text, 'a', 'problem.min-length'],
    [text, 'abcd', 'problem.max-length'],
    [field({ type: 'text', pattern: '^\\d{5}$' }), '123', 'problem.pattern'],
    [field({ type: 'email' }), 'nobody', 'problem.email'],
    [field({ type: 'url' }), 'example.com', 'problem.url'],
    [field({ type: 'date' }), 'tomorrow', 'problem.date'],
    [year, '2025-12-31', 'problem.earliest'],
    [year, '2027-01-01', 'problem.latest'],
    [field({ type: 'text', format: 'date-time' }), 'tomorrow', 'problem.time'],
    [field({ type: 'object' }), '[1]', 'problem.json'],
    [field({ type: 'object' }), '{', 'problem.json'],
    [field({ type: 'array' }), '{}', 'problem.json'],
    [list, [], 'problem.min-items'],
    [
      list,
      [
        { id: 0, draft: 'a' },
        { id: 1, draft: 'b' },
      ],
      'problem.max-items',
    ],
  ] as const)('%j with %j: %s', (described, draft, key) => {
    expect(problemOf(described, draft as Draft)).toBe(key);
  });

  test.each([
    [limited, '1'],
    [limited, '10'],
    [open, '0.5'],
    [field({ type: 'number', multipleOf: 0.1 }), '0.3'],
    [text, '👍👍👍'],
    [field({ type: 'email' }), 'a@b.c'],
    [year, '2026-01-01'],
    [year, '2026-12-31'],
    [field({ type: 'url' }), 'https://example.com/a'],
    [field({ type: 'text', pattern: '(' }), 'a pattern that the browser does not know'],
  ])('%j with %j is fine', (described, draft) => {
    expect(read(described, draft).problems).toEqual([]);
  });

  test('a limit is written as the locale writes numbers', () => {
    const german = formatFor({ locale: 'de-DE' });
    const { problems } = readInputs([field({ type: 'number', maximum: 1_000_000 })], { it: '2000000' }, german);
    expect(problems).toMatchObject([{ values: { limit: '1.000.000' } }]);
  });
});
