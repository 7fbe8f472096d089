import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compiledCode } from './compiled-code.ts';

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));

export type CommandRun = { status: number | null; output: string; complaints: string };

/** `microapp` as somebody runs it: a process of its own, with these settings and no others. */
export async function runMicroapp(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandRun> {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...compiledCode, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  await once(child, 'close');
  return { status: child.exitCode, output, complaints };
}
