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

/** One pending stamp per credential and kind, however many requests it makes; a full table drops, it does not grow. */
export function createCredentialStamps({ db, clock, log }: { db: Database; clock: Clock; log: Log }): CredentialStamps {
  const pending = { last_used_at: new Map<string, Stamp>(), seen_in_url_at: new Map<string, Stamp>() };

  function note(column: keyof typeof pending, credentialClass: StampedClass, id: string): void {
    const stamps = pending[column];
    if (stamps.size >= pendingMax && !stamps.has(id)) return;
    stamps.set(id, { credentialClass, id, at: new Date(clock.now()) });
  }

  async function write(column: keyof typeof pending): Promise<void> {
    const stamps = [...pending[column].values()];
    if (stamps.length === 0) return;
    pending[column].clear();
    try {
      await db.withSystem('access.stamp', (tx) => stampCredentials(tx, column, stamps));
    } catch (error) {
      log.error({ err: error, column, credentials: stamps.length }, 'stamps could not be written and are kept');
      for (const stamp of stamps) {
        if (!pending[column].has(stamp.id)) pending[column].set(stamp.id, stamp);
      }
    }
  }

  async function writePending(): Promise<void> {
    await write('last_used_at');
    await write('seen_in_url_at');
  }

  let underWay: Promise<void> = Promise.resolve();

  /** One write after the other: who waits for the stamps waits for those, too, that the timer has begun to write. */
  function flush(): Promise<void> {
    underWay = underWay.then(writePending);
    return underWay;
  }

  const stop = clock.every(flushIntervalMs, () => void flush());
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
