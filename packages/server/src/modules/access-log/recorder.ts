import type { Clock } from '../../platform/clock.ts';
import { isConnectionLoss, type Database } from '../../platform/db/index.ts';
import type { AnsweredRequest } from '../../platform/http/index.ts';
import { withoutCredentials, type Log } from '../../platform/log.ts';
import { createWriteBehind } from '../../platform/write-behind.ts';
import { dropDaysBefore, insertLines, openDay, type NewAccessLogLine } from './store.ts';

export type AccessLog = {
  /** Takes note of an answered request; never waits and never fails the request. */
  record(answered: AnsweredRequest): void;
  flush(): Promise<void>;
  /** Makes the partitions of today and tomorrow, and drops the days that are past keeping. */
  turnDay(): Promise<void>;
  close(): Promise<void>;
};

const flushIntervalMs = 1000;
const turnDayIntervalMs = 60 * 60 * 1000;
const queueCapacity = 20_000;
const keptDays = 30;
const dayMs = 24 * 60 * 60 * 1000;
const textLengthMax = 300;

/**
 * The access log, written off the request path: who used what, from which site, with which credential, and why a
 * request was refused. Lines that nobody flushed are lost with a killed process: it is a log, not the ledger.
 */
export function createAccessLog({ db, clock, log }: { db: Database; clock: Clock; log: Log }): AccessLog {
  const openDays = new Set<string>();

  async function ensureDay(at: number): Promise<void> {
    const day = utcDay(at);
    if (openDays.has(day)) return;
    await db.withSystem('access-log.open-day', (tx) => openDay(tx, day));
    openDays.add(day);
  }

  const queue = createWriteBehind<NewAccessLogLine>({
    name: 'access-log',
    clock,
    log,
    intervalMs: flushIntervalMs,
    capacity: queueCapacity,
    isRefusal: (error) => !isConnectionLoss(error),
    async write(lines) {
      for (const line of lines) await ensureDay(line.at.getTime());
      await db.withSystem('access-log.write', (tx) => insertLines(tx, lines));
    },
  });

  async function turnDay(): Promise<void> {
    const now = clock.now();
    await ensureDay(now);
    await ensureDay(now + dayMs);
    await db.withSystem('access-log.drop-days', (tx) => dropDaysBefore(tx, utcDay(now - keptDays * dayMs)));
  }

  const stopTurning = clock.every(turnDayIntervalMs, () => {
    turnDay().catch((error: unknown) => log.error({ err: error }, 'the access log could not turn the day'));
  });

  return {
    record(answered) {
      const refused = answered.status === 401 || answered.status === 403;
      if (answered.accessLogged || refused) queue.add(lineOf(answered));
    },
    flush: () => queue.flush(),
    turnDay,
    async close() {
      stopTurning();
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
