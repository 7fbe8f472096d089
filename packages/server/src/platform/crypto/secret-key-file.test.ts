import { statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemRandom } from '../random.ts';
import type { Random } from '../random.ts';
import type { Secret } from '../secret.ts';
import { readOrMakeSecretKeys } from './secret-key-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'microapp-secret-key-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The key of a file that holds one. */
async function readOrMakeSecretKey(dataDir: string, random: Random): Promise<Secret> {
  const [key, ...others] = await readOrMakeSecretKeys(dataDir, random);
  if (key === undefined || others.length > 0) throw new Error('The file does not hold one key.');
  return key;
}

describe('the key file', () => {
  it('is made at the first start, in a folder that need not exist, readable by its user only', async () => {
    const dataDir = join(folder, 'not', 'yet');
    const key = await readOrMakeSecretKey(dataDir, systemRandom);
    expect(Buffer.from(key.reveal(), 'base64')).toHaveLength(32);
    expect((await stat(join(dataDir, 'secret-key'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dataDir, 'secret-key'), 'utf8')).toBe(`${key.reveal()}\n`);
    expect(await readdir(dataDir)).toEqual(['secret-key']);
  });

  it('is read, never replaced, at every later start', async () => {
    const first = await readOrMakeSecretKey(folder, systemRandom);
    const second = await readOrMakeSecretKey(folder, systemRandom);
    expect(second.reveal()).toBe(first.reveal());
  });

  it('is one and the same for many who start at the same moment', async () => {
    for (let round = 0; round < 20; round++) {
      const dataDir = join(folder, String(round));
      const starts = Array.from({ length: 8 }, () => readOrMakeSecretKey(dataDir, systemRandom));
      const keys = new Set((await Promise.all(starts)).map((key) => key.reveal()));
      expect(keys.size).toBe(1);
      expect(await readdir(dataDir)).toEqual(['secret-key']);
    }
  });

  it('appears complete or not at all: whoever looks while it is made never sees a part of it', async () => {
    const lengths = new Set<number>();
    for (let round = 0; round < 20; round++) {
      const dataDir = join(folder, String(round));
      let isMade = false;
      const made = readOrMakeSecretKey(dataDir, systemRandom).finally(() => {
        isMade = true;
      });
      while (!isMade) {
        const seen = lengthOf(join(dataDir, 'secret-key'));
        if (seen !== undefined) lengths.add(seen);
        await setImmediate();
      }
      lengths.add(`${(await made).reveal()}\n`.length);
    }
    expect([...lengths]).toEqual([45]);
  });

  it('may hold several keys, one a line, so that they can be rotated: in its order, with any line end', async () => {
    const lines = [1, 2, 3].map((byte) => Buffer.alloc(32, byte).toString('base64'));
    await writeFile(join(folder, 'secret-key'), `${lines.join('\r\n')}\n`);
    const keys = await readOrMakeSecretKeys(folder, systemRandom);
    expect(keys.map((key) => key.reveal())).toEqual(lines);
  });

  it('is another one in every installation', async () => {
    const one = await readOrMakeSecretKey(join(folder, 'one'), systemRandom);
    const two = await readOrMakeSecretKey(join(folder, 'two'), systemRandom);
    expect(one.reveal()).not.toBe(two.reveal());
  });

  it('is not quoted when it is damaged', async () => {
    const damaged = Buffer.alloc(31, 7).toString('base64');
    await writeFile(join(folder, 'secret-key'), damaged);
    const failure = await readOrMakeSecretKey(folder, systemRandom).catch(String);
    expect(failure).toContain('does not hold keys');
    expect(failure).not.toContain(damaged);
  });

  it.each([
    ['empty', ''],
    ['cut off', Buffer.alloc(31, 7).toString('base64')],
    ['too long', Buffer.alloc(33, 7).toString('base64')],
    ['something else', 'hello\n'],
    ['good in its first line only', `${Buffer.alloc(32, 7).toString('base64')}\nhello\n`],
    ['interrupted by an empty line', `${Buffer.alloc(32, 7).toString('base64')}\n\n`.repeat(2)],
  ])('that is %s stops the start with the name of the file, and is left as it is', async (_what, content) => {
    const path = join(folder, 'secret-key');
    await writeFile(path, content);
    const failure = await readOrMakeSecretKey(folder, systemRandom).then(
      () => 'it was read',
      (error: unknown) => String(error),
    );
    expect(failure).toContain(path);
    expect(failure).toContain('Put the right file back');
    expect(await readFile(path, 'utf8')).toBe(content);
  });
});

/** Bytes of a file; undefined when there is none. */
function lengthOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
