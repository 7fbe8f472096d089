import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../random.ts';
import { Secret } from '../secret.ts';

const fileName = 'secret-key';
const keyBytes = 32;
const userOnly = 0o600;

/**
 * The installation's own encryption key, kept in the data folder (mode 600) and made when it is not there yet. Throws when
 * the file holds something else.
 */
export async function readOrMakeSecretKey(dataDir: string, random: Random): Promise<Secret> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, fileName);
  const key = (await readKey(path)) ?? (await makeKey(path, random));
  if (key === undefined || Buffer.from(key, 'base64').length !== keyBytes) {
    throw new Error(`${path} does not hold a key of ${keyBytes} bytes in base64. Put the right file back.`);
  }
  return new Secret(key);
}

async function readKey(path: string): Promise<string | undefined> {
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
  return readKey(path);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
