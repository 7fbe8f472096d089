import type { FrameToHost } from '@microapp/contract/protocol';
import { useEffect, useRef, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../session/failure.ts';
import { useClock } from '../../ui/clock.ts';
import { waitSeconds } from '../../ui/failure-text.ts';
import type { ToolSession } from '../describe-tool.ts';
import { withRun, type Inputs, type PastRun } from './past-runs.ts';
import { noProgress, progressAfter, type Progress } from './progress.ts';
import { runTool } from './run-tool.ts';

export type RunState = {
  /** There while the tool runs. */
  progress?: Progress;
  /** What it was started with last. */
  inputs?: Inputs;
  /** The result to look at. It stays while the tool runs again, so that nothing jumps. */
  shown?: PastRun;
  failure?: Failure;
  /** What a run that failed had written until then. */
  partial?: string;
};

export type RunControl = {
  state: RunState;
  /** The results of this visit, newest first. */
  pastRuns: readonly PastRun[];
  /** Starts a run; `false` when it is not time yet, because the server asked for a pause. */
  start: (inputs: Inputs) => boolean;
  stop: () => void;
  show: (run: PastRun) => void;
};

/** Runs a tool for a visitor: one run at a time, told to the host, stopped by the visitor or by the end of the frame. */
export function useRun(slug: string, session: ToolSession, send: (message: FrameToHost) => void): RunControl {
  const clock = useClock();
  const [state, setState] = useState<RunState>({});
  const [pastRuns, setPastRuns] = useState<readonly PastRun[]>([]);
  const running = useRef<AbortController | undefined>(undefined);
  const notBeforeMs = useRef(0);

  useEffect(() => () => running.current?.abort(), []);

  const run = async (inputs: Inputs): Promise<void> => {
    const stopping = new AbortController();
    running.current = stopping;
    let progress = noProgress;
    setState(({ shown }) => ({ progress, inputs, ...(shown && { shown }) }));
    send({ type: 'MICROAPP_RUN_START', slug });
    try {
      const done = await runTool(session, slug, inputs, {
        signal: stopping.signal,
        onStep(event) {
          progress = progressAfter(progress, event);
          setState((before) => ({ ...before, progress }));
        },
      });
      const past = { run: done, inputs, atMs: clock.monotonicMs() };
      setPastRuns((runs) => withRun(runs, past));
      setState({ inputs, shown: past });
      send({ type: 'MICROAPP_RUN_OK', slug, runId: done.runId, durationMs: done.durationMs });
    } catch (error) {
      const failure = toFailure(error);
      notBeforeMs.current = clock.monotonicMs() + waitSeconds(failure) * 1000;
      setState({ inputs, failure, ...(progress.text !== '' && { partial: progress.text }) });
      send({ type: 'MICROAPP_RUN_ERR', slug, code: failure.code });
    } finally {
      running.current = undefined;
    }
  };

  const start = (inputs: Inputs): boolean => {
    if (running.current !== undefined) return true;
    if (clock.monotonicMs() < notBeforeMs.current) return false;
    void run(inputs);
    return true;
  };

  // Only what never left the browser is sent by itself: anything else might run twice.
  const { failure, inputs } = state;
  useEffect(() => {
    if (failure?.unsent !== true || inputs === undefined) return undefined;
    const listening = new AbortController();
    addEventListener('online', () => start(inputs), { once: true, signal: listening.signal });
    return () => listening.abort();
  }, [failure, inputs]);

  return {
    state,
    pastRuns,
    start,
    stop: () => running.current?.abort(),
    show: (shown) => setState((before) => ({ ...(before.inputs && { inputs: before.inputs }), shown })),
  };
}
