import { expect, it } from 'vitest';
import { changeWords } from './change-words.ts';

it.each([
  [0, 0, 'none yesterday either'],
  [3, 0, 'none yesterday'],
  [1000, 1000, 'as yesterday (1,000)'],
  [15, 10, '+50 % (10 yesterday)'],
  [5, 10, '−50 % (10 yesterday)'],
])('%d today and %d yesterday: %s', (today, yesterday, words) => {
  expect(changeWords(today, yesterday)).toBe(words);
});
