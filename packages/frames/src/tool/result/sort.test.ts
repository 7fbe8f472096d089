import { describe, expect, test } from 'vitest';
import type { Scalar } from './column.ts';
import { nextOrder, sorted, type SortOrder } from './sort.ts';

const up: SortOrder = { column: 0, direction: 'ascending' };
const down: SortOrder = { column: 0, direction: 'descending' };
const firstCells = (values: readonly Scalar[], order: SortOrder | undefined, locale = 'en') =>
  sorted(
    values.map((value) => [value]),
    order,
    locale,
  ).map(([value]) => value);

describe('rows are sorted', () => {
  test.each([
    ['numbers by size', [10, 9, -1, 100], [-1, 9, 10, 100]],
    ['digits in text by their value', ['Item 10', 'Item 9'], ['Item 9', 'Item 10']],
    ['dates by time', ['2026-02-01', '2025-12-31'], ['2025-12-31', '2026-02-01']],
    ['numbers before text', ['b', 2, 'a', 1], [1, 2, 'a', 'b']],
    ['what is missing last', [null, 2, '', 1], [1, 2, null, '']],
  ])('%s', (_, values, expected) => {
    expect(firstCells(values, up)).toEqual(expected);
  });

  test('the other way round, with what is missing still last', () => {
    expect(firstCells([null, 2, 3, 1], down)).toEqual([3, 2, 1, null]);
  });

  test.each([
    ['de', ['Zebra', 'Äpfel', 'Apfel', 'apfel'], ['apfel', 'Apfel', 'Äpfel', 'Zebra']],
    ['sv', ['Zebra', 'Äpfel', 'Apfel'], ['Apfel', 'Zebra', 'Äpfel']],
    ['ar', ['ياسمين', 'باب', 'أحمد', 'تفاح'], ['أحمد', 'باب', 'تفاح', 'ياسمين']],
  ])('text as %s has it', (locale, values, expected) => {
    expect(firstCells(values, up, locale)).toEqual(expected);
  });

  test('and equal ones keep their order', () => {
    const rows = [
      [1, 'a'],
      [0, 'b'],
      [1, 'c'],
    ];
    expect(sorted(rows, down, 'en')).toEqual([
      [1, 'a'],
      [1, 'c'],
      [0, 'b'],
    ]);
  });

  test('by nothing, and then they are as the tool gave them', () => {
    expect(firstCells([2, 1], undefined)).toEqual([2, 1]);
  });
});

test('the head of a column sorts up, down, and not at all', () => {
  const first = nextOrder(undefined, 1);
  const second = nextOrder(first, 1);
  expect([first, second, nextOrder(second, 1)]).toEqual([
    { column: 1, direction: 'ascending' },
    { column: 1, direction: 'descending' },
    undefined,
  ]);
  expect(nextOrder(second, 0)).toEqual({ column: 0, direction: 'ascending' });
});
