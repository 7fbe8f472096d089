import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../random.ts';
import { Secret } from '../secret.ts';

const fileName = 'secret-key';
const keyBytes = 32;
const userOnly = 0o600;

/**
 * The installation's own encryption keys, kept in the data folder (mode 600), one a line: the first encrypts, all
 * decrypt. The first one is made when the file is not there yet. Throws when the file holds something else.
 */
export async function readOrMakeSecretKeys(dataDir: string, random: Random): Promise<Secret[]> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, fileName);
  const text = (await readKeys(path)) ?? (await makeKey(path, random)) ?? '';
  const keys = text.split('\n').map((line) => line.trim());
  if (keys.some((key) => Buffer.from(key, 'base64').length !== keyBytes)) {
    throw new Error(`${path} does not hold keys of ${keyBytes} bytes in base64, one a line. Put the right file back.`);
  }
  return keys.map((key) => new Secret(key));
}

async function readKeys(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * The key appears under its name complete or not at all, and is never overwritten: of two processes at the first start
 * one makes it and both read it, and a start that dies in the middle leaves no half of it.
 */
async function makeKey(path: string, random: Random): Promise<string | undefined> {
  const unlinked = `${path}.${Buffer.from(random.bytes(8)).toString('hex')}`;
  const fresh = Buffer.from(random.bytes(keyBytes)).toString('base64');
  try {
    await writeFile(unlinked, `${fresh}\n`, { mode: userOnly, flag: 'wx', flush: true });
    await link(unlinked, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(unlinked, { force: true });
  }
  return readKeys(path);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
