import { idPrefixes, parseOrigin } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import { isDataRefused, type Database } from '../../platform/db/index.ts';
import type { AnsweredRequest } from '../../platform/http/index.ts';
import type { Log } from '../../platform/log.ts';
import { createMergedWrites } from '../../platform/merged-writes.ts';
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

export function createOriginsSeen(deps: {
  db: Database;
  clock: Clock;
  log: Log;
  /** Our own pages are on no customer's site. */
  ownOrigins: ReadonlySet<string>;
}): OriginsSeen {
  const { db, ownOrigins } = deps;
  const writes = createMergedWrites<OriginSeenRow>({
    ...deps,
    name: 'origins of embed tokens',
    intervalMs: flushIntervalMs,
    rowsMax: pendingMax,
    keyOf: (row) => keyOf(row.embed_token_id, row.origin),
    merge: (known, added) => ({
      ...known,
      first_seen_at: earlier(known.first_seen_at, added.first_seen_at),
      last_seen_at: later(known.last_seen_at, added.last_seen_at),
      accepted_count: known.accepted_count + added.accepted_count,
      refused_count: known.refused_count + added.refused_count,
    }),
    write: (rows) => db.withSystem('embed-tokens.origins-seen', (tx) => recordOriginsSeen(tx, rows)),
    isRefusal: isDataRefused,
  });

  return {
    onAnswered({ at, status, reason = '', origin, credentialId, ownerId, workspaceId }) {
      const isAccepted = status >= 200 && status < 300;
      const isRefused = status === 403 && refusalReasons.has(reason);
      if (!isAccepted && !isRefused) return;
      if (!credentialId?.startsWith(`${idPrefixes.embedToken}_`)) return;
      if (ownerId === undefined || workspaceId === undefined) return;
      if (origin === undefined || ownOrigins.has(origin) || origin.length > originLengthMax) return;
      if (!writes.has(keyOf(credentialId, origin)) && parseOrigin(origin) === undefined) return;
      const seenAt = new Date(at);
      writes.add({
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
    flush: () => writes.flush(),
    close: () => writes.close(),
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
