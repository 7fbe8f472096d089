import { describe, expect, test } from 'vitest';
import { themeOf } from './theme.ts';

describe('a theme', () => {
  test('is colors and lengths by their tokens', () => {
    expect(themeOf({ theme: { accent: '#0a7d55', radius: '4px', onAccent: 'rgb(255 255 255)' } })).toEqual({
      css: ':root{--accent:#0a7d55;--radius:4px;--on-accent:rgb(255 255 255)}',
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
    expect([css, scheme]).toEqual([':root[data-scheme=dark]{--bg:#1b1033}', 'dark']);
  });

  test('with a background for each scheme leaves the choice to the visitor', () => {
    const { css, scheme } = themeOf({ theme: { bg: '#fffdf5', 'bg-dark': '#141008' } });
    expect(scheme).toBeUndefined();
    expect(css).toBe(':root[data-scheme=light]{--bg:#fffdf5}:root[data-scheme=dark]{--bg:#141008}');
  });

  test('keeps text readable on its background', () => {
    expect(themeOf({ theme: { bg: '#333333', text: '#444444' } }).css).toContain('--text:#ffffff');
    expect(themeOf({ colorScheme: 'light', theme: { bg: '#222222' } }).css).toContain('--text:#ffffff');
  });

  test('follows the scheme that the host wants', () => {
    expect(themeOf({ colorScheme: 'dark' }).scheme).toBe('dark');
    expect(themeOf({ colorScheme: 'auto' }).scheme).toBeUndefined();
  });
});
