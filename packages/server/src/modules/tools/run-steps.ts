import type { RunEvent, ToolSpec, ToolStep } from '@microapp/contract';
import type { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { printJson, type PrintedJson } from '../../platform/json/index.ts';
import type { ToolEngine } from './engine/engine.ts';
import type { StepTexts } from './engine/step-texts.ts';
import { StepFailure } from './engine/step-failure.ts';
import { appErrorOf, callOffOf } from './step-error.ts';
import type { HttpSteps } from './steps/http-step.ts';
import type { RunModels } from './steps/llm-step.ts';
import type { StepCall } from './steps/step-call.ts';

export type StepRunners = { engine: ToolEngine; http: HttpSteps; models: RunModels };

export type Outcome =
  | { kind: 'ok'; output: PrintedJson }
  /** `detail` quotes the tool: for the owner's ledger only. */
  | { kind: 'failed'; error: AppError; detail: string }
  /** Our own lack of room, before anything was done. */
  | { kind: 'refused'; error: AppError }
  /** Called off by whoever it was for, or by the end of their credential. */
  | { kind: 'canceled'; error: AppError };

export type RunCall = {
  runId: string;
  ownerId: string;
  context: StepTexts;
  signal: AbortSignal;
  report: (event: RunEvent) => void;
};

/** Runs the steps in order, each on the results of those before it. Never rejects for what a step does. */
export async function runSteps(
  { clock, ...runners }: StepRunners & { clock: Clock },
  spec: ToolSpec,
  { runId, ownerId, context: start, signal, report }: RunCall,
): Promise<Outcome> {
  let context = start;
  let last = printJson(null);
  for (const [index, step] of spec.steps.entries()) {
    if (signal.aborted) return calledOff(signal, step.name);
    const about = { runId, step: step.name };
    const startedMs = clock.monotonicMs();
    report({ type: 'step_start', ...about, kind: step.kind, index, total: spec.steps.length });
    const onText = (text: string): void => report({ type: 'text_delta', ...about, text });
    try {
      last = await runStep(runners, step, { context, ownerId, runId, signal, onText });
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      if (signal.aborted && error.reason.kind === 'aborted') return calledOff(signal, step.name);
      const told = appErrorOf(error, step.name);
      // Once a step was done there is something to write down, whatever keeps the next one from its turn.
      return told.code === 'unavailable' && index === 0
        ? { kind: 'refused', error: told }
        : { kind: 'failed', error: told, detail: `${step.name}: ${error.message}` };
    }
    report({ type: 'step_complete', ...about, durationMs: Math.round(clock.monotonicMs() - startedMs) });
    context = { ...context, results: new Map([...context.results, [step.name, last]]) };
  }
  return {
    kind: 'ok',
    output: spec.output === undefined ? last : (context.results.get(spec.output.step) ?? printJson(null)),
  };
}

/** Where it is we who cannot go on, such as a server that stops, what was reserved is the caller's again. */
function calledOff(signal: AbortSignal, stepName: string): Outcome {
  const error = callOffOf(signal);
  if (error.code !== 'unavailable') return { kind: 'canceled', error };
  return { kind: 'failed', error, detail: `${stepName}: called off (${error.reason})` };
}

function runStep(runners: StepRunners, step: ToolStep, call: StepCall): Promise<PrintedJson> {
  switch (step.kind) {
    case 'transform':
    case 'function':
      return runners.engine.runStep(step, call.context, { signal: call.signal });
    case 'http':
      return runners.http.run(step, call);
    case 'llm':
      return runners.models.run(step, call);
  }
}
