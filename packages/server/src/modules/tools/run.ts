import type { StepContext, ToolSpec } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { recordRun, type FinishedRun } from '../usage/index.ts';
import type { ToolEngine } from './engine/engine.ts';
import { StepFailure } from './engine/step-failure.ts';
import type { LiveTools } from './read-tool.ts';

export type RunDeps = { db: Database; clock: Clock; random: Random; engine: ToolEngine; liveTools: LiveTools };
export type RunRequest = { slug: string; inputs: Record<string, unknown>; requestId: string };
export type RunAnswer = { runId: string; status: 'ok'; output: unknown; durationMs: number };

/**
 * Runs a live tool for a principal that may. The inputs are checked before anything is counted; a run that started is
 * counted, whether it ended well or not, and its failure is told without the tool's own words.
 */
export async function runTool(deps: RunDeps, principal: EmbedPrincipal, request: RunRequest): Promise<RunAnswer> {
  const { tool, workspace } = await deps.liveTools.read(principal, request.slug);
  await checkInputs(deps.engine, tool.spec, request.inputs);

  const startedAt = new Date(deps.clock.now());
  const startedMs = deps.clock.monotonicMs();
  const context: StepContext = { inputs: request.inputs, results: {}, workspace, now: startedAt.toISOString() };
  const outcome = await runSteps(deps.engine, tool.spec, context);
  const durationMs = Math.round((deps.clock.monotonicMs() - startedMs) * 100) / 100;

  const run = { id: newId(deps.random, 'run'), appId: tool.id, appVersion: tool.version, startedAt, durationMs };
  if ('refusal' in outcome) throw outcome.refusal;
  await deps.db.withWorkspace(principal, (tx) =>
    recordRun(tx, principal, { ...run, requestId: request.requestId, outcome: ledgerOutcome(outcome) }),
  );
  if ('failure' in outcome) throw outcome.failure;
  return { runId: run.id, status: 'ok', output: outcome.output, durationMs };
}

async function checkInputs(engine: ToolEngine, spec: ToolSpec, inputs: Record<string, unknown>): Promise<void> {
  const issues = await engine.validateInputs(spec.inputs, inputs).catch((error: unknown) => {
    throw error instanceof StepFailure ? toAppError(error, 'inputs') : error;
  });
  if (issues.length > 0) throw new AppError('validation_failed', { message: 'Some inputs are not valid.', issues });
}

type Outcome = { output: unknown } | { failure: AppError; detail: string } | { refusal: AppError };

async function runSteps(engine: ToolEngine, spec: ToolSpec, start: StepContext): Promise<Outcome> {
  let context = start;
  let last: unknown = null;
  for (const step of spec.steps) {
    try {
      last = await engine.runStep(step, context);
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      const failure = toAppError(error, step.name);
      return failure.code === 'unavailable'
        ? { refusal: failure }
        : { failure, detail: `${step.name}: ${error.message}` };
    }
    context = { ...context, results: { ...context.results, [step.name]: last } };
  }
  return { output: spec.output === undefined ? last : context.results[spec.output.step] };
}

function ledgerOutcome(outcome: { output: unknown } | { failure: AppError; detail: string }): FinishedRun['outcome'] {
  if (!('failure' in outcome)) return { status: 'ok' };
  return { status: 'failed', errorCode: outcome.failure.code, errorDetail: outcome.detail };
}

/** What the caller is told of a step that failed: which one, and what kind of failure; the tool's words stay here. */
function toAppError(failure: StepFailure, stepName: string): AppError {
  const { reason } = failure;
  switch (reason.kind) {
    case 'threw':
    case 'crashed':
      return new AppError('tool_error', {
        message: `The step "${stepName}" failed.`,
        hint: 'Tell the provider of this tool; the request id helps them.',
        reason: `${reason.kind}: ${reason.detail}`,
        cause: failure,
      });
    case 'limit':
      return new AppError('timeout', {
        message: `The step "${stepName}" ran into a limit (${reason.limit}).`,
        hint: 'Try smaller inputs, or tell the provider of this tool.',
        reason: `limit: ${reason.limit}`,
        cause: failure,
      });
    case 'overloaded':
    case 'aborted':
      return new AppError('unavailable', {
        message: 'Too many tools are running at the moment.',
        reason: reason.kind,
        headers: { 'retry-after': '1' },
        cause: failure,
      });
  }
}
