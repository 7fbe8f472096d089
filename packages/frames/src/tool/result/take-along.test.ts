import { describe, expect, test } from 'vitest';
import { copyTextOf } from './copy-text.ts';
import { csvOf, tsvOf } from './csv.ts';
import { shapeOf } from './shape.ts';
import { csvTake, takesOf } from './take-along.ts';

const columns = [{ label: 'A' }, { label: 'B, "quoted"' }];

describe('a table as CSV', () => {
  test('is RFC 4180: CRLF, quotes where they are needed, numbers raw, nothing for what is missing', () => {
    const rows = [
      [1199.1, 'plain'],
      [-3, 'a "b"\nc'],
      [null, ''],
      [true, 'ünï, 漢'],
    ];
    expect(csvOf({ columns, rows })).toBe(
      '\uFEFFA,"B, ""quoted"""\r\n1199.1,plain\r\n-3,"a ""b""\nc"\r\n,\r\ntrue,"ünï, 漢"\r\n',
    );
  });

  test.each(['=1+1', '+1+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1', '=HYPERLINK("https://evil.example")'])(
    'has no formula of %j',
    (text) => {
      const [, line = ''] = csvOf({ columns: [{ label: 'A' }], rows: [[text]] }).split('\r\n');
      expect(line.replace(/^"/, '')).toMatch(/^'/);
    },
  );

  test('has no formula of a column’s name either', () => {
    expect(csvOf({ columns: [{ label: '=1+1' }], rows: [] })).toBe("\uFEFF'=1+1\r\n");
  });

  test.each(['-5', '+5', '-1.5', '-1,5', 'a=b', 'a-b'])('leaves %j as it is', (text) => {
    expect(csvOf({ columns: [{ label: 'A' }], rows: [[text]] })).toContain(text);
    expect(csvOf({ columns: [{ label: 'A' }], rows: [[text]] })).not.toContain("'");
  });
});

describe('a table for the clipboard', () => {
  test('keeps every cell in its place, and is no formula', () => {
    expect(tsvOf({ columns: [{ label: 'A' }, { label: 'B' }], rows: [['a\tb\nc', '=1']] })).toBe("A\tB\na b c\t'=1");
  });

  test('is the copy of a list of objects, whatever columns they have', () => {
    expect(copyTextOf([{ a: 1 }, { b: '@x' }])).toBe("A\tB\n1\t\n\t'@x");
  });
});

describe('the files of a result', () => {
  const formatsOf = (output: unknown) => takesOf(shapeOf(output), output).map(({ format }) => format);

  test.each([
    ['a table', [{ a: 1 }], ['CSV', 'JSON']],
    ['a record', { a: 1 }, ['JSON']],
    ['a list', [1, 2], ['JSON']],
    ['nesting', [{ a: { b: 1 } }], ['JSON']],
    ['a text', 'line\nline', ['TXT']],
    ['markdown', '# Title', ['MD']],
    ['a number', 5, []],
    ['nothing', null, []],
  ])('of %s', (_, output, formats) => {
    expect(formatsOf(output)).toEqual(formats);
  });

  test('have all rows and columns, those too that are not drawn', () => {
    const wide = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`c${n}`, n]));
    const output = Array.from({ length: 12_000 }, () => wide);
    const lines = csvTake(output).content().trimEnd().split('\r\n');
    expect([lines.length, lines[0]?.split(',').length]).toEqual([12_001, 40]);
  });

  test('hold the whole output as JSON', () => {
    const output = { a: [1, { b: null }] };
    const [json] = takesOf(shapeOf(output), output);
    expect(JSON.parse(json?.content() ?? '')).toEqual(output);
  });
});
