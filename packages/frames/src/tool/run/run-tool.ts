import type { RunEvent, RunResult } from '@microapp/contract';
import type { Static } from 'typebox';
import { readEvents, type ServerEvent } from '../../session/event-stream.ts';
import { Failure, failureOfBody } from '../../session/failure.ts';
import { pathOfTool, type ToolSession } from '../describe-tool.ts';

export type Run = Static<typeof RunResult>;

/** What happens between the start of a run and its end. */
export type RunStep = Extract<RunEvent, { type: 'step_start' | 'text_delta' | 'step_complete' }>;

export type RunOptions = {
  /** Ends the run: the server notices that nobody waits for it any more. */
  signal: AbortSignal;
  /** Takes what happens, while it happens; nothing, when the server answers in one piece. */
  onStep: (event: RunStep) => void;
};

/** Longer than the server lets any step wait: the server's own answer says more than our impatience. */
const runTimeoutMs = 130_000;

/** Runs a tool. Throws `Failure`; for a run that was stopped it is `canceled`. */
export async function runTool(
  session: ToolSession,
  slug: string,
  inputs: Record<string, unknown>,
  { signal, onStep }: RunOptions,
): Promise<Run> {
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort(new Failure('canceled')), { once: true });
  const run = runReader(onStep);
  const answer = await session
    .call({
      method: 'POST',
      path: `${pathOfTool(slug)}/run`,
      body: { inputs },
      timeoutMs: runTimeoutMs,
      signal: stop.signal,
      readStream: (body, onActivity) => readEvents(body, (event) => run.take(event), onActivity),
    })
    .catch((error: unknown) => {
      throw run.brokenBy(error);
    });
  return answer === undefined ? run.result() : (answer as Run);
}

/** Reads a run's events: passes on what happens, and keeps how it ended. */
function runReader(onStep: (event: RunStep) => void) {
  let isUnderWay = false;
  let end: Run | Failure | undefined;

  return {
    take({ name, data }: ServerEvent): void {
      isUnderWay = true;
      const event = parsed(name, data);
      switch (event?.type) {
        case 'step_start':
        case 'text_delta':
        case 'step_complete':
          return onStep(event);
        case 'run_complete': {
          const { type: _, ...run } = event;
          end = run;
          return undefined;
        }
        case 'error':
          end = failureOfBody(event);
          return undefined;
        case undefined:
          return undefined;
      }
    },

    result(): Run {
      if (end === undefined) throw new Failure('cut_off');
      if (end instanceof Failure) throw end;
      return end;
    },

    /** A connection that breaks after something came is another matter than one that never stood. */
    brokenBy(error: unknown): unknown {
      if (end instanceof Failure) return end;
      const isBroken = error instanceof Failure && (error.code === 'unreachable' || error.code === 'offline');
      return isUnderWay && isBroken ? new Failure('cut_off', { cause: error }) : error;
    },
  };
}

const eventTypes: ReadonlySet<string> = new Set<RunEvent['type']>([
  'step_start',
  'text_delta',
  'step_complete',
  'run_complete',
  'error',
]);

/** An event of a newer server, which this frame does not know, is left out. Throws when a known one is no JSON. */
function parsed(name: string, data: string): RunEvent | undefined {
  if (!eventTypes.has(name)) return undefined;
  try {
    return { ...(JSON.parse(data) as RunEvent), type: name as RunEvent['type'] } as RunEvent;
  } catch (cause) {
    throw new Failure('cut_off', { cause });
  }
}
