// Runs the steps of `npm run check` (quick) or `npm test` (everything): one line per step, its output only when it failed.
// Leaves the number of passed and failed checks in test-results/summary.txt, for machines that count.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { runStep, type StepResult } from './run-step.ts';
import { quickSteps, slowSteps, type Step } from './steps.ts';

const resultsFolder = new URL('../test-results/', import.meta.url);

await main(process.argv[2]);

async function main(extent: string | undefined): Promise<void> {
  if (extent !== 'quick' && extent !== 'everything') throw new Error('say `quick` or `everything`');
  rmSync(resultsFolder, { recursive: true, force: true });
  mkdirSync(resultsFolder, { recursive: true });

  const began = performance.now();
  const results = await runTogether(quickSteps, Math.min(2, availableParallelism()));
  // One after another: each of these uses all cores by itself, and a timing test should not share them.
  if (extent === 'everything') results.push(...(await runTogether(slowSteps, 1)));

  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  writeFileSync(new URL('summary.txt', resultsFolder), `${passed} passed, ${failed} failed\n`);

  const names = results.filter((result) => result.failed > 0).map((result) => result.name);
  const seconds = secondsSince(began);
  console.log(names.length === 0 ? `\nAll good in ${seconds}.` : `\nFailed in ${seconds}: ${names.join(', ')}.`);
  process.exitCode = names.length === 0 ? 0 : 1;
}

async function runTogether(steps: readonly Step[], lanes: number): Promise<StepResult[]> {
  const waiting = [...steps];
  const results: StepResult[] = [];
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const began = performance.now();
      if (step.live) console.log(`…  ${step.name}`);
      const result = await runStep(step);
      results.push(result);
      print(result, secondsSince(began));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

function print(result: StepResult, seconds: string): void {
  const tests = result.passed + result.failed;
  const count = tests > 1 ? `${tests} tests, ` : '';
  console.log(`${result.failed === 0 ? '✓' : '✗'}  ${result.name} (${count}${seconds})`);
  if (result.failed === 0) return;
  for (const complaint of result.complaints) console.log(`   ${complaint}`);
  if (result.output !== '') console.log(result.output.trimEnd());
}

function secondsSince(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
