import {
  suggestionImageTextMax,
  ThemeRefinement,
  ThemeRefinementRequest,
  ThemeSuggestionRequest,
  ThemeSuggestions,
} from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { Database } from '../../platform/db/index.ts';
import { defineRoute, type OwnerPrincipal, type Route } from '../../platform/http/index.ts';
import { createLimiter } from '../../platform/limits/limiter.ts';
import type { Outbound } from '../../platform/outbound/index.ts';
import type { Random } from '../../platform/random.ts';
import type { RedisConnection } from '../../platform/redis/connection.ts';
import { recordAudit } from '../audit/index.ts';
import { readOwnModelKeys, type OwnModelKey } from '../provider-keys/index.ts';
import { canAsk, createAskForJson, type ToolEngine } from '../tools/index.ts';
import { refineTheme } from './refine.ts';
import { suggestThemes } from './suggest.ts';
import type { PerformTask, ThemeWorker } from './theme-worker.ts';

const tag = 'Surfaces';
/** Each fetches up to nine files of a stranger, unpacks a picture, or asks a model. */
const perMinute = 10;
const ownersMax = 10_000;

export type ThemeSuggestionDeps = {
  clock: Clock;
  random: Random;
  db: Database;
  envelope: Envelope;
  redis: RedisConnection | undefined;
  toolEngine: ToolEngine;
  outbound: Outbound;
  userAgent: string;
  worker: ThemeWorker;
};

export function themeSuggestionRoutes(deps: ThemeSuggestionDeps): Route[] {
  const limiter = createLimiter({ ...deps, name: 'theme-suggestions', keysMax: ownersMax });
  const askForJson = createAskForJson({ ...deps, engine: deps.toolEngine });

  async function count(ownerId: string): Promise<void> {
    const verdict = await limiter.consume(ownerId, perMinute);
    if (verdict.isAdmitted) return;
    throw new AppError('rate_limited', {
      reason: 'theme_suggestions_of_owner',
      hint: `Try again in ${verdict.retryAfterSeconds} s.`,
      headers: { 'retry-after': String(verdict.retryAfterSeconds) },
    });
  }

  /** The newest that names a model or has a usual one, and the newest of all. */
  async function readKeys(principal: OwnerPrincipal): Promise<{ usable?: OwnModelKey; newest?: OwnModelKey }> {
    const keys = await readOwnModelKeys(deps, principal);
    const usable = keys.find(canAsk);
    const [newest] = keys;
    return { ...(usable && { usable }), ...(newest && { newest }) };
  }

  return [
    defineRoute({
      method: 'POST',
      path: '/v1/theme-suggestions',
      scope: 'owner',
      tag,
      summary: 'Themes from the colors of a website or a logo; nothing is kept',
      status: 200,
      body: ThemeSuggestionRequest,
      // In base64, and a little around it.
      bodyBytesMax: suggestionImageTextMax + 1024,
      response: ThemeSuggestions,
      errors: ['rate_limited', 'unavailable'],
      idempotency: 'none',
      async longOperation({ principal, body }) {
        await count(principal.ownerId);
        const perform: PerformTask = (task) => deps.worker.perform(task, principal.ownerId);
        const suggestions = await suggestThemes({ ...deps, perform }, body);
        const { usable } = await readKeys(principal);
        return { ...suggestions, refinement: usable === undefined ? null : { provider: usable.provider } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/theme-suggestions/refine',
      scope: 'owner',
      tag,
      summary:
        "Another theme from the colors that were found, chosen by a model on the owner's own key; nothing is kept",
      status: 200,
      body: ThemeRefinementRequest,
      response: ThemeRefinement,
      errors: ['rate_limited', 'byok_required', 'llm_error', 'timeout', 'unavailable'],
      idempotency: 'none',
      async longOperation({ principal, request, body }) {
        await count(principal.ownerId);
        const { usable: key, newest } = await readKeys(principal);
        if (key === undefined) {
          throw new AppError('byok_required', {
            message:
              newest === undefined
                ? 'Refining a theme needs an AI provider key of your own.'
                : 'Your AI provider key names no model to ask.',
            hint:
              newest === undefined
                ? 'An admin adds one under Developers > Provider keys.'
                : 'An admin gives it a default model under Developers > Provider keys.',
            reason: 'no_provider_key',
          });
        }
        // Before it is asked: what the provider charges for is on the record, whatever comes of it.
        await deps.db.withOwner(principal, (tx) =>
          recordAudit(
            deps,
            { tx, principal, request },
            { event: 'provider-key.used', targetId: key.id, detail: { purpose: 'refine a theme' } },
          ),
        );
        return refineTheme(askForJson, key, body);
      },
    }),
  ];
}
