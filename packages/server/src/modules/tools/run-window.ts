import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import { createLimiter, windowSeconds } from '../../platform/limits/limiter.ts';
import { rateLimitFields, type ToldLimit } from '../../platform/limits/rate-limit-fields.ts';
import type { RedisConnection } from '../../platform/redis/connection.ts';

/** Runs per minute, of one tool by one credential. */
export type RunWindowSettings = { perCredential: number };

export type WindowUse = { toolId: string; principal: EmbedPrincipal; address: string };

export type RunWindow = {
  /** Counts a run in the window that it belongs to. Throws `rate_limited` with `Retry-After` when that one is full. */
  take(use: WindowUse): Promise<ToldLimit>;
};

/** One rule: what is counted together, and how often that may run in a minute. */
type WindowRule = { key: string; max: number };

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
      const { key, max } = ruleFor(use, settings);
      const verdict = await limiter.consume(key, max);
      const { remaining, resetSeconds } = verdict;
      const told: ToldLimit = { name: 'burst', max, windowSeconds, remaining, resetSeconds };
      if (verdict.isAdmitted) return told;
      const seconds = verdict.retryAfterSeconds;
      throw new AppError('rate_limited', {
        reason: 'runs_of_credential',
        message: 'This tool was run too often in a short time.',
        hint: `Try again in ${seconds} s.`,
        headers: { 'retry-after': String(seconds), ...rateLimitFields([told]) },
      });
    },
  };
}

function ruleFor({ toolId, principal }: WindowUse, settings: RunWindowSettings): WindowRule {
  return { key: `${toolId}:${principal.credentialId}`, max: settings.perCredential };
}
