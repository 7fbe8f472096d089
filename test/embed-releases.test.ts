import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addEmbedRelease, integrityOf, problemsOfReleases, readEmbedReleases } from '../scripts/embed-releases.ts';

const released = fileURLToPath(new URL('../packages/embed/released', import.meta.url));

const built = (version: string, content = 'x') => ({
  version,
  script: Buffer.from(`import("runtime-${content}.js")`),
  element: Buffer.from(`import("runtime-${content}.js"), customElements`),
  runtime: { name: `runtime-${content}.js`, content: Buffer.from(`import('./extras-${content}.js')`) },
  onDemand: [{ name: `extras-${content}.js`, content: Buffer.from(`export const extra = '${content}';`) }],
});

describe('what was ever released for customers who pin it', () => {
  it('is still there, byte for byte, and all of it is listed (H46)', () => {
    expect(problemsOfReleases(released)).toEqual([]);
    const releases = readEmbedReleases(released);
    expect(releases.map(({ version }) => version)).toContain('0.1.0');
    // What browsers compute, and not only what our own list says.
    const first = readFileSync(join(released, 'embed@0.1.0.js'));
    expect(integrityOf(first)).toBe('sha384-ve06XZ0a5me6yCrdomHeg24alLHOclbETrY3seLmBWwc2q9XqaVLOeDohsQfY2kf');
  });
});

describe('a release', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'microapp-released-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is added with its runtime, the latest first by number and not by letter', () => {
    for (const version of ['1.9.0', '1.10.0']) addEmbedRelease(folder, built(version));
    expect(readEmbedReleases(folder).map(({ version }) => version)).toEqual(['1.10.0', '1.9.0']);
    // One runtime, which did not change.
    expect(readdirSync(folder).toSorted()).toEqual([
      'embed-element@1.10.0.js',
      'embed-element@1.9.0.js',
      'embed@1.10.0.js',
      'embed@1.9.0.js',
      'extras-x.js',
      'integrity.json',
      'runtime-x.js',
    ]);
    expect(problemsOfReleases(folder)).toEqual([]);
  });

  it('can be made again from the same bytes, and never with others: somebody has pinned it', () => {
    addEmbedRelease(folder, built('1.0.0'));
    const before = contents(folder);
    addEmbedRelease(folder, built('1.0.0'));
    const other = { ...built('1.0.0'), script: Buffer.from('import("runtime-x.js");') };
    expect(() => addEmbedRelease(folder, other)).toThrow('1.0.0 is released with other bytes');
    expect(() => addEmbedRelease(folder, built('1.0.0', 'y'))).toThrow('Release a new version');
    const otherExtra = { ...built('1.0.0'), onDemand: [{ name: 'extras-x.js', content: Buffer.from('other') }] };
    expect(() => addEmbedRelease(folder, otherExtra)).toThrow('1.0.0 is released with other bytes');
    expect(contents(folder)).toEqual(before);
  });

  it.each<[string, Parameters<typeof addEmbedRelease>[1], string]>([
    ['before the latest', built('0.9.9'), '0.9.9 comes before 1.0.0'],
    ['that is no version', built('latest'), '"latest" is no version'],
    ['that is a path', built('../1.0.1'), 'is no version'],
    ['whose script loads another runtime', { ...built('1.0.1'), script: Buffer.from('nothing') }, 'does not load'],
    ['whose element loads another runtime', { ...built('1.0.1'), element: Buffer.from('nothing') }, 'does not load'],
    [
      'with a part that nothing loads',
      { ...built('1.0.1'), onDemand: [{ name: 'stray-z.js', content: Buffer.from('') }] },
      'Nothing loads stray-z.js',
    ],
    [
      'whose runtime has the name of another',
      { ...built('1.0.1'), runtime: { name: 'runtime-x.js', content: Buffer.from(`import('./extras-x.js');`) } },
      'runtime-x.js is released with other bytes',
    ],
    [
      'whose part has the name of another',
      { ...built('1.0.1'), onDemand: [{ name: 'extras-x.js', content: Buffer.from('other') }] },
      'extras-x.js is released with other bytes',
    ],
  ])('%s is refused, and nothing is written', (_, wanted, problem) => {
    addEmbedRelease(folder, built('1.0.0'));
    const before = contents(folder);
    expect(() => addEmbedRelease(folder, wanted)).toThrow(problem);
    expect(contents(folder)).toEqual(before);
  });

  it.each<[string, (folder: string) => void, string]>([
    [
      'a changed script',
      (at) => writeFileSync(join(at, 'embed@0.1.0.js'), 'alert(1)'),
      'embed@0.1.0.js is not as it was',
    ],
    [
      'a part that is gone',
      (at) => rmSync(join(at, 'runtime-zY5adv26.js')),
      'runtime-zY5adv26.js was released and is gone',
    ],
    ['a script that is gone', (at) => rmSync(join(at, 'embed@0.1.0.js')), 'embed@0.1.0.js was released and is gone'],
    ['a stray file', (at) => writeFileSync(join(at, 'embed@9.9.9.js'), ''), 'embed@9.9.9.js is in no release'],
    ['an empty list', (at) => writeFileSync(join(at, 'integrity.json'), '{}'), 'integrity.json lists nothing'],
    ['no list', (at) => rmSync(join(at, 'integrity.json')), 'integrity.json lists nothing'],
  ])('is missed by the check: %s', (_, spoil, problem) => {
    cpSync(released, folder, { recursive: true });
    spoil(folder);
    expect(problemsOfReleases(folder).join('\n')).toContain(problem);
  });
});

function contents(folder: string): [string, string][] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
}
