import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultLimits } from './limits.ts';
import { startToolWorker, workerProcessOptions, WorkerDied } from './worker-process.ts';

const limits = { ...defaultLimits, workersMax: 1 };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tool-worker-'));
  writeFileSync(join(folder, 'secret'), 'x');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('who escapes from an interpreter finds no settings, no files, no network, no clock, and no way to start or to change anything', async () => {
  const probe = fileURLToPath(new URL('./testing/worker-probe.ts', import.meta.url));
  const newFile = join(folder, 'new');
  const child = fork(probe, [join(folder, 'secret'), newFile], workerProcessOptions(limits));
  const [report] = (await once(child, 'message')) as [unknown];
  expect(report).toEqual({
    settings: [],
    readsItsOwnCode: true,
    readsOtherFiles: false,
    writesFiles: false,
    startsProcesses: false,
    reachesPrototypes: false,
    changesPrototypes: false,
    waysOut: [],
    tellsTheTime: 1_000,
  });
  expect(existsSync(newFile)).toBe(false);
});

test('a worker that is killed at work rejects that work, and all that comes later', async () => {
  const worker = startToolWorker(limits);
  await worker.ready;
  const work = worker.perform({ do: 'check-function', code: 'for (;;); export default () => 1' });
  worker.kill();
  await expect(work).rejects.toThrow(WorkerDied);
  await worker.gone;
  await expect(worker.perform({ do: 'check-transform', expression: '1' })).rejects.toThrow(WorkerDied);
});

test('a worker that nobody ends, ends itself', async () => {
  const worker = startToolWorker({ ...limits, softTimeMs: 100, hardTimeMs: 200 });
  await worker.ready;
  const code = 'export default () => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)';
  const work = worker.perform({ do: 'run-function', code, contextText: '{}', nowMs: 0 });
  await expect(work).rejects.toThrow('SIGKILL');
});
