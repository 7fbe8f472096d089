import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { EngineLimits } from './limits.ts';
import { readMessages, sendMessage } from './message-stream.ts';
import type { Connection, ProcessEnd, Starter } from './starter.ts';
import { isReply, type Reply, type Task } from './tasks.ts';

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
/** Of a reply beyond the result in it: a list of issues, or a reason. */
const replyBytesBesidesOutput = 1024 * 1024;

/** What the process may and may not. Its environment is empty: nothing of it depends on the server's own settings. */
export function workerFlags(limits: EngineLimits): string[] {
  return [
    '--permission',
    ...[engineFolder, ...packageFolders].map((folder) => `--allow-fs-read=${folder}`),
    // For its watchdog.
    '--allow-worker',
    '--disable-proto=delete',
    `--max-old-space-size=${limits.workerHeapMegabytes}`,
    `--stack-size=${stackKibibytes}`,
  ];
}

export function startToolWorker(starter: Starter, limits: EngineLimits): ToolWorker {
  const started = starter.start([...workerFlags(limits), entry, JSON.stringify(limits)]);
  const ready = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  let connection: Connection | undefined;
  /** Settles when all that the process wrote has been read. */
  let readToEnd: Promise<unknown> = Promise.resolve();
  let answer: PromiseWithResolvers<Reply> | undefined;
  let death: WorkerDied | undefined;
  let lastWords = '';

  async function getReady(): Promise<void> {
    const made = await started.connected;
    connection = made;
    readToEnd = Promise.all([closed(made.channel), closed(made.errors)]);
    // Replies are all that is ever sent here; a text of 16-bit characters takes two bytes for each.
    const replyBytesMax = 2 * limits.outputBytesMax + replyBytesBesidesOutput;
    readMessages(made.channel, replyBytesMax, (reply) => {
      // Whoever escaped from an interpreter may say anything; then the worker goes.
      if (isReply(reply)) answer?.resolve(reply);
      else kill();
    });
    made.errors.on('data', (chunk: Buffer) => note(chunk.toString()));
    for (const socket of [made.channel, made.errors]) socket.on('error', (error) => note(error.message));
    // One that cannot be talked with any more is of no use.
    void closed(made.channel).then(() => kill());
    await perform({ do: 'report-ready' });
    ready.resolve();
  }

  async function seeEnd(): Promise<void> {
    const end = await started.ended;
    if (end.isSeen) await readToEnd;
    die(end);
  }

  function note(words: string): void {
    lastWords = `${lastWords}${words}`.slice(-lastWordsCharsMax);
  }

  function die({ code, signal, problem = '' }: ProcessEnd): void {
    death = new WorkerDied({ code, signal, lastWords: `${problem}${lastWords}` });
    connection?.channel.destroy();
    connection?.errors.destroy();
    ready.reject(death);
    answer?.reject(death);
    gone.resolve();
  }

  /** An idle worker does not keep the server's process alive; one that starts, works or ends does. */
  function holdProcessOpen(open: boolean): void {
    started.holdOpen(open);
    for (const socket of [connection?.channel, connection?.errors]) {
      if (open) socket?.ref();
      else socket?.unref();
    }
  }

  async function perform(task: Task): Promise<Reply> {
    if (death !== undefined) throw death;
    if (connection === undefined) throw new Error('A worker was given a task before it was ready.');
    answer = Promise.withResolvers<Reply>();
    holdProcessOpen(true);
    sendMessage(connection.channel, task);
    try {
      return await answer.promise;
    } finally {
      answer = undefined;
      holdProcessOpen(false);
    }
  }

  function kill(): void {
    holdProcessOpen(true);
    started.kill();
  }

  getReady().catch(ready.reject);
  void seeEnd();
  return { ready: ready.promise, perform, kill, gone: gone.promise };
}

/** One whose process was killed at once may have closed before anybody looked. */
function closed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once('close', () => resolve());
  return promise;
}
