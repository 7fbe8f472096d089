import { isProduct } from '../place.ts';
import { staleRow, type Rule } from '../rule.ts';
import type { SourceFile } from '../source-file.ts';
import { ambientExceptions } from '../table.ts';

/** What makes code depend on when and where it runs, by the name under which the table lists it. */
const ambient: Readonly<Record<string, RegExp>> = {
  'process.env': /^process\.env$/,
  console: /^console$/,
  'Date.now': /^Date\.now$/,
  'new Date()': /^new Date\(\)$/,
  'Math.random': /^Math\.random$/,
  'performance.now': /^performance\.now$/,
  setTimeout: /^((globalThis|global)\.)?setTimeout$/,
  setInterval: /^((globalThis|global)\.)?setInterval$/,
  randomBytes: /(^|\.)randomBytes$/,
  randomInt: /(^|\.)randomInt$/,
  randomUUID: /(^|\.)randomUUID$/,
  getRandomValues: /(^|\.)getRandomValues$/,
};

export const ambientIsInjected: Rule = {
  title: 'time, randomness, the environment and the console are touched by the listed files only',
  find: (files) => {
    const product = files.filter((file) => isProduct(file.path));
    return [...product.flatMap(unlistedUses), ...ambientExceptions.flatMap((row) => staleUses(row, product))];
  },
  planted: Object.fromEntries(
    Object.entries({
      'the environment': 'export const port = process.env.PORT;',
      'the environment, taken apart': 'const { env } = process; export default env;',
      'the environment, imported': "import { env } from 'node:process'; export default env;",
      'the environment, the long way': 'export const port = globalThis.process.env.PORT;',
      'the console': "console.log('hello');",
      'the time': 'export const now = Date.now();',
      'the time, as a function': 'export const clock = { now: Date.now };',
      'the time, as a date': 'export const now = new Date();',
      'the time, as a text': 'export const now = Date();',
      'a random number': 'export const n = Math.random();',
      'a random name': "import { randomUUID } from 'node:crypto'; export const id = randomUUID();",
      'a timer': 'setTimeout(() => {}, 10);',
      'a timer behind another name': "import * as waiting from 'node:timers/promises'; await waiting.setTimeout(10);",
      'a timer of promises': "import { setTimeout as pause } from 'node:timers/promises'; await pause(10);",
    }).map(([what, text]) => [what, { 'packages/server/src/modules/tools/planted.ts': text }]),
  ),
};

function usesOf(file: SourceFile): { name: string; line: number }[] {
  const mentioned = file.mentions.flatMap(({ name: mention, line }) =>
    Object.entries(ambient)
      .filter(([, pattern]) => pattern.test(mention))
      .map(([name]) => ({ name, line })),
  );
  // Named imports are mentions already; these hide what they take.
  const imported = file.imports.flatMap(({ specifier, values, line }) => {
    const hides = values.some((value) => ['*', 'default', 'scheduler'].includes(value));
    if (hides && /^(node:)?timers(\/|$)/.test(specifier)) return [{ name: 'setTimeout', line }];
    if ((hides || values.includes('env')) && /^(node:)?process$/.test(specifier))
      return [{ name: 'process.env', line }];
    return [];
  });
  return [...mentioned, ...imported];
}

function unlistedUses(file: SourceFile) {
  const allowed = ambientExceptions.filter((row) => row.file === file.path).flatMap((row) => row.uses);
  return usesOf(file)
    .filter((use) => !allowed.includes(use.name))
    .map((use) => ({ file: file.path, line: use.line, problem: `uses ${use.name} directly` }));
}

/** An exception that nobody needs any more would cover the next one who should not have it. */
function staleUses(row: (typeof ambientExceptions)[number], product: readonly SourceFile[]) {
  const file = product.find((candidate) => candidate.path === row.file);
  const used = file === undefined ? [] : usesOf(file).map((use) => use.name);
  return row.uses
    .filter((use) => !used.includes(use))
    .map((use) => staleRow(`${row.file} does not use ${use} any more`));
}
