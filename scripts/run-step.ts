import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Step } from './steps.ts';

/** How many checks of a step passed and failed; `complaints` are what the runner itself has to say about it. */
export type StepResult = { name: string; passed: number; failed: number; complaints: string[]; output: string };

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a step to its end. Never throws for a failing step: a program that cannot be started counts as one failure. */
export async function runStep(step: Step): Promise<StepResult> {
  const { exitCode, output } = await run(step);
  return { name: step.name, output, ...judge(step, exitCode) };
}

type Verdict = Pick<StepResult, 'passed' | 'failed' | 'complaints'>;

function judge(step: Step, exitCode: number): Verdict {
  if (step.report === undefined) return verdict(exitCode === 0 ? 1 : 0, exitCode === 0 ? 0 : 1);

  const report = readReport(step.report);
  if (report === undefined) return verdict(0, 1, 'It ended before any test ran.');
  const { numPassedTests: passed, numFailedTests: failed, numTotalTests: total } = report;
  if (total === 0) return verdict(0, 1, 'It found no tests.');
  // A skipped test proves nothing, and nobody reads the yellow line that says so.
  const skipped = total - passed - failed;
  if (skipped > 0) return verdict(passed, failed + skipped, `${skipped} skipped tests count as failed.`);
  // A file that does not load, or an error outside of a test, fails the run without failing a test.
  if (exitCode !== 0 && failed === 0) return verdict(passed, 1, 'An error outside of the tests.');
  return verdict(passed, failed);
}

function verdict(passed: number, failed: number, ...complaints: string[]): Verdict {
  return { passed, failed, complaints };
}

type Report = { numPassedTests: number; numFailedTests: number; numTotalTests: number };

function readReport(file: string): Report | undefined {
  try {
    // The JSON reporter's documented shape.
    return JSON.parse(readFileSync(`${root}test-results/${file}`, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

function run(step: Step): Promise<{ exitCode: number; output: string }> {
  const [program, ...args] = step.command;
  const { promise, resolve } = Promise.withResolvers<{ exitCode: number; output: string }>();
  const child = spawn(`${root}node_modules/.bin/${program}`, args, {
    cwd: root,
    // CI=true makes some programs color what nobody sees as colors.
    env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' },
    stdio: step.live ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that what a test left running ends with the step and cannot hold the output open.
    detached: true,
  });
  const endGroup = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined) signalGroup(child.pid, signal);
  };
  // The terminal tells only its own group.
  const endings = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const end = (): void => {
      endGroup(signal);
      process.exit(1);
    };
    process.on(signal, end);
    return () => process.off(signal, end);
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('error', (error) => resolve({ exitCode: 1, output: error.message }));
  child.on('exit', () => endGroup('SIGKILL'));
  child.on('close', (exitCode) => {
    for (const forget of endings) forget();
    resolve({ exitCode: exitCode ?? 1, output: Buffer.concat(chunks).toString() });
  });
  return promise;
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // Nobody of it is left.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
