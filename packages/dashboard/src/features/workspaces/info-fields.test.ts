import { expect, it } from 'vitest';
import { attributesIn, attributesText, entriesIn } from './info-fields.ts';

it('origins may be pasted separated by lines, spaces or commas', () => {
  expect(entriesIn(' example.com, www.example.com\n*.example.org\t\n')).toEqual([
    'example.com',
    'www.example.com',
    '*.example.org',
  ]);
});

it('attributes are a JSON object, or nothing', () => {
  expect(attributesIn(' ')).toEqual({});
  expect(attributesIn(attributesText({ plan: 'gold', seats: 3 }))).toEqual({ plan: 'gold', seats: 3 });
});

it.each(['[1]', '"text"', 'null', '{plan: gold}', '{'])('%s is no attributes', (text) => {
  expect(attributesIn(text)).toBeUndefined();
});
