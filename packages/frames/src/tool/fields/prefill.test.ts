import { describe, expect, test } from 'vitest';
import { field } from '../../testing/field.ts';
import { formatFor } from '../../ui/format.ts';
import { firstDraft } from './draft.ts';
import { withPrefill } from './prefill.ts';
import { readInputs } from './read-inputs.ts';

type Described = Parameters<typeof field>[0];

const german = formatFor({ locale: 'de-DE' });
const draftWith = (one: Described, value: unknown) =>
  firstDraft(withPrefill([field({ key: 'a', ...one })], { a: value }), german)['a'];

describe('what a page knows', () => {
  test.each([
    [{ type: 'number' }, 1234.5, '1.234,5'],
    [{ type: 'number' }, '1234.5', '1.234,5'],
    [{ type: 'integer' }, '12', '12'],
    [{ type: 'text' }, 'Ada', 'Ada'],
    [{ type: 'text' }, 12, '12'],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'boolean', default: true }, false, false],
    [{ type: 'enum', enum: ['s', 'm'] }, 'm', '1'],
    [{ type: 'enum', enum: [1, 2] }, '2', '1'],
    [{ type: 'date' }, '2026-01-31', '2026-01-31'],
    [
      { type: 'array', items: field({ type: 'integer' }) },
      ['1', 'x', 2],
      [
        { id: 0, draft: '1' },
        { id: 1, draft: '2' },
      ],
    ],
    [{ type: 'object', fields: [field({ key: 'b', type: 'text' })] }, { b: 'x', c: 'y' }, { b: 'x' }],
  ] satisfies [Described, unknown, unknown][])('in a field of %j: %j is %j', (one, value, draft) => {
    expect(draftWith(one, value)).toEqual(draft);
  });

  test.each([
    [{ type: 'number' }, 'many'],
    [{ type: 'number' }, ''],
    [{ type: 'number' }, Infinity],
    [{ type: 'integer' }, { valueOf: 1 }],
    [{ type: 'enum', enum: ['s'] }, 'xl'],
    [{ type: 'boolean' }, 'constructor'],
    [{ type: 'text' }, ['a']],
    [{ type: 'array', items: field({ type: 'text' }) }, 'a'],
  ] satisfies [Described, unknown][])('and a field of %j cannot hold leaves it as it was: %j', (one, value) => {
    expect(draftWith(one, value)).toEqual(firstDraft([field({ key: 'a', ...one })], german)['a']);
  });

  test('is checked like what somebody types', () => {
    const fields = withPrefill([field({ key: 'years', type: 'integer', maximum: 40 })], { years: 99 });
    const { problems } = readInputs(fields, firstDraft(fields, german), german);
    expect(problems).toMatchObject([{ path: 'inputs.years', key: 'problem.maximum' }]);
  });

  test('reaches no field by an inherited name, and none that is not there', () => {
    const fields = [field({ key: 'toString', type: 'text' })];
    expect(withPrefill(fields, { other: 'x' })).toEqual(fields);
  });
});
