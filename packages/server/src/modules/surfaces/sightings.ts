import { parseOrigin, sightingsOfOutcomeMax, type SightingOutcome } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import { isDataRefused, type Database } from '../../platform/db/index.ts';
import type { Log } from '../../platform/log.ts';
import { createMergedWrites } from '../../platform/merged-writes.ts';
import { recordSightings, type ClientTokenRecord, type SightingRow } from './store.ts';

/** Which pages asked for a surface: written behind, never on a request's path, and readable within two seconds. */
export type Sightings = {
  /** Takes note that a page on `origin`, as the browser says, asked with this client token. */
  note(record: ClientTokenRecord, origin: string, outcome: SightingOutcome): void;
  flush(): Promise<void>;
  close(): Promise<void>;
};

const flushIntervalMs = 1000;
const pendingMax = 10_000;
const originLengthMax = 300;

/**
 * A client token is public, and whoever writes requests by hand writes any `Origin`. So what waits is bounded for each
 * surface too: whoever floods one crowds out no other, and what is kept is bounded in `recordSightings`.
 */
export function createSightings(deps: {
  db: Database;
  clock: Clock;
  log: Log;
  /** Our own pages are on no customer's site. */
  ownOrigins: ReadonlySet<string>;
}): Sightings {
  const { db, clock, ownOrigins } = deps;
  const pendingBySurface = new Map<string, number>();
  const writes = createMergedWrites<SightingRow>({
    ...deps,
    name: 'sightings of surfaces',
    intervalMs: flushIntervalMs,
    rowsMax: pendingMax,
    keyOf: (row) => keyOf(row.surface_id, row.origin),
    merge: (known, added) => {
      const [first, last] = known.last_seen_at <= added.last_seen_at ? [known, added] : [added, known];
      return { ...last, first_seen_at: first.first_seen_at };
    },
    write(rows) {
      pendingBySurface.clear();
      return db.withSystem('surfaces.sightings', (tx) => recordSightings(tx, rows));
    },
    isRefusal: isDataRefused,
  });

  return {
    note({ surfaceId, ownerId, workspaceId }, origin, outcome) {
      if (ownOrigins.has(origin) || origin.length > originLengthMax) return;
      if (!writes.has(keyOf(surfaceId, origin))) {
        // Invented origins, which are refused, must not crowd out the surface's own pages.
        const kind = `${surfaceId} ${outcome}`;
        const pending = pendingBySurface.get(kind) ?? 0;
        if (pending >= sightingsOfOutcomeMax || parseOrigin(origin) === undefined) return;
        pendingBySurface.set(kind, pending + 1);
      }
      const seenAt = new Date(clock.now());
      writes.add({
        owner_id: ownerId,
        workspace_id: workspaceId,
        surface_id: surfaceId,
        origin,
        first_seen_at: seenAt,
        last_seen_at: seenAt,
        outcome,
      });
    },
    flush: () => writes.flush(),
    close: () => writes.close(),
  };
}

function keyOf(surfaceId: string, origin: string): string {
  return `${surfaceId} ${origin}`;
}
