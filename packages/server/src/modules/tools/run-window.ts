import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import { createLimiter, windowSeconds } from '../../platform/limits/limiter.ts';
import { networkOf } from '../../platform/limits/network-of.ts';
import { rateLimitFields, type ToldLimit } from '../../platform/limits/rate-limit-fields.ts';
import type { RedisConnection } from '../../platform/redis/connection.ts';

/** Runs of one tool per minute: by one credential, and by one address where the tool is open to everybody. */
export type RunWindowSettings = { perCredential: number; perAddress: number };

export type WindowUse = { toolId: string; principal: EmbedPrincipal; address: string };

export type RunWindow = {
  /** Counts a run in the window that it belongs to. Throws `rate_limited` with `Retry-After` when that one is full. */
  take(use: WindowUse): Promise<ToldLimit>;
};

/** One rule: what is counted together, and how often that may run in a minute. */
type WindowRule = { key: string; max: number; reason: 'runs_of_credential' | 'public_runs_of_address' };

const windowsMax = 100_000;

/**
 * The short window of a tool (spec: "60 a minute per tool and credential"), so that no script empties in a moment what
 * is meant for a day. A session counts as the credential that it was minted from: whoever can mint another one has no
 * other window by that.
 */
export function createRunWindow(deps: {
  clock: Pick<Clock, 'monotonicMs'>;
  redis: RedisConnection | undefined;
  settings: RunWindowSettings;
}): RunWindow {
  const { settings } = deps;
  const limiter = createLimiter({ ...deps, name: 'runs', keysMax: windowsMax });

  return {
    async take(use) {
      const { key, max, reason } = ruleFor(use, settings);
      const verdict = await limiter.consume(key, max);
      const { remaining, resetSeconds } = verdict;
      const told: ToldLimit = { name: 'burst', max, windowSeconds, remaining, resetSeconds };
      if (verdict.isAdmitted) return told;
      const seconds = verdict.retryAfterSeconds;
      throw new AppError('rate_limited', {
        reason,
        message: 'This tool was run too often in a short time.',
        hint: `Try again in ${seconds} s.`,
        headers: { 'retry-after': String(seconds), ...rateLimitFields([told]) },
      });
    },
  };
}

/** Without a credential there is nothing to count by but the address. */
function ruleFor({ toolId, principal, address }: WindowUse, settings: RunWindowSettings): WindowRule {
  if (principal.credentialClass === 'anonymous') {
    return { key: `${toolId}@${networkOf(address)}`, max: settings.perAddress, reason: 'public_runs_of_address' };
  }
  return { key: `${toolId}:${principal.credentialId}`, max: settings.perCredential, reason: 'runs_of_credential' };
}
