import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base62Alphabet, fromBase62, toBase62 } from './base62.ts';

const largestCrc = 0xffffffff;

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

  it('has a value for its own digits and letters only', () => {
    expect(base62Alphabet.split('').map((digit) => fromBase62(digit))).toEqual(
      Array.from({ length: 62 }, (_, at) => at),
    );
    for (const text of ['a-b', ' a', 'é', '00.1']) expect(fromBase62(text)).toBeNaN();
  });
});
