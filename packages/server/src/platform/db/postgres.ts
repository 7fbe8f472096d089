import { Client, Pool } from 'pg';
import type { ClientConfig, PoolClient, QueryResult } from 'pg';

import type { DatabaseClock, DatabaseLog, Engine, Lease, QueryAnswer, Session } from './engine.ts';
import { ConnectionLostError, isConnectionLoss } from './errors.ts';
import { createLeaseBook } from './lease-book.ts';
import { fromPostgresError } from './postgres-errors.ts';
import { createPostgresNotifications } from './postgres-notifications.ts';
import { decodeColumn, encodeParameter } from './values.ts';

const connectionsMax = 10;
const connectTimeoutMilliseconds = 5_000;
const statementTimeoutMilliseconds = 30_000;
/** By then the server has given up by itself: whoever waits longer waits for a server that is not there any more. */
const answerTimeoutMilliseconds = 35_000;
/** What goes over the listening connection takes a moment; a silent connection is a dead one. */
const listeningTimeoutMilliseconds = 2_000;
/** A transaction that asks nothing for this long is stuck, and holds locks and a connection. */
const idleTransactionTimeoutMilliseconds = 30_000;

// Binary is never asked for.
const textOnly = { getTypeParser: (oid: number) => (text: string) => decodeColumn(oid, text) };

/** An engine on a PostgreSQL server: a bounded pool, and one more connection that only listens. Connects when first used. */
export function openPostgres(url: string, deps: { log: DatabaseLog; clock: DatabaseClock }): Engine {
  const pool = new Pool({
    ...connectionSettings(url),
    max: connectionsMax,
    statement_timeout: statementTimeoutMilliseconds,
    query_timeout: answerTimeoutMilliseconds,
    idle_in_transaction_session_timeout: idleTransactionTimeoutMilliseconds,
  });
  // The pool has dropped the connection already; without a handler the event would end the process.
  pool.on('error', (error) => deps.log.warn({ error: error.message }, 'an idle database connection broke'));
  const notifications = createPostgresNotifications(
    () => new Client({ ...connectionSettings(url), query_timeout: listeningTimeoutMilliseconds }),
    deps,
  );
  const leases = createLeaseBook((sql) => notifications.exchange(sql));
  let closing: Promise<void> | undefined;

  async function acquire(): Promise<Lease> {
    try {
      return leaseOf(await pool.connect());
    } catch (error) {
      throw new ConnectionLostError('no database connection is to be had', { cause: error });
    }
  }

  async function ping(): Promise<void> {
    const lease = await acquire();
    try {
      await lease.execute('select 1');
    } finally {
      lease.release('healthy');
    }
  }

  async function close(): Promise<void> {
    await notifications.close();
    await pool.end();
  }

  return { name: 'postgres', notifications, leases, acquire, ping, close: () => (closing ??= close()) };
}

/** One connection outside the pool, for `use`. Rejects with `ConnectionLostError` when it cannot be made. */
export async function withPostgresConnection<T>(url: string, use: (session: Session) => Promise<T>): Promise<T> {
  const client = new Client(connectionSettings(url));
  // A broken connection is reported by the statement that meets it.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new ConnectionLostError('the database cannot be reached', { cause: error });
  }
  try {
    return await use(sessionOf(client));
  } finally {
    await client.end();
  }
}

function connectionSettings(connectionString: string): ClientConfig {
  return {
    connectionString,
    connectionTimeoutMillis: connectTimeoutMilliseconds,
    application_name: 'microapp',
    keepAlive: true,
    // Days are UTC days, whatever the server's time zone.
    options: '-c TimeZone=UTC',
    types: textOnly,
  };
}

function sessionOf(client: Client | PoolClient): Session {
  return {
    async query(text, parameters) {
      const values = parameters.map(encodeParameter);
      try {
        return toAnswer(await client.query<Record<string, unknown>>(text, values));
      } catch (error) {
        throw fromPostgresError(error);
      }
    },
    async execute(sql) {
      try {
        await client.query(sql);
      } catch (error) {
        throw fromPostgresError(error);
      }
    },
  };
}

function leaseOf(client: PoolClient): Lease {
  const session = sessionOf(client);
  let broken = false;
  const breaks = (): void => {
    broken = true;
  };
  // While a connection is lent out, the pool does not listen for its errors, and an unheard one would end the process.
  client.on('error', breaks);

  async function watched<T>(statement: Promise<T>): Promise<T> {
    try {
      return await statement;
    } catch (error) {
      if (isConnectionLoss(error)) breaks();
      throw error;
    }
  }

  return {
    query: (text, parameters) => watched(session.query(text, parameters)),
    execute: (sql) => watched(session.execute(sql)),
    begin: (opening) => watched(session.execute(opening)),
    // On a connection that does not answer, a rollback would only wait for as long again.
    end: async (how) => {
      if (broken) throw new ConnectionLostError('the database connection broke');
      await watched(session.execute(how));
    },
    release(state) {
      client.off('error', breaks);
      client.release(broken || state === 'broken');
    },
  };
}

const changingCommands: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

function toAnswer({ rows, command, rowCount }: QueryResult<Record<string, unknown>>): QueryAnswer {
  return { rows, affectedRows: changingCommands.has(command) ? (rowCount ?? undefined) : undefined };
}
