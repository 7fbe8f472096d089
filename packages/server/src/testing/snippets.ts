import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export type SnippetLanguage = 'node' | 'python';
export type SnippetCall = { exp: number; scope: string; apps: string[]; sid?: string };

const folder = new URL('../modules/api-keys/fixtures/', import.meta.url);
const python = '/usr/bin/python3';

/** The token that the documented snippet makes, run as it stands by the language that it is written in. */
export function signBySnippet(
  language: SnippetLanguage,
  { id, key }: { id: string; key: string },
  call: SnippetCall,
): string {
  const snippet = readFileSync(new URL(`${language}-snippet.txt`, folder), 'utf8');
  const input = JSON.stringify([id, key, call]);
  const [program, args] =
    language === 'node'
      ? [process.execPath, ['--input-type=module', '-e', `${snippet}\n${nodeCall}`]]
      : [python, ['-c', `${snippet}\n${pythonCall}`]];
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the ${language} snippet did not run: ${error?.message ?? stderr}`);
  return stdout.trim();
}

/** Arguments come by standard input: a key on a command line could be read by every user of the machine. */
const nodeCall = `
import { readFileSync } from 'node:fs';
const [id, key, call] = JSON.parse(readFileSync(0, 'utf8'));
console.log(signEmbedToken(id, key, call));`;

const pythonCall = `
import sys
key_id, key, call = json.load(sys.stdin)
print(sign_embed_token(key_id, key, **call))`;
