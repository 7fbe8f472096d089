import { describe, expect, it } from 'vitest';
import { colorsOf, rulesIn } from './read-css.ts';
import { readHtml } from './read-html.ts';

const colors = (css: string): string[] => colorsOf(rulesIn(css)).map(({ color }) => color);

describe('the colors of a style sheet', () => {
  it.each([
    ['a{color:#ABC}', ['#aabbcc']],
    ['a{background:url(x.png) rgb(255 0 0 / 1) no-repeat}', ['#ff0000']],
    ['a{color:oklch(62.8% 0.2577 29.23)}', ['#ff0000']],
    ['a{color:rebeccapurple!important}', ['#663399']],
    ['@media print{a{color:#111111}b{color:#222222}}', ['#111111', '#222222']],
    ['a{color:var(--x)} :root{--x:var(--y);--y:#010203}', ['#010203', '#010203', '#010203']],
    ['a{color:var(--none, #040506)}', ['#040506']],
    ['a{color:transparent;background:rgba(0,0,0,.5);font:bold 12px x}', []],
    ['.alert-success{color:#0f0}', []],
    ['/* a{color:#111111} */ b{color:#222222} /* never closed', ['#222222']],
  ])('%s', (css, found) => {
    expect(colors(css)).toEqual(found);
  });

  it('only the first twenty thousand rules are read, of a style sheet and of all style elements together', () => {
    const css = 'a{color:red}'.repeat(20_001);
    expect(rulesIn(css)).toHaveLength(20_000);
    expect(readHtml(`<style>${css}</style><style>${css}</style>`).rules).toHaveLength(20_000);
  });

  it('variables that lead to each other lead nowhere', () => {
    expect(colors(':root{--a:var(--b);--b:var(--a)} p{color:var(--a)}')).toEqual([]);
  });

  it.each([
    ['openings', '{'.repeat(400_000)],
    ['comments', '/*'.repeat(400_000)],
    ['functions', `a{color:${'rgb('.repeat(200_000)}`],
    ['declarations', `a{${'color:#abc;'.repeat(40_000)}`],
    ['tags', '<meta '.repeat(200_000)],
    ['attributes', `<p ${'style = '.repeat(100_000)}>`],
  ])('a megabyte of nothing but %s is read in one pass', (_, text) => {
    const startedAt = process.cpuUsage().user;
    colors(text);
    readHtml(text);
    // Twice through every pattern would take minutes.
    expect(process.cpuUsage().user - startedAt).toBeLessThan(5_000_000);
  });
});
