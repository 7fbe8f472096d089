import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultLimits } from './limits.ts';
import { readMessages, sendMessage } from './message-stream.ts';
import { createStarter } from './starter.ts';
import { startToolWorker, workerFlags, WorkerDied } from './worker-process.ts';

const limits = { ...defaultLimits, workersMax: 1 };
const starter = createStarter();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tool-worker-'));
  writeFileSync(join(folder, 'secret'), 'x');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await starter.close();
});

test('who escapes from an interpreter finds no settings, no files, no network, no clock, and no way to start, to signal or to change anything', async () => {
  const probe = fileURLToPath(new URL('./testing/worker-probe.ts', import.meta.url));
  const newFile = join(folder, 'new');
  const started = starter.start([...workerFlags(limits), probe, join(folder, 'secret'), newFile]);
  const { channel } = await started.connected;
  const report = await new Promise((resolve) => {
    readMessages(channel, 10_000, resolve);
    sendMessage(channel, 'report');
  });
  started.kill();
  await started.ended;
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
    signalsOthers: [],
    hasAChannelOfNodes: false,
  });
  expect(existsSync(newFile)).toBe(false);
});

test('a worker that is killed at work rejects that work, and all that comes later', async () => {
  const worker = startToolWorker(starter, limits);
  await worker.ready;
  const work = worker.perform({ do: 'check-function', code: 'for (;;); export default () => 1' });
  worker.kill();
  await expect(work).rejects.toThrow(WorkerDied);
  await worker.gone;
  await expect(worker.perform({ do: 'check-transform', expression: '1' })).rejects.toThrow(WorkerDied);
});

test('a worker that is killed before it is ready never is', async () => {
  const worker = startToolWorker(starter, limits);
  worker.kill();
  await expect(worker.ready).rejects.toThrow(WorkerDied);
  await worker.gone;
});

test('a worker that nobody ends, ends itself', async () => {
  const worker = startToolWorker(starter, { ...limits, softTimeMs: 100, hardTimeMs: 200 });
  await worker.ready;
  const code = 'export default () => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)';
  const work = worker.perform({ do: 'run-function', code, contextText: '{}', nowMs: 0 });
  await expect(work).rejects.toThrow('SIGKILL');
});
