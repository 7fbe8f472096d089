import { refusedStatuses } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import { isDataRefused, isPartitionMissing, type Database } from '../../platform/db/index.ts';
import type { AnsweredRequest } from '../../platform/http/index.ts';
import { withoutCredentials, type Log } from '../../platform/log.ts';
import { createWriteBehind } from '../../platform/write-behind.ts';
import { dropDaysBefore, insertLines, openDay, type NewAccessLogLine } from './store.ts';

export type AccessLog = {
  /** Takes note of an answered request; never waits and never fails the request. */
  record(answered: AnsweredRequest): void;
  /** Writes every line that was recorded before the call, and waits for upkeep under way. */
  flush(): Promise<void>;
  /** Makes the partitions of today and tomorrow, and drops the days that are past keeping. */
  turnDay(): Promise<void>;
  /** Whether lines were lost in the last ten minutes because the queue was full. */
  isLosingLines(): boolean;
  close(): Promise<void>;
};

const flushIntervalMs = 1000;
const turnDayIntervalMs = 60 * 60 * 1000;
const queueCapacity = 20_000;
const lossShownMs = 10 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;
const textLengthMax = 300;

/**
 * The access log, written off the request path: who used what, from which site, with which credential, and why a
 * request was refused. Lines that nobody flushed are lost with a killed process: it is a log, not the ledger. Whole
 * days (UTC) are kept, `keptDays` of them before the current one.
 */
export function createAccessLog({
  db,
  clock,
  log,
  keptDays,
}: {
  db: Database;
  clock: Clock;
  log: Log;
  keptDays: number;
}): AccessLog {
  const openDays = new Set<string>();

  async function ensureDay(at: number): Promise<void> {
    const day = utcDay(at);
    if (openDays.has(day)) return;
    await db.withSystem('access-log.open-day', (tx) => openDay(tx, day));
    openDays.add(day);
  }

  async function write(lines: readonly NewAccessLogLine[]): Promise<void> {
    for (const line of lines) await ensureDay(line.at.getTime());
    await db.withSystem('access-log.write', (tx) => insertLines(tx, lines));
  }

  const queue = createWriteBehind<NewAccessLogLine>({
    name: 'access-log',
    clock,
    log,
    intervalMs: flushIntervalMs,
    capacity: queueCapacity,
    // Anything else, a full disk or a lock that is not to be had, is no fault of the lines: they wait.
    isRefusal: (error) => isDataRefused(error) && !isPartitionMissing(error),
    async write(lines) {
      try {
        await write(lines);
      } catch (error) {
        if (!isPartitionMissing(error)) throw error;
        // A day that this process remembers is gone: another instance keeps fewer days, or its clock is wrong.
        openDays.clear();
        await write(lines);
      }
    },
  });

  async function turnDay(): Promise<void> {
    const now = clock.now();
    openDays.clear();
    await ensureDay(now);
    await ensureDay(now + dayMs);
    const oldestKept = utcDay(now - keptDays * dayMs);
    try {
      await db.withSystem('access-log.drop-days', (tx) => dropDaysBefore(tx, oldestKept));
    } catch (error) {
      // A backup is reading them, say. Nothing waits for this: the next hour tries again.
      log.warn({ err: error, oldestKept }, 'old days of the access log could not be dropped');
    }
  }

  let turning: Promise<void> | undefined;
  const stopTurning = clock.every(turnDayIntervalMs, () => {
    turning ??= turnDay()
      .catch((error: unknown) => log.error({ err: error }, 'the access log could not turn the day'))
      .finally(() => {
        turning = undefined;
      });
  });

  async function flush(): Promise<void> {
    await turning;
    await queue.flush();
  }

  return {
    record(answered) {
      if (answered.accessLogged || refusedStatuses.includes(answered.status)) queue.add(lineOf(answered));
    },
    flush,
    turnDay,
    isLosingLines: () => queue.hasDroppedWithin(lossShownMs),
    async close() {
      stopTurning();
      await turning;
      await queue.close();
    },
  };
}

function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function lineOf(answered: AnsweredRequest): NewAccessLogLine {
  return {
    at: new Date(answered.at),
    request_id: answered.requestId,
    owner_id: answered.ownerId ?? null,
    workspace_id: answered.workspaceId ?? null,
    app: storable(answered.app),
    origin: storable(answered.origin),
    address: storable(answered.address),
    credential_class: answered.credentialClass ?? null,
    credential_id: answered.credentialId ?? null,
    method: answered.method,
    route: answered.route,
    status: answered.status,
    code: answered.code ?? null,
    reason: storable(answered.reason),
    duration_ms: answered.durationMs,
  };
}

/**
 * What a stranger sent, as it may be kept: no credential, which somebody will have put into the wrong header, and as
 * PostgreSQL can store it: no NUL and no half character, which would fail the whole batch.
 */
function storable(text: string | undefined): string | null {
  if (text === undefined) return null;
  return withoutCredentials(text.replaceAll('\0', '')).slice(0, textLengthMax).toWellFormed();
}
