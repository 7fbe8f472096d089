import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { AnsweredRequest } from '../../platform/http/index.ts';
import type { Log } from '../../platform/log.ts';
import { isStamped, stampCredentials, type Stamp, type StampedClass } from './store.ts';

/** When credentials were last used, and when one was seen in a URL: written behind, never on a request's path. */
export type CredentialStamps = {
  /** Moves the last use of the credential behind a request that succeeded, or whose AI provider failed. */
  onAnswered(answered: AnsweredRequest): void;
  seenInUrl(credentialClass: StampedClass, id: string): void;
  flush(): Promise<void>;
  close(): Promise<void>;
};

const flushIntervalMs = 1000;
const pendingMax = 50_000;
/**
 * While a credential is used all the time, its stamps are at least so far apart; the first use after a rest is written with
 * the next flush. A stamp moves rows in the indexes that tokens are listed by, which costs the database more than the
 * request did (docs/benchmarks.md).
 */
export const stampRestMs = 60_000;

type Column = 'last_used_at' | 'seen_in_url_at';
type StampDeps = { db: Pick<Database, 'withSystem'>; clock: Clock; log: Log };

/** One pending stamp per credential and kind, however many requests it makes; a full table drops, it does not grow. */
export function createCredentialStamps({ db, clock, log }: StampDeps): CredentialStamps {
  const pending = { last_used_at: new Map<string, Stamp>(), seen_in_url_at: new Map<string, Stamp>() };
  /** When what was stamped within the last rest was written. */
  const written = { last_used_at: new Map<string, number>(), seen_in_url_at: new Map<string, number>() };

  function note(column: Column, credentialClass: StampedClass, id: string): void {
    const stamps = pending[column];
    if (stamps.size >= pendingMax && !stamps.has(id)) return;
    stamps.set(id, { credentialClass, id, at: new Date(clock.now()) });
  }

  /** Either way: a clock that was set back holds nothing for longer than a rest. */
  function hasRested(at: number | undefined): boolean {
    return at === undefined || Math.abs(clock.now() - at) >= stampRestMs;
  }

  async function write(column: Column, stamps: readonly Stamp[]): Promise<void> {
    if (stamps.length === 0) return;
    const remembered = written[column];
    for (const { id } of stamps) {
      pending[column].delete(id);
      if (remembered.size < pendingMax) remembered.set(id, clock.now());
    }
    try {
      await db.withSystem('access.stamp', (tx) => stampCredentials(tx, column, stamps));
    } catch (error) {
      log.error({ err: error, column, credentials: stamps.length }, 'stamps could not be written and are kept');
      for (const stamp of stamps) {
        remembered.delete(stamp.id);
        if (!pending[column].has(stamp.id)) pending[column].set(stamp.id, stamp);
      }
    }
  }

  async function writeAll(column: Column): Promise<void> {
    await write(column, [...pending[column].values()]);
  }

  async function writeRested(column: Column): Promise<void> {
    for (const [id, at] of written[column]) if (hasRested(at)) written[column].delete(id);
    await write(
      column,
      [...pending[column].values()].filter(({ id }) => hasRested(written[column].get(id))),
    );
  }

  let underWay: Promise<void> = Promise.resolve();

  /** One write after the other: who waits for the stamps waits for those, too, that the timer has begun to write. */
  function flushBy(writeColumn: (column: Column) => Promise<void>): Promise<void> {
    underWay = underWay.then(() => writeBoth(writeColumn));
    return underWay;
  }

  /** All of it, rested or not: at the end, for instance. */
  const flush = (): Promise<void> => flushBy(writeAll);

  const stop = clock.every(flushIntervalMs, () => void flushBy(writeRested));
  return {
    onAnswered({ status, code, principal, credentialClass, credentialId }) {
      const counts = (status >= 200 && status < 300) || code === 'llm_error';
      if (!counts || credentialId === undefined) return;
      // A session's use, a signed token's and a copied URL's is the use of the credential behind it.
      const behind = principal !== undefined && 'credentialClass' in principal ? principal.credentialClass : undefined;
      const stampedClass = behind ?? (credentialClass === 'url_token' ? 'embed_token' : credentialClass);
      if (isStamped(stampedClass)) note('last_used_at', stampedClass, credentialId);
      // The use of a session is its own, too, and keeps it alive.
      const session =
        principal !== undefined && 'dashboardSession' in principal ? principal.dashboardSession : undefined;
      if (session !== undefined) note('last_used_at', 'dashboard_session', session.id);
    },
    seenInUrl: (credentialClass, id) => note('seen_in_url_at', credentialClass, id),
    flush,
    async close() {
      stop();
      await flush();
    },
  };
}

async function writeBoth(writeColumn: (column: Column) => Promise<void>): Promise<void> {
  await writeColumn('last_used_at');
  await writeColumn('seen_in_url_at');
}
