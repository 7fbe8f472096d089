import { explanationOf, Overview } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import { countRefusalReasons, countRequests, countRuns, selectFirstSteps } from './store.ts';

const dayMs = 86_400_000;

/** What the dashboard opens with. `demoAttributes` are those of the demo's customer, who is nobody's customer. */
export function overviewRoutes({ clock, demoAttributes }: { clock: Clock; demoAttributes: object }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/overview',
      scope: 'owner',
      tag: 'Overview',
      summary: 'What happened today, against yesterday, and how far the set-up is',
      response: Overview,
      async operation({ tx, principal }) {
        const now = clock.now();
        const today = { from: new Date(now - (now % dayMs)), to: new Date(now) };
        const yesterday = { from: new Date(today.from.getTime() - dayMs), to: new Date(now - dayMs) };
        return {
          now: today.to.toISOString(),
          today: { ...(await countRuns(tx, today)), ...(await countRequests(tx, today)) },
          yesterday: { ...(await countRuns(tx, yesterday)), ...(await countRequests(tx, yesterday)) },
          refusedWhy: (await countRefusalReasons(tx, today)).map(({ reason, count }) => ({
            reason,
            explanation: explanationOf(reason) ?? null,
            count,
          })),
          firstSteps: await selectFirstSteps(tx, { ownerId: principal.ownerId, demoAttributes }),
        };
      },
    }),
  ];
}
