#!/usr/bin/env node
import { createRequire } from 'node:module';
import { runCommandLine } from './command-line/index.ts';
import { systemRandom } from './platform/random.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

process.exitCode = await runCommandLine(process.argv.slice(2), {
  version,
  env: process.env,
  fetch,
  random: systemRandom,
  interrupted: interrupted.signal,
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
  isColored: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
});
