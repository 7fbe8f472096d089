import { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Secret } from '../secret.ts';

export type RedisState = 'ok' | 'unavailable';

/** A connection that may be gone at any moment, and whose users go on without it. */
export type RedisConnection = {
  client: Redis;
  /** Runs commands. Undefined: no answer in time, or none to be had at the moment, which is known without waiting. */
  attempt<T>(run: () => Promise<T>): Promise<T | undefined>;
  state(): RedisState;
  /** Closes it without waiting for anything. */
  close(): void;
};

/** How long a request waits for Redis at most, once; then nobody waits until a probe has come back. */
const commandTimeoutMs = 250;
const connectTimeoutMs = 2000;
/** A socket on which an answer is overdue for so long is given up: a peer that vanished never closes it. */
const socketTimeoutMs = 3000;
const reconnectDelayMaxMs = 2000;
const probeIntervalMs = 1000;
const probeKey = 'microapp:probe';
const probeTtlSeconds = 60;

/**
 * Connects to Redis or Valkey, and answers whether or not it is there: it is looked for until it is closed. Every second
 * a probe writes, because one that cannot be written to (a replica, a full one) is of no use. A failed command makes the
 * state `unavailable`, only a probe makes it `ok` again.
 */
export async function openRedis(url: Secret, { clock, log }: { clock: Clock; log: Log }): Promise<RedisConnection> {
  let state: RedisState = 'unavailable';
  const client = new Redis(url.reveal(), {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    socketTimeout: socketTimeoutMs,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), reconnectDelayMaxMs),
    // What nobody waits for any more must not be counted later.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  });
  // The message alone: an error of this client carries the command, which may be the one with the password.
  client.on('error', (error: Error) => log.debug({ reason: error.message }, 'redis'));

  function becomeUnavailable(error: unknown): void {
    if (state === 'unavailable') return;
    state = 'unavailable';
    log.warn({ reason: messageOf(error) }, 'Redis does not answer; every process goes by its own share of the limits');
  }

  async function probe(): Promise<void> {
    try {
      await client.set(probeKey, '1', 'EX', probeTtlSeconds);
      if (state === 'unavailable') log.info('Redis answers');
      state = 'ok';
    } catch (error) {
      becomeUnavailable(error);
    }
  }

  try {
    await client.connect();
    await probe();
  } catch {
    // It may come later; the probes find out.
  }
  if (state === 'unavailable') log.warn('Redis does not answer yet; every process goes by its own share of the limits');
  const stopProbing = clock.every(probeIntervalMs, () => void probe());

  return {
    client,
    async attempt(run) {
      if (state === 'unavailable') return undefined;
      try {
        return await run();
      } catch (error) {
        becomeUnavailable(error);
        return undefined;
      }
    },
    state: () => state,
    close() {
      stopProbing();
      client.disconnect();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it failed';
}
