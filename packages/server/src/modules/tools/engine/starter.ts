import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { StarterOrder, StarterReport } from './starter-orders.ts';

/**
 * Starts processes by way of a small one that was started for the purpose. `fork` copies the page tables of whoever calls
 * it, and holds its thread meanwhile: 48 to 74 ms in a server of 680 MB, 2 to 4 ms in a process of 49 MB. A worker that
 * is killed has to be replaced, so whoever sends runs that must be killed could hold up everybody else.
 *
 * A process that was started talks with the server directly: the starter makes a socket pair, lets the process inherit one
 * end, and passes the other to the server. Whatever goes wrong with the starter ends what it started:
 * - the server sees the starter's end, drops the sockets, and starts another when it next needs one; a process whose
 *   socket is closed ends itself;
 * - the starter sees the server's end, and kills what it started.
 */
export type Starter = {
  /** `args` are the runtime's: its flags, the file to run, and what that is given. */
  start(args: string[]): StartedProcess;
  /** Ends the starter at once, and with it whatever still runs. */
  close(): Promise<void>;
};

export type StartedProcess = {
  /** Resolves when nobody else has the sockets any more; never, if the process ends before. Until then it must not write. */
  connected: Promise<Connection>;
  ended: Promise<ProcessEnd>;
  /** Ends the process at once, in the middle of whatever it does. */
  kill(): void;
  /** Whether the server's process waits for this one's end. It does at first, and no longer when it has ended. */
  holdOpen(open: boolean): void;
};

/** Whoever is given it destroys the sockets, or sees them close. */
export type Connection = {
  /** The process's file descriptor 3. */
  channel: Socket;
  /** Its standard error. */
  errors: Socket;
};

export type ProcessEnd = {
  code: number | null;
  signal: string | null;
  /** In words, when it is not the process that ended by itself. */
  problem?: string;
  /** False when the starter went first: the process may go on for a moment. */
  isSeen: boolean;
};

const entry = fileURLToPath(new URL('./starter-process.ts', import.meta.url));
const engineFolder = fileURLToPath(new URL('.', import.meta.url));
const lastWordsCharsMax = 2_000;

/** It may read its own code and start processes, which have less rights than it: its workers may not start any. */
const flags = [
  '--permission',
  `--allow-fs-read=${engineFolder}`,
  '--allow-child-process',
  '--max-old-space-size=32',
  '--max-semi-space-size=1',
];

/** Starts the starter at once, while the server is small. */
export function createStarter(): Starter {
  let current = runStarter();

  function start(args: string[]): StartedProcess {
    if (current.hasEnded()) current = runStarter();
    return current.start(args);
  }

  return { start, close: () => current.close() };
}

type StarterRun = Starter & { hasEnded(): boolean };

type Started = {
  connected: PromiseWithResolvers<Connection>;
  ended: PromiseWithResolvers<ProcessEnd>;
  sockets: Partial<Connection>;
};

function runStarter(): StarterRun {
  const child = fork(entry, [], {
    env: {},
    execArgv: flags,
    // A session of its own: an interrupt at the terminal is for the server, which ends its workers when their runs are done.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const started = new Map<number, Started>();
  const holders = new Set<number>();
  const gone = Promise.withResolvers<void>();
  let lastId = 0;
  let hasEnded = false;
  let lastWords = '';

  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = `${lastWords}${chunk.toString()}`.slice(-lastWordsCharsMax);
  });
  child.on('message', (message: Serializable, socket: unknown) => {
    // Only our own starter can send here, and this is all it sends.
    take(message as StarterReport, socket instanceof Socket ? socket : undefined);
  });
  child.once('error', (error) => end(String(error)));
  child.once('close', (code, signal) => end(`exit code ${code}, signal ${signal}. ${lastWords}`));
  holdProcessOpen(child, false);

  function take(report: StarterReport, socket: Socket | undefined): void {
    const it = started.get(report.id);
    if (it === undefined) return;
    switch (report.tell) {
      case 'channel':
      case 'errors':
        if (socket !== undefined) it.sockets[report.tell] = socket;
        return;
      case 'handed-over': {
        const { channel, errors } = it.sockets;
        if (channel !== undefined && errors !== undefined) it.connected.resolve({ channel, errors });
        return;
      }
      case 'ended': {
        const { code, signal, problem } = report;
        forget(report.id, it, { code, signal, ...(problem === undefined ? {} : { problem }), isSeen: true });
      }
    }
  }

  function forget(id: number, it: Started, how: ProcessEnd): void {
    started.delete(id);
    holdOpen(id, false);
    it.ended.resolve(how);
  }

  function end(words: string): void {
    if (hasEnded) return;
    hasEnded = true;
    for (const [id, it] of started) {
      it.sockets.channel?.destroy();
      it.sockets.errors?.destroy();
      forget(id, it, { code: null, signal: null, problem: `The starter of workers ended: ${words}`, isSeen: false });
    }
    gone.resolve();
  }

  function start(args: string[]): StartedProcess {
    const id = ++lastId;
    const it: Started = { connected: Promise.withResolvers(), ended: Promise.withResolvers(), sockets: {} };
    started.set(id, it);
    holdOpen(id, true);
    send({ do: 'start', id, args });
    return {
      connected: it.connected.promise,
      ended: it.ended.promise,
      kill: () => send({ do: 'kill', id }),
      holdOpen: (open) => {
        if (!open || started.has(id)) holdOpen(id, open);
      },
    };
  }

  /** A channel that breaks is a starter that ends, which is handled there. */
  function send(order: StarterOrder): void {
    child.send(order, () => {});
  }

  function holdOpen(id: number, open: boolean): void {
    if (open) holders.add(id);
    else holders.delete(id);
    holdProcessOpen(child, holders.size > 0);
  }

  async function close(): Promise<void> {
    if (hasEnded) return;
    holdProcessOpen(child, true);
    // Not by closing its channel: Node tells of no `close` after that.
    child.kill('SIGKILL');
    await gone.promise;
  }

  return { start, close, hasEnded: () => hasEnded };
}

/** An idle starter does not keep the server's process alive. */
function holdProcessOpen(child: ChildProcess, open: boolean): void {
  const handles = [child, child.channel, child.stderr instanceof Socket ? child.stderr : undefined];
  for (const handle of handles) {
    if (open) handle?.ref();
    else handle?.unref();
  }
}
