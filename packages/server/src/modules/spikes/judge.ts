import type { RateKind } from '@microapp/contract';

/**
 * What counts as a spike, without input or output. A workspace's mints and refusals are counted over a sliding window
 * and compared with what the hours before let expect:
 *
 *   opens      more than the floor, and more than `factor` times what was expected
 *   stays open with what was expected when it opened, or a long spike would become its own excuse
 *   closes     below half of what opened it, so that it does not flicker; or when it has lasted for as long as the
 *              baseline looks back: what has gone on for that long is how things are now
 */
const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;

export const windowMs = 5 * minuteMs;
export const baselineMs = 6 * hourMs;
const factor = 5;

/** What a quiet workspace may do within one window without anybody being told, however quiet it was before. */
export const floors: Readonly<Record<RateKind, number>> = { mints: 50, refusals: 30 };

/** How long a credential must have been in use before an origin can be new to it. */
export const settledAfterMs = 24 * hourMs;
/** How long a new origin is shown as open. */
export const newOriginOpenMs = 24 * hourMs;
/** Anybody can claim any origin: beyond this many, what is new about a credential is that it is under attack. */
export const newOriginsOpenMax = 20;
/** How long a spike that is over is kept. */
export const keptMs = 365 * 24 * hourMs;

export type OpenEpisode = { startedAt: Date; expected: number };

/** What one window is expected to hold, from how many there were in the hours before. */
export function expectedPerWindow(countOfBaseline: number): number {
  return (countOfBaseline * windowMs) / baselineMs;
}

/** Whether so many in one window are a spike that opens. */
export function isSpike(kind: RateKind, { observed, expected }: { observed: number; expected: number }): boolean {
  return observed > opensAbove(kind, expected);
}

/** Whether an open episode ends, now that so many were counted in the last window. */
export function isOver(
  kind: RateKind,
  observed: number,
  { episode, now }: { episode: OpenEpisode; now: Date },
): boolean {
  if (now.getTime() - episode.startedAt.getTime() >= baselineMs) return true;
  return observed <= opensAbove(kind, episode.expected) / 2;
}

function opensAbove(kind: RateKind, expected: number): number {
  return Math.max(floors[kind], factor * expected);
}
