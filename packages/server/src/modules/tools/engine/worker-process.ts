import { fork, type ForkOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { EngineLimits } from './limits.ts';
import { readyMessage, type Reply, type Task } from './tasks.ts';

/**
 * One worker: a process, not a thread. In a thread, an allocation of more than a few megabytes beyond the heap limit is
 * fatal to the whole server (V8 cannot unwind it; `$pad("a", 2e8)` is enough); in a process it ends that process. What
 * escapes from an interpreter finds a process without settings, without the server's memory, and without rights: it
 * can read this engine and the installed packages, write nothing, start nothing, and call nobody.
 */
export type ToolWorker = {
  /** Resolves once, when the worker is warm. Rejects with `WorkerDied`. */
  ready: Promise<void>;
  /** One at a time, after `ready`. Rejects with `WorkerDied`. */
  perform(task: Task): Promise<Reply>;
  /** Ends the process at once, in the middle of whatever it does. */
  kill(): void;
  /** Settles when the process is gone. */
  gone: Promise<void>;
};

export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
  readonly outOfMemory: boolean;

  constructor(exit: { code: number | null; signal: string | null; lastWords: string }) {
    super(`exit code ${exit.code}, signal ${exit.signal}. ${exit.lastWords}`);
    this.outOfMemory = /heap out of memory|heap limit|invalid table size|invalid array length Allocation/.test(
      exit.lastWords,
    );
  }
}

const entry = fileURLToPath(new URL('./tool-worker.ts', import.meta.url));
const engineFolder = fileURLToPath(new URL('.', import.meta.url));
/** Every folder above this one where packages may be installed. */
const packageFolders = (createRequire(import.meta.url).resolve.paths('any') ?? []).filter((folder) =>
  existsSync(folder),
);
/** Measured: 512 KiB of sandbox stack need less than this. A process has 8 MiB unless somebody changed that. */
const stackKibibytes = 6_000;
const lastWordsCharsMax = 2_000;

/** What the process may and may not; no entry of it depends on the server's own settings. */
export function workerProcessOptions(limits: EngineLimits): ForkOptions {
  return {
    env: {},
    execArgv: [
      '--permission',
      ...[engineFolder, ...packageFolders].map((folder) => `--allow-fs-read=${folder}`),
      // For its watchdog.
      '--allow-worker',
      '--disable-proto=delete',
      `--max-old-space-size=${limits.workerHeapMegabytes}`,
      `--stack-size=${stackKibibytes}`,
    ],
    // Structured clone: the other choice escapes every string again.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  };
}

export function startToolWorker(limits: EngineLimits): ToolWorker {
  const child = fork(entry, [JSON.stringify(limits)], workerProcessOptions(limits));
  const ready = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  let answer: PromiseWithResolvers<Reply> | undefined;
  let death: WorkerDied | undefined;
  let lastWords = '';

  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = `${lastWords}${chunk.toString()}`.slice(-lastWordsCharsMax);
  });
  child.on('message', (message) => {
    if (message === readyMessage) {
      holdProcessOpen(false);
      ready.resolve();
      return;
    }
    // Only our own worker can send here, and replies are all it sends after the first word.
    answer?.resolve(message as Reply);
  });
  child.once('error', (error) => die({ code: null, signal: null, lastWords: String(error) }));
  // Not `exit`: by `close` all that it wrote has been read.
  child.once('close', (code, signal) => die({ code, signal, lastWords }));

  function die(exit: { code: number | null; signal: string | null; lastWords: string }): void {
    death ??= new WorkerDied(exit);
    ready.reject(death);
    answer?.reject(death);
    gone.resolve();
  }

  /** An idle worker does not keep the server's process alive; one that starts, works or ends does. */
  function holdProcessOpen(open: boolean): void {
    const handles = [child, child.channel, child.stderr instanceof Socket ? child.stderr : undefined];
    for (const handle of handles) {
      if (open) handle?.ref();
      else handle?.unref();
    }
  }

  async function perform(task: Task): Promise<Reply> {
    if (death !== undefined) throw death;
    answer = Promise.withResolvers<Reply>();
    holdProcessOpen(true);
    // A channel that breaks is a process that ends, which is handled there.
    child.send(task, () => {});
    try {
      return await answer.promise;
    } finally {
      answer = undefined;
      holdProcessOpen(false);
    }
  }

  function kill(): void {
    holdProcessOpen(true);
    child.kill('SIGKILL');
  }

  return { ready: ready.promise, perform, kill, gone: gone.promise };
}
