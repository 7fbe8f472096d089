import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Issue } from '@microapp/contract';
import { createInputsSchemas } from './inputs-schema.ts';
import { reprinted } from './json-text.ts';
import type { EngineLimits } from './limits.ts';
import { readMessages, sendMessage } from './message-stream.ts';
import { closeNetwork } from './network.ts';
import { hardenRealm } from './realm.ts';
import { createSandbox } from './sandbox.ts';
import { limitReached, type FailureReason } from './step-failure.ts';
import type { Reply, Task } from './tasks.ts';
import { createTransforms } from './transform.ts';

/**
 * The entry of a worker process, started by worker-process.ts with the limits as its argument: closes the realm, warms
 * everything up, closes the network, then performs one task at a time for as long as the server's end of the channel is open.
 */
const limits = JSON.parse(process.argv[2] ?? '{}') as EngineLimits;

hardenRealm();
const schemas = createInputsSchemas();
const transforms = await createTransforms(limits);
const sandbox = await createSandbox(() => performance.now(), limits);

/** [0] counts the tasks begun, [1] the tasks ended; the watchdog looks at them. */
const progress = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
const watchdog = new Worker(new URL('./watchdog-worker.ts', import.meta.url), {
  workerData: { progress, patienceMs: 2 * limits.hardTimeMs },
  execArgv: [],
  resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
});
watchdog.unref();
closeNetwork();

/** What the server sends is as long as it likes: its own bounds hold already. */
const taskBytesMax = Infinity;
/** The server's end is another process's; it is no handle of Node's own channel, over which more than messages could come. */
const channel = new Socket({ fd: 3, readable: true, writable: true });
readMessages(channel, taskBytesMax, (task) => void answer(task as Task));
channel.on('error', () => {});
// The server is gone, or has no use for this worker any more.
channel.once('close', () => process.exit());

/** Of the heap that the worker may have; a run that leaves more behind was its last. */
const spentHeapShare = 0.6;

async function answer(task: Task): Promise<void> {
  Atomics.add(progress, 0, 1);
  const reply = await perform(task).catch((error: unknown): Reply => ({ ok: false, reason: reasonOf(error) }));
  // JSONata evaluates some parts side by side, and those go on when one has failed: until they are done it is this task
  // that they are held against, and not the next.
  await setImmediate();
  Atomics.add(progress, 1, 1);
  sendMessage(channel, isSpent() ? { ...reply, isSpent: true } : reply);
  await sandbox.refresh();
}

function isSpent(): boolean {
  return getHeapStatistics().used_heap_size > spentHeapShare * limits.workerHeapMegabytes * 1024 * 1024;
}

/** Of work that does not expect to fail: only validation can overrun the stack, with inputs as deep as its schema is recursive. */
function reasonOf(error: unknown): FailureReason {
  return error instanceof RangeError ? limitReached('stack') : { kind: 'crashed', detail: String(error) };
}

async function perform(task: Task): Promise<Reply> {
  switch (task.do) {
    case 'report-ready':
      return { ok: true, text: 'null' };
    case 'run-transform':
      return await transforms.run(task.expression, task.contextText, task.nowMs);
    case 'evaluate':
      return await transforms.evaluate(task.expressions, task.contextText, task.nowMs);
    case 'run-function':
      return await sandbox.run(task.code, task.contextText, task.nowMs);
    case 'validate-inputs':
      return replyWith(schemas.validate(task.schemaText, task.inputsText));
    case 'reprint':
      return reprinted(task.text, limits);
    case 'check-inputs-schema':
      return replyWith(schemas.problemsOf(task.schemaText));
    case 'check-transform':
      return replyWith(asIssues(transforms.problemOf(task.expression)));
    case 'check-function':
      return replyWith(asIssues(await sandbox.problemOf(task.code)));
  }
}

/** The path is relative to what was checked; the engine knows where that stands. */
function asIssues(problem: string | undefined): Issue[] {
  return problem === undefined ? [] : [{ path: '', message: problem }];
}

function replyWith(issues: Issue[]): Reply {
  return { ok: true, text: JSON.stringify(issues) };
}
