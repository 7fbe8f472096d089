import type { RateKind } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Database, SystemTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import {
  baselineMs,
  expectedPerWindow,
  floors,
  isOver,
  isSpike,
  keptMs,
  newOriginOpenMs,
  newOriginsOpenMax,
  settledAfterMs,
  windowMs,
} from './judge.ts';
import {
  claimScan,
  closeNewOrigins,
  closeSpike,
  countOf,
  countTraffic,
  deleteEndedBefore,
  findNewOrigins,
  insertSpikes,
  raiseObserved,
  selectOpenRates,
  type Span,
  type SpikeRow,
  type Traffic,
} from './store.ts';

export type DetectDeps = {
  db: Database;
  clock: Clock;
  random: Random;
  /** The origins of our own pages, which are nobody's site. */
  ownOrigins: ReadonlySet<string>;
};

const minuteMs = 60 * 1000;
/** Lines are written behind: a minute is complete a little after its end. */
const completeAfterMs = 5000;
/** How far back new origins are looked for after nothing has been detected for a while. */
const catchUpMs = 60 * minuteMs;

/**
 * Looks through the access log up to the last complete minute, once per minute however many instances ask: opens and
 * closes episodes of spikes. One transaction: an instance that is killed meanwhile leaves the minute to the next one.
 */
export async function detectSpikes(deps: DetectDeps): Promise<void> {
  const until = new Date(Math.floor((deps.clock.now() - completeAfterMs) / minuteMs) * minuteMs);
  await deps.db.withSystem('spikes.detect', async (tx) => {
    const scannedUntil = await claimScan(tx, until);
    if (scannedUntil === undefined) return;
    await detectRates(deps, tx, until);
    await detectNewOrigins(deps, tx, { scannedUntil, until });
    await deleteEndedBefore(tx, before(until, keptMs));
  });
}

async function detectRates(deps: DetectDeps, tx: SystemTx, until: Date): Promise<void> {
  const open = await selectOpenRates(tx);
  const window: Span = { from: before(until, windowMs), to: until };
  const always = [...new Set(open.map((spike) => spike.workspace_id))];
  const traffic = await countTraffic(tx, window, { floors, always });
  for (const kind of ['mints', 'refusals'] as const) {
    const ofKind = open.filter((spike) => spike.kind === kind);
    await follow(tx, ofKind, { kind, traffic, until });
    const known = new Set(ofKind.map((spike) => spike.workspace_id));
    const others = traffic.filter((busy) => busy[kind] > floors[kind] && !known.has(busy.workspace_id));
    await openRates(deps, tx, { kind, traffic: others, window });
  }
}

/** What has become of the episodes that were open. */
async function follow(
  tx: SystemTx,
  open: readonly SpikeRow[],
  { kind, traffic, until }: { kind: RateKind; traffic: readonly Traffic[]; until: Date },
): Promise<void> {
  const counts = new Map(traffic.map((busy) => [busy.workspace_id, busy[kind]]));
  for (const { id, workspace_id, started_at: startedAt, expected } of open) {
    const observed = counts.get(workspace_id) ?? 0;
    if (isOver(kind, observed, { episode: { startedAt, expected }, now: until })) await closeSpike(tx, id, until);
    else await raiseObserved(tx, id, observed);
  }
}

/** Only who is above the floor is worth the look at the hours before. */
async function openRates(
  { random }: DetectDeps,
  tx: SystemTx,
  { kind, traffic, window }: { kind: RateKind; traffic: readonly Traffic[]; window: Span },
): Promise<void> {
  if (traffic.length === 0) return;
  const baseline = await countOf(tx, kind, {
    workspaceIds: traffic.map((busy) => busy.workspace_id),
    span: { from: before(window.from, baselineMs), to: window.from },
  });
  const judged = traffic.map((busy) => ({
    busy,
    observed: busy[kind],
    expected: expectedPerWindow(baseline.get(busy.workspace_id) ?? 0),
  }));
  await insertSpikes(
    tx,
    judged
      .filter((rate) => isSpike(kind, rate))
      .map(({ busy, observed, expected }) => ({
        id: newId(random, 'spike'),
        owner_id: busy.owner_id,
        workspace_id: busy.workspace_id,
        kind,
        started_at: window.from,
        observed,
        expected,
      })),
  );
}

/**
 * The span overlaps what was looked at before: lines of that time may have been written late. What has been reported
 * is open for a day, and not reported again.
 */
async function detectNewOrigins(
  { random, ownOrigins }: DetectDeps,
  tx: SystemTx,
  { scannedUntil, until }: { scannedUntil: Date; until: Date },
): Promise<void> {
  await closeNewOrigins(tx, before(until, newOriginOpenMs), until);
  const notSince = Math.min(scannedUntil.getTime(), until.getTime()) - windowMs;
  const span: Span = { from: new Date(Math.max(notSince, until.getTime() - catchUpMs)), to: until };
  const found = await findNewOrigins(tx, span, {
    except: [...ownOrigins],
    settledBefore: before(until, settledAfterMs),
    openMax: newOriginsOpenMax,
  });
  await insertSpikes(
    tx,
    found.map(({ first_at, lines, ...where }) => ({
      id: newId(random, 'spike'),
      ...where,
      kind: 'new_origin' as const,
      started_at: first_at,
      observed: lines,
      expected: 0,
    })),
  );
}

function before(moment: Date, milliseconds: number): Date {
  return new Date(moment.getTime() - milliseconds);
}
