import { suggestionImageTextMax, ThemeSuggestionRequest, ThemeSuggestions } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import { createLimiter } from '../../platform/limits/limiter.ts';
import type { Outbound } from '../../platform/outbound/index.ts';
import type { RedisConnection } from '../../platform/redis/connection.ts';
import { suggestThemes } from './suggest.ts';

/** Each fetches up to nine files of a stranger, or unpacks a picture. */
const perMinute = 10;
const ownersMax = 10_000;

export function themeSuggestionRoutes(deps: {
  clock: Clock;
  redis: RedisConnection | undefined;
  outbound: Outbound;
  userAgent: string;
}): Route[] {
  const limiter = createLimiter({ ...deps, name: 'theme-suggestions', keysMax: ownersMax });
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/theme-suggestions',
      scope: 'owner',
      tag: 'Surfaces',
      summary: 'Themes from the colors of a website or a logo; nothing is kept',
      status: 200,
      body: ThemeSuggestionRequest,
      // In base64, and a little around it.
      bodyBytesMax: suggestionImageTextMax + 1024,
      response: ThemeSuggestions,
      errors: ['rate_limited'],
      idempotency: 'none',
      async longOperation({ principal, body }) {
        const verdict = await limiter.consume(principal.ownerId, perMinute);
        if (!verdict.isAdmitted) {
          throw new AppError('rate_limited', {
            reason: 'theme_suggestions_of_owner',
            hint: `Try again in ${verdict.retryAfterSeconds} s.`,
            headers: { 'retry-after': String(verdict.retryAfterSeconds) },
          });
        }
        return suggestThemes(deps, body);
      },
    }),
  ];
}
