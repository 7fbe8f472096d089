import { describe, expect, test } from 'vitest';
import { field } from '../../testing/field.ts';
import { formatFor } from '../../ui/format.ts';
import { draftOf, firstDraft } from './draft.ts';
import { withEntry, withMoved } from './entries.ts';
import { objectInFormat } from './in-format.ts';
import { readInputs } from './read-inputs.ts';

const english = formatFor({ locale: 'en-US' });
const german = formatFor({ locale: 'de-DE' });

describe('the first draft of a form', () => {
  test.each([
    [field({ type: 'text', default: 'a' }), 'a'],
    [field({ type: 'number', default: 200_000 }), '200,000'],
    [field({ type: 'integer', default: 2026 }), '2026'],
    [field({ type: 'boolean', default: true }), true],
    [field({ type: 'boolean' }), false],
    [field({ type: 'enum', enum: ['a', { b: 1 }], default: { b: 1 } }), '1'],
    [field({ type: 'enum', enum: ['a'], default: 'gone' }), ''],
    [field({ type: 'number', default: 'seven' }), ''],
    [field({ type: 'object', default: { a: 1 } }), '{\n  "a": 1\n}'],
    [field({ type: 'email' }), ''],
  ])('%j starts as %j', (described, draft) => {
    expect(draftOf(described, undefined, english)).toEqual(draft);
  });

  test('a list has as many entries as it needs, or those of its default', () => {
    const items = field({ type: 'text' });
    expect(draftOf(field({ type: 'array', items, minItems: 2 }), undefined, english)).toHaveLength(2);
    expect(draftOf(field({ type: 'array', items, default: ['a'] }), undefined, english)).toEqual([
      { id: 0, draft: 'a' },
    ]);
  });

  test('an object takes the defaults of its fields, and its own over them', () => {
    const fields = [field({ key: 'a', type: 'text', default: '1' }), field({ key: 'b', type: 'text', default: '2' })];
    expect(draftOf(field({ type: 'object', fields, default: { b: '3' } }), undefined, english)).toEqual({
      a: '1',
      b: '3',
    });
  });
});

test('a new entry holds the defaults of its fields', () => {
  const items = field({ type: 'object', fields: [field({ key: 'amount', type: 'integer', default: 1 })] });
  expect(withEntry([], items, english)).toEqual([{ id: 0, draft: { amount: '1' } }]);
});

test.each([
  [0, 1, [2, 1, 3]],
  [2, -1, [1, 3, 2]],
  [1, -1, [2, 1, 3]],
  [7, 1, [1, 2, 3]],
] as const)('the entry at %i moved by %i leaves the order %j', (index, by, ids) => {
  const list = [1, 2, 3].map((id) => ({ id, draft: '' }));
  expect(withMoved(list, index, by).map(({ id }) => id)).toEqual(ids);
});

test('a new entry never takes the id of another one', () => {
  const items = field({ type: 'text' });
  const list = withEntry([{ id: 7, draft: 'a' }], items, english);
  expect(list.map(({ id }) => id)).toEqual([7, 8]);
});

test('a change of zone keeps every time what it is', () => {
  const utc = formatFor({ timeZone: 'UTC' });
  const cairo = formatFor({ timeZone: 'Africa/Cairo' });
  const fields = [field({ key: 'at', type: 'text', format: 'date-time' })];
  const draft = objectInFormat(fields, { at: '2026-01-31T12:00' }, utc, cairo);
  expect(draft).toEqual({ at: '2026-01-31T14:00' });
  expect(objectInFormat(fields, { at: '' }, utc, cairo)).toEqual({ at: '' });
});

test('a change of locale keeps every number what it is', () => {
  const fields = [
    field({ key: 'amount', type: 'number' }),
    field({ key: 'name', type: 'text' }),
    field({ key: 'rates', type: 'array', items: field({ type: 'number' }) }),
  ];
  const draft = { ...firstDraft(fields, english), amount: '200,000', name: '1,500', rates: [{ id: 0, draft: '1.5' }] };
  const translated = objectInFormat(fields, draft, english, german);
  expect(translated['amount']).toBe('200.000');
  expect(readInputs(fields, translated, german).inputs).toEqual({ amount: 200_000, name: '1,500', rates: [1.5] });
});
