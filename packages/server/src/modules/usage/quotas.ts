import type { QuotaName, QuotaScope } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Plan, Reservation } from './store.ts';
import { secondsToNextUtcDay } from './utc-day.ts';

/** What is left of a quota, of whichever scope has the least. */
export type QuotaLeft = { limit: number; remaining: number };

/** How a run that was admitted leaves the day's quotas. */
export type QuotaStanding = { runs: QuotaLeft; aiActions: QuotaLeft; resetSeconds: number };

/** A quota that has no room for a run. */
export type QuotaHit = {
  scope: QuotaScope;
  quota: QuotaName;
  limit: number;
  /** There is room again when runs under way have ended, and not only the next day. */
  isPassing: boolean;
};

/** How long a caller waits for runs that are under way. */
const passingSeconds = 1;

const nameOf: Readonly<Record<QuotaName, string>> = {
  runs: 'runs',
  aiActions: 'AI actions',
  failedRuns: 'failed runs',
};
const ofScope: Readonly<Record<QuotaScope, string>> = {
  owner: 'this account',
  workspace: 'this workspace',
  surface: 'this surface',
};

/** The quota that a reservation was refused for. */
export function hitOf({ scope, used, limits }: Reservation, wantedAi: number, plan: Plan): QuotaHit {
  if (limits.runs !== null && used.runs >= limits.runs) {
    return { scope, quota: 'runs', limit: limits.runs, isPassing: false };
  }
  if (wantedAi > 0 && limits.aiActions !== null && used.aiActions + wantedAi > limits.aiActions) {
    return { scope, quota: 'aiActions', limit: limits.aiActions, isPassing: false };
  }
  const limit = plan.failedRunsPerDay;
  return { scope, quota: 'failedRuns', limit, isPassing: used.failedRuns < limit };
}

/** 429, with the time until there is room again. Which limit it was is no secret: the visitor is told whom to ask. */
export function quotaExceeded({ scope, quota, isPassing }: QuotaHit, nowMs: number): AppError {
  const what = `${nameOf[quota]} of ${ofScope[scope]}`;
  const reason = `quota_used_up ${scope}: ${quota}`;
  if (isPassing) {
    return new AppError('quota_exceeded', {
      message: 'As many runs are under way as may still fail today.',
      hint: 'Try again in a moment.',
      reason: `${reason}, with runs under way`,
      headers: { 'retry-after': String(passingSeconds) },
    });
  }
  return new AppError('quota_exceeded', {
    message: `The quota of ${what} for today is used up. It starts anew at 00:00 UTC.`,
    hint: 'Come back after 00:00 UTC, or ask the provider of this tool for more.',
    reason,
    headers: { 'retry-after': String(secondsToNextUtcDay(nowMs)) },
  });
}

/** What is left after a run was admitted. There is always a limit: the owner's. */
export function standingOf(reservations: readonly Reservation[], nowMs: number): QuotaStanding {
  return {
    runs: leastLeft(reservations, 'runs'),
    aiActions: leastLeft(reservations, 'aiActions'),
    resetSeconds: secondsToNextUtcDay(nowMs),
  };
}

function leastLeft(reservations: readonly Reservation[], quota: 'runs' | 'aiActions'): QuotaLeft {
  const left = reservations.flatMap(({ used, limits }) => {
    const limit = limits[quota];
    return limit === null ? [] : [{ limit, remaining: remainingOf(limit, used[quota]) }];
  });
  return left.reduce((least, other) => (other.remaining < least.remaining ? other : least));
}

/** Never below zero: a limit may be lowered under what was used already. */
export function remainingOf(limit: number, used: number): number {
  return Math.max(0, limit - used);
}
