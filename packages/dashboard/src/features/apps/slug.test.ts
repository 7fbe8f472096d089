import { isSlug } from '@microapp/contract';
import { expect, it } from 'vitest';
import { slugFor } from './slug.ts';

it.each([
  ['Loan calculator', 'loan-calculator'],
  ['  Loan & rate, 2nd!  ', 'loan-rate-2nd'],
  ['Größe wählen', 'große-wahlen'.replace('ß', '-')],
  ['Customer’s quote', 'customers-quote'],
  ['a'.repeat(80), 'a'.repeat(64)],
  [`${'a'.repeat(63)} b`, 'a'.repeat(63)],
])('the name %s suggests the slug %s, which is one', (name, slug) => {
  expect(slugFor(name)).toBe(slug);
  expect(isSlug(slugFor(name))).toBe(true);
});

it('a name without letters or digits suggests nothing', () => {
  expect(slugFor('Цена')).toBe('');
});
