import { describe, expect, test } from 'vitest';
import { formatFor } from '../../ui/format.ts';
import { wholeEnglish } from '../../testing/english.ts';
import { textsWith } from '../../ui/texts/texts.ts';
import { copyTextOf } from './copy-text.ts';
import { labelOf } from './label.ts';
import { scalarText } from './scalar-text.ts';
import { isNumeric } from './column.ts';
import { rowsMax, shapeOf } from './shape.ts';

const locale = { format: formatFor({ locale: 'en-US' }), text: textsWith({}, wholeEnglish) };
const loan = { payment: 1199.1, totalInterest: 231_676.38, yearly: [{ year: 1, interest: 11_933.19, balance: 0 }] };

describe('an output is drawn by its shape', () => {
  test('the loan calculator: two amounts, and a table whose years are whole', () => {
    expect(shapeOf(loan)).toEqual({
      kind: 'record',
      entries: [
        { key: 'payment', label: 'Payment', shape: { kind: 'value', value: 1199.1, style: { kind: 'amount' } } },
        {
          key: 'totalInterest',
          label: 'Total interest',
          shape: { kind: 'value', value: 231_676.38, style: { kind: 'amount' } },
        },
        {
          key: 'yearly',
          label: 'Yearly',
          shape: {
            kind: 'table',
            columns: [
              { key: 'year', label: 'Year', style: { kind: 'integer' } },
              { key: 'interest', label: 'Interest', style: { kind: 'amount' } },
              { key: 'balance', label: 'Balance', style: { kind: 'amount' } },
            ],
            rows: [[1, 11_933.19, 0]],
            total: 1,
          },
        },
      ],
    });
  });

  test.each([
    [null, 'nothing'],
    ['', 'nothing'],
    [[], 'nothing'],
    [{}, 'nothing'],
    [[{}], 'nothing'],
    ['yes', 'value'],
    [0, 'value'],
    [false, 'value'],
    ['a\nb', 'text'],
    ['long '.repeat(30), 'text'],
    [[1, 'a', null], 'list'],
    [[{ a: 1 }, { b: 2 }], 'table'],
    [[{ a: { b: 1 } }], 'json'],
    [[1, { a: 1 }], 'json'],
    [{ a: 1 }, 'record'],
  ])('%j is drawn as %s', (output, kind) => {
    expect(shapeOf(output).kind).toBe(kind);
  });

  test('a table has the columns of all rows; a missing cell is nothing', () => {
    expect(shapeOf([{ a: 1 }, { b: 'x' }])).toMatchObject({
      rows: [
        [1, null],
        [null, 'x'],
      ],
    });
  });

  test('only a column of numbers alone is numeric', () => {
    const shape = shapeOf([
      { a: 1, b: 1, c: null },
      { a: null, b: 'x', c: null },
    ]);
    expect(shape.kind === 'table' && shape.columns.map(isNumeric)).toEqual([true, false, false]);
  });

  test('the numbers of a column have the same digits after the point', () => {
    const shape = shapeOf([{ x: 0.1 + 0.2 }, { x: 2 }, { x: 0.25 }]);
    expect(shape).toMatchObject({ columns: [{ style: { kind: 'number', decimals: 2 } }] });
  });

  test('rows beyond the bound are counted, not drawn', () => {
    const shape = shapeOf(Array.from({ length: rowsMax + 1 }, (_, n) => ({ n })));
    expect(shape.kind === 'table' && [shape.rows.length, shape.total]).toEqual([rowsMax, rowsMax + 1]);
  });

  test('nesting without end ends as JSON', () => {
    const deep = shapeOf({ a: { a: { a: { a: { a: 1 } } } } });
    expect(JSON.stringify(deep)).toContain('"kind":"json"');
  });

  test.each([
    [{ total: 3 }, 'integer'],
    [{ total: 3.5 }, 'amount'],
    [{ taxRate: 0.19 }, 'number'],
    [{ paymentCount: 12 }, 'integer'],
    [{ net_price: 5 }, 'amount'],
  ])('%j is written as %s', (output, kind) => {
    expect(shapeOf(output)).toMatchObject({ entries: [{ shape: { style: { kind } } }] });
  });
});

describe('values as a person reads them', () => {
  test.each([
    [1199.1, { kind: 'amount' }, '1,199.10'],
    [2026, { kind: 'integer' }, '2026'],
    [0.1 + 0.2, { kind: 'number' }, '0.3'],
    [2, { kind: 'number', decimals: 2 }, '2.00'],
    [true, { kind: 'plain' }, 'Yes'],
    [null, { kind: 'plain' }, '–'],
    ['2026-01-31', { kind: 'plain' }, 'Jan 31, 2026'],
    ['2026-01-31 is no date alone', { kind: 'plain' }, '2026-01-31 is no date alone'],
  ] as const)('%j as %j is %s', (value, style, shown) => {
    expect(scalarText(value, style, locale)).toBe(shown);
  });

  test.each([
    ['totalInterest', 'Total interest'],
    ['customer_id', 'Customer id'],
    ['vatID', 'Vat ID'],
    ['größeInCm', 'Größe in cm'],
    ['_', '_'],
  ])('the key %s reads "%s"', (key, label) => {
    expect(labelOf(key)).toBe(label);
  });
});

describe('the copy of a result', () => {
  test('holds raw numbers, and tables as cells for a spreadsheet', () => {
    expect(copyTextOf(loan)).toBe(
      'Payment\t1199.1\nTotal interest\t231676.38\n\nYearly\nYear\tInterest\tBalance\n1\t11933.19\t0',
    );
  });

  test.each([
    ['text', 'text'],
    [null, ''],
    [['a', 1], 'a\n1'],
    [{ tags: ['a', 'b'] }, 'Tags\na\nb'],
  ])('of %j is %j', (output, text) => {
    expect(copyTextOf(output)).toBe(text);
  });
});
