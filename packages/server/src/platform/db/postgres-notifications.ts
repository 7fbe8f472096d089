import type { Client, QueryResult } from 'pg';

import { channelInSql, createChannelHandlers } from './channel.ts';
import type { DatabaseClock, DatabaseLog, Notifications } from './engine.ts';
import { ConnectionLostError, isConnectionLoss } from './errors.ts';
import { createFifoLock } from './fifo-lock.ts';
import { fromPostgresError } from './postgres-errors.ts';

const retryMillisecondsMin = 50;
const retryMillisecondsMax = 5_000;

export type PostgresNotifications = Notifications & {
  /**
   * Sends statements without parameters as one message, hence one transaction, and answers the rows of each. What was
   * notified before has been handed over by then. Rejects at once while the connection is down.
   */
  exchange(sql: string): Promise<Record<string, unknown>[][]>;
  close(): Promise<void>;
};

/**
 * Notifications through a connection of their own, made at the first `listen` and made again, with growing pauses,
 * whenever it breaks. While it is down, `listening` is false: what is sent meanwhile is lost, and whoever keeps a cache
 * must stop trusting it (`onLost`) until it is back (`onBack`). A connection that does not answer in time counts as
 * broken: the other end of one that was cut without a word looks like one on which nothing happens.
 */
export function createPostgresNotifications(
  createClient: () => Client,
  { log, clock }: { log: DatabaseLog; clock: DatabaseClock },
): PostgresNotifications {
  const handlers = createChannelHandlers();
  const lostListeners = new Set<() => void>();
  const backListeners = new Set<() => void>();
  const turns = createFifoLock();
  let connection: Client | undefined;
  let connecting: Promise<Client> | undefined;
  let closed = false;

  /** The connection, with every channel listened on. Waits while it is down. */
  function connected(): Promise<Client> {
    if (closed) return Promise.reject(new ConnectionLostError('the database is closed'));
    if (connection !== undefined) return Promise.resolve(connection);
    connecting ??= connectPatiently().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  async function connectPatiently(): Promise<Client> {
    for (let pause = retryMillisecondsMin; !closed; pause = Math.min(pause * 2, retryMillisecondsMax)) {
      try {
        return await connectOnce();
      } catch (error) {
        log.warn({ error: String(error), retryInMilliseconds: pause }, 'the listening connection cannot be made');
        await paused(clock, pause);
      }
    }
    throw new ConnectionLostError('the database is closed');
  }

  async function connectOnce(): Promise<Client> {
    const client = createClient();
    client.on('notification', ({ channel, payload }) => handlers.call(channel, payload ?? ''));
    client.on('error', (error) => lose(client, error));
    client.on('end', () => lose(client, undefined));
    try {
      await client.connect();
      for (const channel of handlers.channels) await client.query(`listen ${channelInSql(channel)}`);
      if (closed) throw new ConnectionLostError('the database is closed');
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    connection = client;
    return client;
  }

  function lose(client: Client, cause: Error | undefined): void {
    if (connection !== client) return;
    connection = undefined;
    // Whatever is left of it must neither deliver late nor hold its server process.
    void client.end().catch(() => undefined);
    for (const react of lostListeners) react();
    if (closed) return;
    log.warn({ error: cause?.message }, 'the listening connection broke');
    void connected().then(announceBack, () => undefined);
  }

  function announceBack(): void {
    log.info({}, 'the listening connection is back');
    for (const react of backListeners) react();
  }

  /** For whoever must not wait: by the time it is up again, the question may have another answer. */
  async function connectedNow(): Promise<Client> {
    if (connection === undefined) throw new ConnectionLostError('the listening connection is down');
    return connection;
  }

  async function inTurn<T>(client: () => Promise<Client>, use: (client: Client) => Promise<T>): Promise<T> {
    const letGo = await turns.acquire();
    let used: Client | undefined;
    try {
      used = await client();
      return await use(used);
    } catch (error) {
      const failure = isConnectionLoss(error) ? error : fromPostgresError(error);
      if (used !== undefined && isConnectionLoss(failure)) lose(used, failure);
      throw failure;
    } finally {
      letGo();
    }
  }

  async function send(sql: string): Promise<void> {
    await inTurn(connected, (client) => client.query(sql));
  }

  async function exchange(sql: string): Promise<Record<string, unknown>[][]> {
    return inTurn(connectedNow, async (client) => {
      const answers: unknown = await client.query<Record<string, unknown>>(sql);
      // The driver answers with a list when there are several statements, which its types do not say.
      return (answers as QueryResult<Record<string, unknown>>[]).map(({ rows }) => rows);
    });
  }

  return {
    get listening() {
      return connection !== undefined;
    },
    async listen(channel, onNotify) {
      const name = channelInSql(channel);
      handlers.add(channel, onNotify);
      try {
        // Said again for a second handler: it may have come while the first one's request is still under way.
        await send(`listen ${name}`);
      } catch (error) {
        if (!isConnectionLoss(error)) throw error;
        // The next connection listens on every channel that has a handler, hence on this one.
        await connected();
      }
      return async () => {
        if (handlers.remove(channel, onNotify) && connection !== undefined) await send(`unlisten ${name}`);
      };
    },
    // A commit signals the listening server process before it answers; that process hands over what it was signalled
    // before it answers the next statement. One round trip is therefore enough.
    delivered: () => send('select 1'),
    exchange,
    onLost(react) {
      lostListeners.add(react);
      return () => lostListeners.delete(react);
    },
    onBack(react) {
      backListeners.add(react);
      return () => backListeners.delete(react);
    },
    async close() {
      closed = true;
      await connection?.end();
    },
  };
}

function paused(clock: DatabaseClock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(milliseconds, resolve);
  });
}
