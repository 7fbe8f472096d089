import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import { createLimiter } from '../../platform/limits/limiter.ts';
import { networkOf } from '../../platform/limits/network-of.ts';
import type { RedisConnection } from '../../platform/redis/connection.ts';

/** Counts a run of nobody in particular; throws `rate_limited` with `Retry-After`. Runs with a credential are not its concern. */
export type PublicRunLimit = (principal: EmbedPrincipal, run: { slug: string; address: string }) => Promise<void>;

const windowsMax = 100_000;

/**
 * How often one address may run one tool that is open to everybody, per minute. Without a credential there is nothing else
 * to count by; and by the tool, because one page may well hold several.
 */
export function createPublicRunLimit(deps: {
  clock: Clock;
  redis: RedisConnection | undefined;
  perMinute: number;
}): PublicRunLimit {
  const limiter = createLimiter({ ...deps, name: 'public-runs', keysMax: windowsMax });
  return async ({ credentialClass }, { slug, address }) => {
    if (credentialClass !== 'anonymous') return;
    const verdict = await limiter.consume(`${slug}/${networkOf(address)}`, deps.perMinute);
    if (verdict.isAdmitted) return;
    const seconds = verdict.retryAfterSeconds;
    throw new AppError('rate_limited', {
      reason: 'public_runs_of_address',
      hint: `Try again in ${seconds} s.`,
      headers: { 'retry-after': String(seconds) },
    });
  };
}
