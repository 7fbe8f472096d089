import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { contextWith, startEngine } from '../engine/testing/start-engine.ts';
import { normalizedFields } from '../normalized-fields.ts';
import { csvColumnStatistics } from './csv-column-statistics.ts';

const engine = startEngine();
afterAll(() => engine.close());

type Column = {
  column: string;
  type: string;
  count: number;
  missing: number;
  distinct: number;
  min: number | string | null;
  max: number | string | null;
  mean: number | null;
  median: number | null;
  standardDeviation: number | null;
  mostFrequent: number | string | null;
  timesSeen: number | null;
};
type Result = { rows: number; columns: number; delimiter: string; decimalMark: string; statistics: Column[] };

async function resultOf(csv: string, options: Record<string, unknown> = {}): Promise<Result> {
  const [step] = csvColumnStatistics.spec.steps;
  if (step?.kind !== 'function') throw new Error('The CSV statistics have no function.');
  return (await engine.runStep(step, contextWith({ csv, ...options }))) as Result;
}

async function columnOf(csv: string, options: Record<string, unknown> = {}): Promise<Column | undefined> {
  return (await resultOf(csv, options)).statistics[0];
}

describe('the CSV column statistics', () => {
  test('of numbers are count, range, mean, median, deviation of a sample and the most frequent', async () => {
    // By hand: the sum is 40, the squares of the distances from 5 add up to 9+1+1+1+0+0+4+16 = 32, and 32 / 7 = 4.571428….
    expect(await resultOf('score\n2\n4\n4\n4\n5\n5\n7\n9\n')).toEqual({
      rows: 8,
      columns: 1,
      delimiter: 'none',
      decimalMark: 'point',
      statistics: [
        {
          column: 'score',
          type: 'number',
          count: 8,
          missing: 0,
          distinct: 5,
          min: 2,
          max: 9,
          mean: 5,
          median: 4.5,
          standardDeviation: expect.closeTo(2.1380899353, 9) as number,
          mostFrequent: 4,
          timesSeen: 3,
        },
      ],
    });
  });

  test('of a mixed table have one row for each column', async () => {
    const { rows, delimiter, statistics } = await resultOf(
      'product,price,ordered,sent,note\nLamp,29.90,2026-01-14,yes,\nChair,120.00,2026-01-20,no,"big, heavy"\nLamp,27.50,2026-02-03,yes,\n',
    );
    expect([rows, delimiter]).toEqual([3, 'comma']);
    expect(statistics).toEqual([
      column('product', 'text', { count: 3, distinct: 2, mostFrequent: 'Lamp', timesSeen: 2 }),
      column('price', 'number', {
        count: 3,
        distinct: 3,
        min: 27.5,
        max: 120,
        // 177.40 / 3
        mean: expect.closeTo(59.1333333333, 9) as number,
        median: 29.9,
        // The distances are −29.2333…, 60.8666… and −31.6333…; their squares add up to 5560.0066…, and half of it is 2780.0033….
        standardDeviation: expect.closeTo(52.725736916, 9) as number,
      }),
      column('ordered', 'date', { count: 3, distinct: 3, min: '2026-01-14', max: '2026-02-03' }),
      column('sent', 'boolean', { count: 3, distinct: 2, mostFrequent: 'yes', timesSeen: 2 }),
      column('note', 'text', { count: 1, missing: 2, distinct: 1 }),
    ]);
  });

  test.each([
    ['comma', 'a,b\n1,x\n2,y', ['a', 'b']],
    ['semicolon', 'a;b\n1,5;x\n2,5;y', ['a', 'b']],
    ['tab', 'a\tb\n1\tx, and more\n2\ty', ['a', 'b']],
    ['none', 'price\n1,5\n2,5', ['price']],
    ['comma', 'a,b;c\n1,x;y\n2,z', ['a', 'b;c']],
    ['comma', '"a;b;c",d\n"1;2;3",4', ['a;b;c', 'd']],
    ['semicolon', 'sep=;\r\na;b\r\n1;2\r\n', ['a', 'b']],
    ['|', 'sep=|\na|b\n1|2', ['a', 'b']],
  ])('find out the delimiter: %s of %j', async (delimiter, csv, names) => {
    const result = await resultOf(csv);
    expect([result.delimiter, result.statistics.map(({ column: name }) => name)]).toEqual([delimiter, names]);
  });

  test('cut at the delimiter that is asked for', async () => {
    const result = await resultOf('a;b,c\n1;2,3', { delimiter: 'comma' });
    expect([result.delimiter, result.statistics.map(({ column: name }) => name)]).toEqual(['comma', ['a;b', 'c']]);
  });

  test.each([
    ['line ends of Windows', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['line ends of old Macs', 'a,b\r1,2\r3,4'],
    ['a byte order mark', '\uFEFFa,b\n1,2\n3,4\n'],
    ['no line end at the end', 'a,b\n1,2\n3,4'],
    ['blank lines', '\na,b\n\n1,2\n   \n3,4\n\n'],
    ['spaces around values', ' a , b\n 1 , 2\n 3 , 4'],
    ['quotes around everything', '"a","b"\n"1","2"\n"3","4"'],
  ])('read what is found in the wild: %s', async (_, csv) => {
    const { rows, statistics } = await resultOf(csv);
    expect(rows).toBe(2);
    expect(statistics.map(({ column: name, min, max }) => [name, min, max])).toEqual([
      ['a', 1, 3],
      ['b', 2, 4],
    ]);
  });

  test.each([
    ['a quote inside, doubled', '"say ""hi"""', 'say "hi"'],
    ['a line end inside', '"two\nlines"', 'two\nlines'],
    ['a delimiter inside', '"a,b"', 'a,b'],
    ['a quote that is never closed', '"open, and on', 'open, and on'],
    ['a quote in the middle', '5" pipe', '5" pipe'],
    ['something after the closing quote', '"a"b', 'ab'],
  ])('read a field with %s', async (_, field, value) => {
    const written = `"${value.replaceAll('"', '""')}"`;
    const counted = await columnOf(`name\n${written}\n${field}`, { delimiter: 'comma' });
    expect(counted).toMatchObject({ type: 'text', count: 2, distinct: 1, mostFrequent: value, timesSeen: 2 });
  });

  test.each([
    ['a decimal comma', ['1,5', '2,5'], 'comma', 2],
    ['a decimal comma and grouping points', ['1.234,5', '0,5'], 'comma', 617.5],
    ['grouping commas', ['1,234.5', '0.5'], 'point', 617.5],
    ['grouping spaces and apostrophes', ['1 234', '1’234', "1'234"], 'point', 1234],
    ['a narrow no-break space', ['1\u202f234,5', '1\u00a0234,5'], 'comma', 1234.5],
    ['signs and exponents', ['-1e3', '+1E3', '.5', '-.5'], 'point', 0],
  ])('read numbers with %s', async (_, values, decimalMark, mean) => {
    const result = await resultOf(`n;x\n${values.map((value) => `${value};x`).join('\n')}`, { delimiter: 'semicolon' });
    expect(result.decimalMark).toBe(decimalMark);
    expect(result.statistics[0]).toMatchObject({ type: 'number', mean });
  });

  test('read a number that could be either with the mark that the others have', async () => {
    const { statistics } = await resultOf('a;b\n1,234;1,5\n2,345;2,5');
    expect(statistics[0]).toMatchObject({ type: 'number', min: 1.234, max: 2.345 });
  });

  test.each([
    ['post codes', ['01067', '10115']],
    ['a number with a unit', ['5 kg', '6']],
    ['versions', ['1.2.3', '1.2.4']],
    ['groups of the wrong size', ['1,23,456', '1']],
    ['what is too large for a number', ['1e999', '1']],
    ['a date that is none', ['2026-02-30', '2026-02-01']],
    ['a dash', ['-', '1']],
    ['an exponent alone', ['e5', '1']],
  ])('do not take for more than text: %s', async (_, values) => {
    const found = await columnOf(`v\n${values.map((value) => `"${value}"`).join('\n')}`, { delimiter: 'comma' });
    expect(found).toMatchObject({ type: 'text', count: 2, mean: null, min: null });
  });

  test('count what is missing, in whatever words, and in rows that end early', async () => {
    const { statistics } = await resultOf('a,b\n1,\n2,NA\n3,n/a\n4,null\n5,NaN\n6\n7,7', { delimiter: 'comma' });
    expect(statistics[1]).toMatchObject({
      column: 'b',
      type: 'number',
      count: 1,
      missing: 6,
      mean: 7,
      standardDeviation: null,
    });
  });

  test('name columns without a name, those beyond the header, and those named twice', async () => {
    const { statistics } = await resultOf('a,,a\n1,2,3,4', { delimiter: 'comma' });
    expect(statistics.map(({ column: name }) => name)).toEqual(['a', 'Column 2', 'a (2)', 'Column 4']);
  });

  test('of a table without a header take the first row as values', async () => {
    const { rows, statistics } = await resultOf('1,2\n3,4', { hasHeader: false });
    expect([rows, statistics.map(({ column: name, mean }) => [name, mean])]).toEqual([
      2,
      [
        ['Column 1', 2],
        ['Column 2', 3],
      ],
    ]);
  });

  test.each([['\n'], [' '], ['\uFEFF'], ['sep=;'], ['only,a,header']])('of nothing but %j are empty', async (csv) => {
    const { rows, statistics } = await resultOf(csv);
    expect(rows).toBe(0);
    for (const found of statistics) expect(found).toMatchObject({ type: 'empty', count: 0, missing: 0, distinct: 0 });
  });

  test('keep the small differences of large values, and say nothing where a number cannot hold the result', async () => {
    expect(await columnOf('n\n1000000000001\n1000000000002\n1000000000003')).toMatchObject({
      mean: 1_000_000_000_002,
      standardDeviation: 1,
    });
    expect(await columnOf('n\n1e308\n-1e308\n1e308')).toMatchObject({
      mean: null,
      standardDeviation: null,
      min: -1e308,
    });
    expect(await columnOf('n\n0.1\n0.2\n0.3')).toMatchObject({ mean: 0.2, median: 0.2 });
  });

  test('give back every table that was written by the rules, field by field', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', ';', '\n', '\r', ' ', 'é'), maxLength: 8 });
    const tables = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(tables, fc.constantFrom('comma', 'semicolon', 'tab'), async (rows, delimiter) => {
        const between = { comma: ',', semicolon: ';', tab: '\t' }[delimiter];
        const written = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const csv = rows.map((row) => row.map(written).join(between)).join('\r\n');
        const result = await resultOf(csv, { delimiter, hasHeader: false });
        expect(result.rows).toBe(rows.length);
        for (const index of [0, 1] as const) {
          const values = rows.map((row) => row[index].trim()).filter((value) => value !== '');
          const counts = new Map<string, number>();
          for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
          const most = Math.max(1, ...counts.values());
          expect(result.statistics[index]).toMatchObject({
            count: values.length,
            missing: rows.length - values.length,
            distinct: counts.size,
            timesSeen: most === 1 ? null : most,
            mostFrequent: most === 1 ? null : [...counts].find(([, count]) => count === most)?.[0],
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  test('of the longest text that is taken end well within the limits', async () => {
    const row = '12345,"quoted ""text""",2026-01-14,x\n';
    const csv = `a,b,c,d\n${row.repeat(Math.floor((300_000 - 8) / row.length))}`;
    const { rows, statistics } = await resultOf(csv);
    expect([rows > 8_000, statistics.map(({ type }) => type)]).toEqual([true, ['number', 'text', 'date', 'text']]);
  });

  test('can be published, and its form is a long text, a choice and a switch', async () => {
    const { spec } = csvColumnStatistics;
    expect(await engine.check(spec)).toEqual([]);
    expect(normalizedFields(spec.inputs).map(({ key, type, required }) => [key, type, required])).toEqual([
      ['csv', 'longText', true],
      ['delimiter', 'enum', false],
      ['hasHeader', 'boolean', false],
    ]);
  });

  test.each([
    [{}, 'inputs.csv'],
    [{ csv: '' }, 'inputs.csv'],
    [{ csv: 'x'.repeat(300_001) }, 'inputs.csv'],
    [{ csv: 'a', delimiter: 'pipe' }, 'inputs.delimiter'],
    [{ csv: 'a', hasHeader: 'yes' }, 'inputs.hasHeader'],
    [{ csv: 'a', encoding: 'latin1' }, 'inputs.encoding'],
  ])('refuse inputs that do not fit, at their field: %#', async (inputs, path) => {
    const issues = await engine.validateInputs(csvColumnStatistics.spec.inputs, inputs);
    expect(issues.map((issue) => issue.path)).toEqual([path]);
  });
});

function column(name: string, type: string, known: Partial<Column>): Column {
  return {
    column: name,
    type,
    count: 0,
    missing: 0,
    distinct: 0,
    min: null,
    max: null,
    mean: null,
    median: null,
    standardDeviation: null,
    mostFrequent: null,
    timesSeen: null,
    ...known,
  };
}
