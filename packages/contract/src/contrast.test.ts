import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blackOrWhiteOn, contrastMin, contrastOf, readableOn } from './contrast.ts';

const color = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`);

describe('contrast', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#FFF', '#fff', 1],
    ['#777777', '#ffffff', 4.48],
    ['#5b5bd6', '#ffffff', 5.37],
  ])('of %s on %s is what WCAG says', (front, back, ratio) => {
    expect(contrastOf(front, back)).toBeCloseTo(ratio, 1);
  });

  it.each(['red', '#12', '#12345678', 'rgb(0 0 0)', ''])('is not measured for %o', (front) => {
    expect(contrastOf(front, '#ffffff')).toBeUndefined();
    expect(readableOn(front, '#ffffff')).toBe(front);
  });

  it('can always be mended: black or white, and the nearest shade, read on every color', () => {
    fc.assert(
      fc.property(color, color, (front, back) => {
        expect(contrastOf(blackOrWhiteOn(back), back)).toBeGreaterThanOrEqual(contrastMin);
        expect(contrastOf(readableOn(front, back), back)).toBeGreaterThanOrEqual(contrastMin);
      }),
    );
  });

  it('leaves alone what is readable, and changes the rest no more than it takes', () => {
    expect(readableOn('#5b5bd6', '#ffffff')).toBe('#5b5bd6');
    const mended = readableOn('#8888ff', '#ffffff');
    expect(contrastOf(mended, '#ffffff')).toBeLessThan(contrastMin + 0.4);
  });
});
