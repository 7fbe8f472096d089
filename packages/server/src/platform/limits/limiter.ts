import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Clock } from '../clock.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { createCountedWindows, type WindowState } from './counted-windows.ts';

/** `remaining` is how many more are admitted in the window, and `resetSeconds` when it ends. */
export type Verdict = { remaining: number; resetSeconds: number } & (
  | { isAdmitted: true }
  | { isAdmitted: false; retryAfterSeconds: number }
);

/** Counts per key and minute. `max` is given with each call, so that a changed limit holds from the next one on. */
export type Limiter = {
  /** Counts one; refused when that is more than `max`. A refused one counts, too: it changes nothing until the end. */
  consume(key: string, max: number): Promise<Verdict>;
  /** Whether another one would be refused, without counting. */
  check(key: string, max: number): Promise<Verdict>;
};

export const windowSeconds = 60;

/**
 * The part of a limit that a process keeps to while it cannot see what others count. It does not know how many there
 * are; with up to four of them the limit holds as it is, with more it is exceeded by no more than their number.
 */
export const shareWithoutRedis = 1 / 4;

/**
 * A limiter in memory, or exact across processes on Redis. Requirements:
 *
 *   1. With Redis every admission is one atomic increment there: together all processes admit `max`, never more.
 *   2. Without an answer of Redis in time the process decides by what it has counted itself, against its share. It
 *      always counts, so the share includes what it admitted before Redis went: losing Redis opens nothing.
 *   3. Without Redis at all the process is alone and its own count is the count.
 *
 * `name` sets apart what is counted; `keysMax` bounds the memory of this process.
 */
export function createLimiter(options: {
  name: string;
  clock: Pick<Clock, 'monotonicMs'>;
  redis: RedisConnection | undefined;
  keysMax: number;
}): Limiter {
  const { name, clock, redis, keysMax } = options;
  const own = createCountedWindows({ clock, windowMs: windowSeconds * 1000, keysMax });
  const shared = redis && {
    redis,
    // Its own comparison with `points` is not used: `penalty` counts and answers with the count, and `max` varies.
    counter: new RateLimiterRedis({
      storeClient: redis.client,
      keyPrefix: `microapp:limit:${name}`,
      points: Number.MAX_SAFE_INTEGER,
      duration: windowSeconds,
    }),
  };
  const ownPart = (max: number): number =>
    shared === undefined ? max : Math.max(1, Math.floor(max * shareWithoutRedis));

  return {
    async consume(key, max) {
      const part = ownPart(max);
      const ours = own.count(key, part);
      const all = await shared?.redis.attempt(() => shared.counter.penalty(key));
      if (all === undefined) return verdictOf(ours, part);
      return verdictOf({ count: all.consumedPoints, msLeft: all.msBeforeNext }, max);
    },
    async check(key, max) {
      // In a list, because no count and no answer are two things.
      const answered = await shared?.redis.attempt(async () => [await shared.counter.get(key)]);
      if (answered === undefined) return verdictOf(next(own.read(key)), ownPart(max));
      const [all] = answered;
      return verdictOf(next({ count: all?.consumedPoints ?? 0, msLeft: all?.msBeforeNext ?? 0 }), max);
    },
  };
}

/** What it would be after another one, which begins a window where none runs. */
function next({ count, msLeft }: WindowState): WindowState {
  return { count: count + 1, msLeft: count === 0 ? windowSeconds * 1000 : msLeft };
}

function verdictOf({ count, msLeft }: WindowState, max: number): Verdict {
  const left = { remaining: Math.max(0, max - count), resetSeconds: Math.max(1, Math.ceil(msLeft / 1000)) };
  if (count <= max) return { isAdmitted: true, ...left };
  return { isAdmitted: false, ...left, retryAfterSeconds: left.resetSeconds };
}
