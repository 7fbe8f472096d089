import { idPrefixes, parseOrigin } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import { isDataRefused, type Database } from '../../platform/db/index.ts';
import type { AnsweredRequest } from '../../platform/http/index.ts';
import type { Log } from '../../platform/log.ts';
import { recordOriginsSeen, type OriginSeenRow } from './store.ts';

/** On which pages embed tokens are used, and on which somebody tried to: written behind, never on a request's path. */
export type OriginsSeen = {
  /** Takes note of a request with a token, or with what was made from one, when it succeeded or its origin was refused. */
  onAnswered(answered: AnsweredRequest): void;
  flush(): Promise<void>;
  close(): Promise<void>;
};

const flushIntervalMs = 1000;
const pendingMax = 10_000;
const originLengthMax = 300;
/** Refusals about the origin that the request is attributed to, and no other. */
const refusalReasons: ReadonlySet<string> = new Set([
  'origin_not_listed',
  'session_origin_no_longer_listed',
  'server_token_in_browser',
]);

/** One pending row per token and origin, however many requests come; a full table drops, it does not grow. */
export function createOriginsSeen(deps: {
  db: Database;
  clock: Clock;
  log: Log;
  /** Our own pages are on no customer's site. */
  ownOrigins: ReadonlySet<string>;
}): OriginsSeen {
  const { db, clock, log, ownOrigins } = deps;
  const pending = new Map<string, OriginSeenRow>();

  function add(seen: OriginSeenRow): void {
    const key = keyOf(seen.embed_token_id, seen.origin);
    const known = pending.get(key);
    if (known === undefined) {
      if (pending.size < pendingMax) pending.set(key, seen);
      return;
    }
    pending.set(key, {
      ...known,
      first_seen_at: earlier(known.first_seen_at, seen.first_seen_at),
      last_seen_at: later(known.last_seen_at, seen.last_seen_at),
      accepted_count: known.accepted_count + seen.accepted_count,
      refused_count: known.refused_count + seen.refused_count,
    });
  }

  async function flush(): Promise<void> {
    if (pending.size === 0) return;
    // In one order on every instance, or two that write the same rows wait for each other.
    const seen = [...pending].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
    pending.clear();
    try {
      await db.withSystem('embed-tokens.origins-seen', (tx) => recordOriginsSeen(tx, seen));
    } catch (error) {
      log.error({ err: error, origins: seen.length }, 'origins that were seen could not be written');
      // Data that the database refuses it would refuse for ever.
      if (!isDataRefused(error)) seen.forEach(add);
    }
  }

  const stop = clock.every(flushIntervalMs, () => void flush());
  return {
    onAnswered({ at, status, reason = '', origin, credentialId, ownerId, workspaceId }) {
      const isAccepted = status >= 200 && status < 300;
      const isRefused = status === 403 && refusalReasons.has(reason);
      if (!isAccepted && !isRefused) return;
      if (!credentialId?.startsWith(`${idPrefixes.embedToken}_`)) return;
      if (ownerId === undefined || workspaceId === undefined) return;
      if (origin === undefined || ownOrigins.has(origin) || origin.length > originLengthMax) return;
      if (!pending.has(keyOf(credentialId, origin)) && parseOrigin(origin) === undefined) return;
      const seenAt = new Date(at);
      add({
        owner_id: ownerId,
        workspace_id: workspaceId,
        embed_token_id: credentialId,
        origin,
        first_seen_at: seenAt,
        last_seen_at: seenAt,
        accepted_count: isAccepted ? 1 : 0,
        refused_count: isRefused ? 1 : 0,
      });
    },
    flush,
    async close() {
      stop();
      await flush();
    },
  };
}

function keyOf(tokenId: string, origin: string): string {
  return `${tokenId} ${origin}`;
}

function earlier(left: Date, right: Date): Date {
  return left < right ? left : right;
}

function later(left: Date, right: Date): Date {
  return left > right ? left : right;
}
