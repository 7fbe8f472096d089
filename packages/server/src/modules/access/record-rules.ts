import type { Clock } from '../../platform/clock.ts';
import { withinTime } from '../../platform/within-time.ts';

/** How many records of one class are remembered. */
export const rememberedMax = 50_000;
/** Secrets that are nobody's: long enough to spare a misconfigured caller's retries, and never a reason for stale news. */
const absentMax = 10_000;
const absentMs = 5000;
/** A database that was cut off without a word must not keep callers waiting until somebody notices. */
const readMsMax = 5000;

/** How many secrets are looked up by one query, and how many may wait for theirs. */
export const lookUpRules = { max: 500, waitingMax: 10_000 };

/** How records are remembered that anybody can ask for, by a secret or a name that need not exist. */
export function bySecretRules({ clock, isTrusted }: { clock: Clock; isTrusted: () => boolean }) {
  return { max: rememberedMax, isTrusted, absent: { max: absentMax, forMs: absentMs, clock } };
}

/** Gives up on a reading that takes too long, with `unavailable`. */
export function inTimeOf(clock: Clock): <T>(read: Promise<T>) => Promise<T> {
  return (read) => withinTime(clock, readMsMax, read);
}
