import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base62Alphabet, toBase62 } from './base62.ts';

const largestCrc = 0xffffffff;

function fromBase62(text: string): number {
  return text.split('').reduce((value, digit) => value * 62 + base62Alphabet.indexOf(digit), 0);
}

describe('base62', () => {
  it('has every digit and letter once, in the order 0-9A-Za-z', () => {
    expect(base62Alphabet).toMatch(/^[0-9A-Za-z]{62}$/);
    const letters = base62Alphabet.split('');
    expect(letters).toEqual([...new Set(letters)].toSorted());
  });

  it.each([
    [0, '000000'],
    [1, '000001'],
    [61, '00000z'],
    [62, '000010'],
    [62 ** 2 - 1, '0000zz'],
    [largestCrc, '4gfFC3'],
  ])('writes %i as %s, most significant digit first, padded with 0', (value, text) => {
    expect(toBase62(value, 6)).toBe(text);
  });

  it('writes every checksum so that it can be read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: largestCrc }), (value) => {
        const text = toBase62(value, 6);
        expect(text).toHaveLength(6);
        expect(fromBase62(text)).toBe(value);
      }),
    );
  });
});
