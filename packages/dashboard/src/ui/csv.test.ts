import { expect, it } from 'vitest';
import { csvOf } from './csv.ts';

it('is quoted where it must be, and empty where there is nothing', () => {
  expect(
    csvOf(
      ['a', 'b'],
      [
        ['x, "y"', null],
        ['two\nlines', 3],
      ],
    ),
  ).toBe('a,b\r\n"x, ""y""",\r\n"two\nlines",3');
});

it.each(['=1+1', '+1', '-1', '@a', '\tx'])('%j does not become a formula', (text) => {
  expect(csvOf(['a'], [[text]])).toBe(`a\r\n'${text}`);
});
