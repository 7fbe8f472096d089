import { Worker } from 'node:worker_threads';

import { channelInSql, createChannelHandlers } from './channel.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import type { Engine, Lease, Notifications, QueryAnswer, Session } from './engine.ts';
import { ConnectionLostError, SqlError } from './errors.ts';
import { createFifoLock } from './fifo-lock.ts';
import type { RawAnswer, WorkerCommand, WorkerOptions, WorkerReply, WorkerRequest } from './pglite-messages.ts';
import { decodeColumn, encodeParameter } from './values.ts';

/** The embedded engine. */
export type PgliteEngine = Engine & {
  /** Hands the one connection, as PGlite's superuser, to `use`: for migrations and for assertions in tests. */
  asSuperuser<T>(use: (session: Session) => Promise<T>): Promise<T>;
  /** The data folder as a tar archive, for `openPglite({ imageFile })`. */
  dump(): Promise<Uint8Array>;
};

/**
 * Starts PGlite in a worker thread, on the folder `dataDir` or in memory. A folder that another process has open is
 * refused with `DataFolderInUseError`. When the thread dies, everything under way rejects with `ConnectionLostError`, and
 * so does everything after it. Whoever opens many hands them the same compiled `code`: it need not be compiled, nor
 * optimized while it runs, for each.
 */
export async function openPglite(options: {
  dataDir?: string;
  imageFile?: string;
  code?: WebAssembly.Module;
}): Promise<PgliteEngine> {
  const { dataDir, imageFile, code } = options;
  const unlock = dataDir === undefined ? undefined : await lockDataFolder(dataDir);
  try {
    return await startEngine({ dataDir, imageFile, code }, unlock);
  } catch (error) {
    await unlock?.();
    throw error;
  }
}

async function startEngine(options: WorkerOptions, unlock: (() => Promise<void>) | undefined): Promise<PgliteEngine> {
  const handlers = createChannelHandlers();
  const lostListeners = new Set<() => void>();
  const thread = await startThread(options, {
    onNotification: (channel, payload) => handlers.call(channel, payload),
    onLost: () => {
      for (const react of lostListeners) react();
    },
  });
  const turns = createFifoLock();
  let closing: Promise<void> | undefined;

  async function acquire(): Promise<Lease> {
    if (closing !== undefined) throw new ConnectionLostError('the database is closed');
    const letGo = await turns.acquire();
    return leaseOf(thread, letGo);
  }

  async function asSuperuser<T>(use: (session: Session) => Promise<T>): Promise<T> {
    const lease = await acquire();
    try {
      return await use(lease);
    } finally {
      lease.release('healthy');
    }
  }

  const notifications: Notifications = {
    get listening() {
      return thread.alive;
    },
    async listen(channel, onNotify) {
      const name = channelInSql(channel);
      if (handlers.add(channel, onNotify)) await asSuperuser((session) => session.execute(`listen ${name}`));
      return async () => {
        if (handlers.remove(channel, onNotify)) await asSuperuser((session) => session.execute(`unlisten ${name}`));
      };
    },
    // The worker posts notifications before the answer of the statement that caused them.
    delivered: () => Promise.resolve(),
    onLost(react) {
      lostListeners.add(react);
      return () => lostListeners.delete(react);
    },
    // A dead thread stays dead: the process has to be started again.
    onBack: () => () => undefined,
  };

  async function close(): Promise<void> {
    await turns.acquire();
    await thread.close();
    await unlock?.();
  }

  return {
    name: 'pglite',
    notifications,
    leases: undefined,
    acquire,
    asSuperuser,
    ping: () => asSuperuser((session) => session.execute('select 1')),
    async dump() {
      const answer = await asSuperuser(() => thread.run({ kind: 'dump' }));
      if (!(answer instanceof Uint8Array)) throw new TypeError('the dump is not binary');
      return answer;
    },
    close: () => (closing ??= close()),
  };
}

/** One session's hold on the connection. The opening is held back and travels with the first query: a message less. */
function leaseOf(thread: Thread, letGo: () => void): Lease {
  let opening: string | undefined;
  function takeOpening(): string | undefined {
    const taken = opening;
    opening = undefined;
    return taken;
  }
  return {
    async begin(sql) {
      opening = sql;
    },
    async query(text, parameters) {
      const encoded = parameters.map(encodeParameter);
      const answer = await thread.run({ kind: 'query', opening: takeOpening(), text, parameters: encoded });
      if (answer === undefined || answer instanceof Uint8Array) throw new TypeError('the query has no answer');
      return decodeAnswer(answer);
    },
    async execute(sql) {
      await thread.run({ kind: 'execute', sql });
    },
    async end(how) {
      if (takeOpening() !== undefined) return;
      const ended = thread.run({ kind: 'execute', sql: how });
      // The thread keeps the order, so the next in line need not wait for the answer before it sends its own.
      letGo();
      await ended;
    },
    release(state) {
      // There is one connection: one that may still be inside a tenant's transaction must serve nobody else.
      if (state === 'broken') thread.kill();
      letGo();
    },
  };
}

function decodeAnswer({ columns, rows, affectedRows }: RawAnswer): QueryAnswer {
  return { rows: rows.map((row) => decodeRow(columns, row)), affectedRows };
}

function decodeRow(columns: RawAnswer['columns'], row: (string | null)[]): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  for (const [index, { name, oid }] of columns.entries()) {
    const text = row[index] ?? null;
    decoded[name] = text === null ? null : decodeColumn(oid, text);
  }
  return decoded;
}

type Thread = {
  readonly alive: boolean;
  run(command: WorkerCommand): Promise<RawAnswer | Uint8Array | undefined>;
  kill(): void;
  close(): Promise<void>;
};

type ThreadEvents = { onNotification: (channel: string, payload: string) => void; onLost: () => void };

type Waiting = PromiseWithResolvers<RawAnswer | Uint8Array | undefined>;

async function startThread(options: WorkerOptions, events: ThreadEvents): Promise<Thread> {
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData: options });
  const ready = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const waiting = new Map<number, Waiting>();
  let lost: ConnectionLostError | undefined;
  let lastId = 0;

  function take(id: number): Waiting | undefined {
    const found = waiting.get(id);
    waiting.delete(id);
    return found;
  }

  function lose(cause: unknown): void {
    if (lost !== undefined) return;
    lost = new ConnectionLostError('the embedded database has stopped', { cause });
    ready.reject(lost);
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
    events.onLost();
  }

  worker.on('message', (reply: WorkerReply) => {
    switch (reply.kind) {
      case 'ready':
        return ready.resolve();
      case 'notification':
        return events.onNotification(reply.channel, reply.payload);
      case 'done':
        return take(reply.id)?.resolve(reply.answer);
      case 'refused':
        return take(reply.id)?.reject(new SqlError(reply.error));
      case 'failed':
        return take(reply.id)?.reject(new Error(reply.message));
    }
  });
  worker.on('error', lose);
  worker.on('exit', (code) => {
    lose(new Error(`its thread ended with code ${code}`));
    gone.resolve();
  });

  function run(command: WorkerCommand): Promise<RawAnswer | Uint8Array | undefined> {
    if (lost !== undefined) return Promise.reject(lost);
    const answer: Waiting = Promise.withResolvers();
    const request: WorkerRequest = { id: ++lastId, command };
    waiting.set(request.id, answer);
    worker.postMessage(request);
    return answer.promise;
  }

  await ready.promise;
  return {
    get alive() {
      return lost === undefined;
    },
    run,
    kill() {
      lose(new Error('its connection was left in an unknown state'));
      void worker.terminate();
    },
    async close() {
      if (lost === undefined) await run({ kind: 'close' });
      await gone.promise;
    },
  };
}
