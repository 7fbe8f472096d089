import type { RunResult, ToolSchema } from '@microapp/contract';
import type { Static } from 'typebox';
import type { Session } from '../session/session.ts';

export type ToolDescription = Static<typeof ToolSchema>;
export type Run = Static<typeof RunResult>;

/** The two calls that a tool frame makes with its session. Both throw `Failure`. */
export type ToolApi = {
  describe(slug: string): Promise<ToolDescription>;
  run(slug: string, inputs: Record<string, unknown>): Promise<Run>;
};

const describeTimeoutMs = 15_000;
/** Longer than the server lets any tool run: the server's own answer says more than our impatience. */
const runTimeoutMs = 120_000;

export function toolApi(session: Session): ToolApi {
  return {
    async describe(slug) {
      const path = `${pathOf(slug)}/schema`;
      return (await session.call({ method: 'GET', path, timeoutMs: describeTimeoutMs })) as ToolDescription;
    },
    async run(slug, inputs) {
      const path = `${pathOf(slug)}/run`;
      return (await session.call({ method: 'POST', path, body: { inputs }, timeoutMs: runTimeoutMs })) as Run;
    },
  };
}

function pathOf(slug: string): string {
  return `/api/tools/${encodeURIComponent(slug)}`;
}
