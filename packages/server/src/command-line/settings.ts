import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isWellFormed } from '@microapp/contract';
import { Secret } from '../platform/secret.ts';
import { CommandError, type Surroundings } from './surroundings.ts';

/** Where the running server is, as an origin: `--url`, or where a server with these settings listens. */
export function serverUrl(given: string | undefined, env: Surroundings['env']): string {
  const text = given ?? (env['PUBLIC_URL'] || `http://127.0.0.1:${env['PORT'] || '4400'}`);
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    throw new CommandError(
      'The server’s address is not http or https. Give one such as --url https://apps.example.com.',
    );
  }
  return url.origin;
}

/**
 * The owner key: MICROAPP_OWNER_KEY, or the file that the first start has left in the data folder. Never an argument,
 * which every process of the machine can read and the shell remembers.
 */
export async function readOwnerKey(env: Surroundings['env']): Promise<Secret> {
  const path = join(env['DATA_DIR'] || './data', 'owner-key');
  const text = env['MICROAPP_OWNER_KEY'] || (await readIfThere(path));
  if (text === undefined) {
    throw new CommandError(`There is no owner key. Set MICROAPP_OWNER_KEY; ${path} is not there either.`);
  }
  if (!isWellFormed('owner_key', text)) {
    throw new CommandError('The owner key is not well-formed. Its checksum does not match: was it cut off?');
  }
  return new Secret(text);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CommandError(`${path} cannot be read.`, { cause: error });
  }
}
