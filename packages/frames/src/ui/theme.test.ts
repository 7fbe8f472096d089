import { describe, expect, test } from 'vitest';
import type { FrameConfig } from '@microapp/contract/protocol';
import { fakeColorReader } from '../testing/color-reader.ts';
import { isReadable, readComputed } from './contrast.ts';
import { themeOf as themeReadBy } from './theme.ts';

const themeOf = (config: FrameConfig) => themeReadBy(config, fakeColorReader);

describe('a theme', () => {
  test('is colors and lengths by their tokens', () => {
    expect(themeOf({ theme: { accent: '#0a7d55', radius: '4px', onAccent: 'rgb(255 255 255)' } })).toEqual({
      css: ':root{--accent:#0a7d55;--radius:4px;--on-accent:rgb(255 255 255);--radius-l:4px}',
      hints: [],
    });
  });

  test.each([
    ['accent', 'url(https://evil.example/x)'],
    ['accent', 'red;} body{display:none'],
    ['accent', 'rgb(0 0 0)} *{color:red'],
    ['accent', 'var(--x)'],
    ['accent', '#12345'],
    ['radius', '100vw'],
    ['radius', 'calc(1px)'],
    ['radius', '999px'],
    ['space', '0px'],
    ['accent-dark', 'url(x)'],
    ['bg', 'rgb(0 0 0 / 0.5)'],
    ['font', 'Inter"; } * { color: red'],
    ['font', 'url(https://evil.example/font.woff2)'],
    ['font', 'var(--x)'],
    ['font', ''],
    ['density', 'cozy'],
    ['density-dark', 'compact'],
    ['font-family', 'Comic Sans'],
    ['constructor', '#000000'],
  ])('never takes %s: %s', (token, value) => {
    const { css, hints } = themeOf({ theme: { [token]: value } });
    expect(css).toBe('');
    expect(hints).toHaveLength(1);
  });

  test('writes on a light accent in black', () => {
    expect(themeOf({ theme: { accent: '#ffd400' } }).css).toContain('--on-accent:#000000');
  });

  test('says when it corrects a color that was chosen', () => {
    const { css, hints } = themeOf({ theme: { accent: '#ffd400', 'on-accent': '#fff' } });
    expect(css).toContain('--on-accent:#000000');
    expect(hints).toHaveLength(1);
  });

  test('with a dark background is dark, whatever the visitor prefers', () => {
    const { css, scheme } = themeOf({ theme: { bg: '#1b1033' } });
    expect(css).toMatch(/^:root\[data-scheme=dark\]\{--bg:#1b1033;/);
    expect(scheme).toBe('dark');
  });

  test('with a background for each scheme leaves the choice to the visitor', () => {
    const { css, scheme } = themeOf({ theme: { bg: '#fffdf5', 'bg-dark': '#141008' } });
    expect(scheme).toBeUndefined();
    expect(css).toMatch(/:root\[data-scheme=light\]\{--bg:#fffdf5;.*:root\[data-scheme=dark\]\{--bg:#141008;/);
  });

  test('keeps text readable on its background', () => {
    expect(themeOf({ theme: { bg: '#333333', text: '#444444' } }).css).toContain('--text:#ffffff');
    expect(themeOf({ colorScheme: 'light', theme: { bg: '#222222' } }).css).toContain('--text:#ffffff');
  });

  test.each([
    ['#fffcf5', '#b9282c'],
    ['#4a3b3b', '#ffa09d'],
  ])('has on %s, where our own warnings could not be read, warnings in another red: %s', (bg, danger) => {
    const { css, hints } = themeOf({ theme: { bg } });
    expect(css).toContain(`--danger:${danger}`);
    expect(isReadable(danger, bg, fakeColorReader)).toBe(true);
    expect(hints).toEqual([]);
  });

  test('has boxes and lines that fit its background, unless it says which', () => {
    const { css } = themeOf({ theme: { bg: '#0b3d2e', border: '#ffffff' } });
    expect(css).toContain('--surface:color-mix(in oklab,var(--text) 4%,var(--bg))');
    expect(css).toContain('--border:#ffffff');
  });

  test('that a page passes on as its browser computed it is read like any other', () => {
    const inherited = { bg: 'rgb(20, 20, 60)', text: 'rgb(40, 40, 90)', font: '"Source Serif 4", Georgia, serif' };
    const { css, scheme, hints } = themeOf({ theme: inherited });
    expect(scheme).toBe('dark');
    expect(css).toContain('--text:#ffffff');
    expect(css).toContain('--font:"Source Serif 4","Georgia",serif');
    expect(hints).toEqual([expect.stringContaining('"text" is now #ffffff')]);
  });

  test('sets things closer where a mouse points, and never for a finger', () => {
    const { css, hints } = themeOf({ theme: { density: 'compact' } });
    expect(css).toBe(':root{--space:3px}@media (pointer:fine){:root{--control:36px}}');
    expect(hints).toEqual([]);
  });

  test('may hold what the launcher and the panel around it are for', () => {
    expect(themeOf({ theme: { 'launcher-size': '60px', panelW: '400px' } })).toMatchObject({ css: '', hints: [] });
  });

  test('follows the scheme that the host wants', () => {
    expect(themeOf({ colorScheme: 'dark' }).scheme).toBe('dark');
    expect(themeOf({ colorScheme: 'auto' }).scheme).toBeUndefined();
  });
});

test.each([
  ['color(srgb 1 0.5 0)', { red: 1, green: 0.5, blue: 0, alpha: 1 }],
  ['color(srgb 1.2 -0.1 0 / 0.25)', { red: 1, green: 0, blue: 0, alpha: 0.25 }],
  ['rgba(255, 0, 51, 0.5)', { red: 1, green: 0, blue: 0.2, alpha: 0.5 }],
  ['oklch(0.5 0.1 20)', undefined],
  ['', undefined],
])('a browser means by %s: %j', (text, color) => {
  expect(readComputed(text)).toEqual(color);
});
