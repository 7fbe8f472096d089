import { describe, expect, it } from 'vitest';
import {
  colorOf,
  contrastsOf,
  previewTokens,
  schemeChoiceOf,
  withColor,
  withSchemeChoice,
  type SchemeChoice,
} from './theme-draft.ts';

const light = { bg: '#fffaf0', text: '#101010', accent: '#0a7d4f', radius: '4px' };

describe('a theme as it is edited', () => {
  it.each<[SchemeChoice, Record<string, string>]>([
    ['auto', {}],
    ['auto', { accent: '#123456' }],
    ['light', { bg: '#ffffff' }],
    ['dark', { bg: '#101010' }],
    ['auto', { bg: '#ffffff', 'bg-dark': '#101010' }],
  ])('%s is what frames make of it: %o', (choice, theme) => {
    expect(schemeChoiceOf(theme)).toBe(choice);
  });

  it('keeps its colors of a scheme, and everything that is no color, when it is made to follow the visitor and back', () => {
    const both = withSchemeChoice(light, 'auto');
    expect(schemeChoiceOf(both)).toBe('auto');
    for (const name of ['bg', 'text', 'accent'] as const) {
      expect(colorOf(both, name, 'light')).toBe(colorOf(light, name, 'light'));
    }
    expect(withSchemeChoice(both, 'light')).toEqual(light);
    const dark = withSchemeChoice(both, 'dark');
    expect(schemeChoiceOf(dark)).toBe('dark');
    expect(dark).toMatchObject({ accent: '#0a7d4f', radius: '4px' });
    expect(dark).not.toHaveProperty('text');
  });

  it('of one dark scheme becomes the dark half of both', () => {
    const both = withSchemeChoice({ bg: '#101010', text: '#eeeeee' }, 'auto');
    expect(both).toEqual({ bg: '#ffffff', 'bg-dark': '#101010', 'text-dark': '#eeeeee' });
  });

  it('takes a color for one scheme and leaves the other alone', () => {
    const both = withColor(withSchemeChoice(light, 'auto'), 'text', 'dark', '#fafafa');
    expect(colorOf(both, 'text', 'dark')).toBe('#fafafa');
    expect(colorOf(both, 'text', 'light')).toBe('#101010');
    expect(colorOf(withColor(both, 'text', 'dark', undefined), 'text', 'dark')).toBe('#edeef0');
  });

  it('is previewed whole: nothing of what a frame was told before shines through', () => {
    const tokens = previewTokens({ accent: '#0a7d4f' }, 'dark', { radius: '8px' });
    expect(tokens).toMatchObject({ accent: '#0a7d4f', 'accent-dark': '#0a7d4f', bg: '#111113', 'bg-dark': '#111113' });
    expect(tokens['radius']).toBe('8px');
  });

  it('says what cannot be read, with the nearest shade that can', () => {
    const found = contrastsOf({ bg: '#ffffff', text: '#999999' }, 'light');
    const text = found.find(({ front, back }) => front === 'text' && back === 'bg');
    expect(text).toMatchObject({ isReadable: false });
    expect(text?.ratio).toBeCloseTo(2.85, 1);
    const [mended] = contrastsOf({ bg: '#ffffff', text: text?.mended ?? '' }, 'light');
    expect(mended).toMatchObject({ front: 'text', back: 'bg', isReadable: true });
  });
});
