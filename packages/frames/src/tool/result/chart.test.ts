import { describe, expect, test } from 'vitest';
import { labelsAt, placeOf, spread, ticksOf } from './chart.ts';
import { shapeOf } from './shape.ts';

function chartOf(output: unknown) {
  const shape = shapeOf(output);
  return shape.kind === 'table' ? shape.chart : 'no table';
}

describe('a table is drawn', () => {
  test.each([
    ['as lines over a number', 'line', [1, 2, 3].map((x) => ({ x, y: x * x }))],
    ['as lines over years', 'line', [2024, 2025, 2026].map((year) => ({ year, cost: 1.5, income: 2.5 }))],
    ['as lines over dates', 'line', ['2026-01', '2026-02', '2026-03'].map((month) => ({ month, visits: 4 }))],
    ['as bars over names', 'bars', ['Rent', 'Food'].map((label) => ({ label, value: 10 }))],
    ['as bars over names in any column', 'bars', ['Rent', 'Food'].map((name) => ({ value: 10, name }))],
  ])('%s', (_, kind, output) => {
    expect(chartOf(output)).toMatchObject({ kind });
  });

  test('with each column of numbers as a line of its own', () => {
    const output = [1, 2, 3].map((year) => ({ year, interest: 9.5, balance: 7.5 }));
    expect(chartOf(output)).toEqual({ kind: 'line', label: 0, series: [1, 2] });
  });
});

describe('a table is not drawn', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => n);
  test.each([
    ['with two columns of text', ['a', 'b'].map((name) => ({ name, kind: name, value: 1 }))],
    ['without a label', [1, 2, 3].map((id) => ({ id, value: id }))],
    ['with amounts beside counts', ['a', 'b'].map((name) => ({ name, price: 1.5, pieces: 2 }))],
    ['of one row', [{ name: 'a', value: 1 }]],
    ['of two points', [1, 2].map((x) => ({ x, y: x }))],
    ['with a name twice', ['a', 'a'].map((name) => ({ name, value: 1 }))],
    ['with a name missing', ['a', null].map((name) => ({ name, value: 1 }))],
    ['of numbers that do not grow', [3, 1, 2].map((x) => ({ x, y: x }))],
    ['of more bars than one can read', many(31).map((n) => ({ name: `n${n}`, value: n }))],
    ['of more lines than one can follow', many(3).map((x) => ({ x, a: 1, b: 1, c: 1, d: 1, e: 1 }))],
    ['of more points than one can see', many(1_001).map((x) => ({ x, y: 1 }))],
    ['of labels alone', ['a', 'b'].map((name) => ({ name }))],
  ])('%s', (_, output) => {
    expect(chartOf(output)).toBeUndefined();
  });
});

describe('the axis of a chart', () => {
  test.each([
    [
      [3, 97],
      [0, 50, 100],
    ],
    [
      [0.12, 0.2],
      [0, 0.05, 0.1, 0.15, 0.2],
    ],
    [
      [-30, 50],
      [-40, -20, 0, 20, 40, 60],
    ],
    [
      [-5, -1],
      [-6, -4, -2, 0],
    ],
    [
      [0, 0],
      [0, 0.5, 1],
    ],
    [[], [0, 0.5, 1]],
    [
      [NaN, Infinity, 4],
      [0, 1, 2, 3, 4],
    ],
  ])('for %j has %j', (values, ticks) => {
    expect(ticksOf(values)).toEqual(ticks);
  });

  test('always has zero on it, holds every value, and is no ladder', () => {
    for (const scale of [1e-9, 1, 1e12]) {
      for (const [low, high] of [
        [1, 9],
        [-7, 3],
        [-9.9, -0.1],
        [0, 6.1],
      ]) {
        const values = [(low ?? 0) * scale, (high ?? 0) * scale];
        const ticks = ticksOf(values);
        expect(ticks).toContain(0);
        expect(ticks[0]).toBeLessThanOrEqual(Math.min(...values));
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(Math.max(...values));
        expect(ticks.length).toBeLessThanOrEqual(8);
      }
    }
  });

  test.each([
    [2026, 2026],
    ['2026-01-01', Date.UTC(2026, 0, 1)],
    ['2026-03', Date.UTC(2026, 2, 1)],
    ['March', undefined],
    ['2026-99-99', undefined],
    [null, undefined],
    [Infinity, undefined],
  ])('has %j at %s', (label, place) => {
    expect(placeOf(label)).toBe(place);
  });
});

describe('names beside lines', () => {
  test('stay where they are when there is room', () => {
    expect(spread([10, 100, 50], 16, 200)).toEqual([10, 100, 50]);
  });

  test('move apart, in their order, and stay inside', () => {
    expect(spread([50, 50, 52], 16, 200)).toEqual([50, 66, 82]);
    expect(spread([190, 195, 200], 16, 200)).toEqual([168, 184, 200]);
  });
});

test.each([
  [5, 5, [0, 1, 2, 3, 4]],
  [5, 9, [0, 1, 2, 3, 4]],
  [5, 4, [0, 2, 4]],
  [8, 4, [0, 3, 7]],
  [30, 2, [0, 29]],
  [2, 1, [0, 1]],
  [1, 4, [0]],
])('of %i labels, where there is room for %i, an axis names %j', (count, most, named) => {
  expect(labelsAt(count, most)).toEqual(named);
});
