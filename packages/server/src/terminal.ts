import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secret } from './platform/secret.ts';

const userOnly = 0o600;

/** How the first owner key is handed over. The key itself is printed here and nowhere else, unless it went to a file. */
export function firstKeyBanner(key: Secret, keyFile: string | undefined): string {
  if (keyFile !== undefined)
    return `\n  Owner key  in ${keyFile} (readable by you only): store it, then delete the file.\n`;
  return [
    '',
    `  Owner key  ${key.reveal()}`,
    '',
    '  This key is shown only now. It manages everything: store it where you keep secrets, never in a page.',
    '',
  ].join('\n');
}

/** What is said when the server answers at `publicUrl`, and the demo page, if there is one, at `demoUrl`. */
export function readyBanner(publicUrl: string, demoUrl: string | undefined): string {
  const demo = demoUrl === undefined ? '' : `  Demo page  ${demoUrl}\n`;
  return `\n  Microapp is ready.\n\n  Dashboard  ${publicUrl}\n${demo}\n`;
}

/** Puts the first owner key into a file of the data folder, for a start that no person watches. Answers with its path. */
export async function writeKeyFile(dataDir: string, key: Secret): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, 'owner-key');
  // A file that is there already would keep its own mode, and a link would be followed.
  await rm(path, { force: true });
  await writeFile(path, `${key.reveal()}\n`, { mode: userOnly, flag: 'wx', flush: true });
  return path;
}
