import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostLanguages } from '@microapp/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { hostLanguageOf } from '../packages/server/src/modules/embed-sessions/host-words.ts';
import { bundleFrames } from '../scripts/bundle-browser-files.ts';
import { readHostLanguages } from '../scripts/host-languages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const english = { open: 'Open', close: 'Close', unavailable: 'Not available right now.', retry: 'Try again' };

/** A copy of the frames' package in a tree of its own, which finds the packages that it takes part of its code from. */
function copyOfFrames(): { frames: string; remove: () => void } {
  const tree = mkdtempSync(join(tmpdir(), 'microapp-languages-'));
  const frames = join(tree, 'frames');
  mkdirSync(frames);
  for (const part of ['src', 'package.json'])
    cpSync(join(root, 'packages/frames', part), join(frames, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  return { frames, remove: () => rmSync(tree, { recursive: true }) };
}

describe('the words of the page around a frame', () => {
  let languages: HostLanguages;
  beforeAll(async () => {
    languages = await readHostLanguages(join(root, 'packages/frames'));
  });

  it('are there in every language of the frames, and none is left in English', () => {
    const { en, ...others } = languages;
    expect(en).toEqual({ dir: 'ltr', words: english });
    expect(Object.keys(others).length).toBeGreaterThan(2);
    for (const { words } of Object.values(others)) {
      for (const word of Object.values(words)) expect(word.trim().length).toBeGreaterThan(1);
      expect(Object.values(words).filter((word) => Object.values(english).includes(word))).toEqual([]);
    }
  });

  it('run the way in which the frame runs', () => {
    expect([languages.en, languages['de'], languages['ar']].map((language) => language?.dir)).toEqual([
      'ltr',
      'ltr',
      'rtl',
    ]);
  });
});

describe('a language that is one more file', () => {
  const sourceOf = (tag: string): string =>
    readFileSync(join(root, `packages/frames/src/ui/texts/languages/${tag}.ts`), 'utf8');

  it('is spoken by frames and by the page around them, without another change', { timeout: 60_000 }, async () => {
    const { frames, remove } = copyOfFrames();
    try {
      const invented = sourceOf('de').replace('Wird geladen', 'Wird gefunden').replace('Öffnen', 'Erfunden');
      writeFileSync(join(frames, 'src/ui/texts/languages/he.ts'), invented);
      await bundleFrames(frames, 'of a test');
      const dist = join(frames, 'dist');
      // As the build has written it.
      const { hostLanguages, assets } = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')) as {
        hostLanguages: HostLanguages;
        assets: string[];
      };
      const { open } = hostLanguageOf(hostLanguages, 'he-IL').words;
      expect({ ...hostLanguageOf(hostLanguages, 'he-IL'), words: { open } }).toEqual({
        lang: 'he',
        dir: 'rtl',
        words: { open: 'Erfunden' },
      });
      const file = assets.find((name) => name.startsWith('he-')) ?? '';
      const downloaded = readFileSync(join(dist, file), 'utf8');
      expect(downloaded).toContain('Wird gefunden');
      // What the page says is in nothing that a frame loads.
      const scripts = readdirSync(dist).filter((name) => name.endsWith('.js'));
      expect(scripts).toContain(file);
      for (const name of scripts) expect(readFileSync(join(dist, name), 'utf8')).not.toMatch(/Erfunden|Schließen/);
    } finally {
      remove();
    }
  });

  it.each([
    ['without them', (source: string) => source.slice(0, source.indexOf('/** What the page around')), 'open'],
    ['without one of them', (source: string) => source.replace(/ {2}close: .*\n/, ''), 'close'],
    ['with an empty one', (source: string) => source.replace("'Erneut versuchen',\n};", "' ',\n};"), 'retry'],
  ])('is not built %s, which says what to add where', async (_, spoil, word) => {
    const { frames, remove } = copyOfFrames();
    try {
      writeFileSync(join(frames, 'src/ui/texts/languages/nl.ts'), spoil(sourceOf('de')));
      await expect(readHostLanguages(frames)).rejects.toThrow(
        `languages/nl.ts has no word for "${word}": add it to its export hostWords.`,
      );
    } finally {
      remove();
    }
  });
});
