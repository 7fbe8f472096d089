import type { RunEvent, StepContext, ToolSpec } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import type { RunLedger, RunEnd } from '../usage/index.ts';
import type { ToolEngine } from './engine/engine.ts';
import { StepFailure } from './engine/step-failure.ts';
import type { LiveTools } from './read-tool.ts';
import { runSteps, type Outcome } from './run-steps.ts';
import { appErrorOf } from './step-error.ts';
import type { HttpSteps } from './steps/http-step.ts';
import type { LlmSteps } from './steps/llm-step.ts';

export type RunDeps = {
  clock: Clock;
  random: Random;
  engine: ToolEngine;
  liveTools: LiveTools;
  ledger: RunLedger;
  http: HttpSteps;
  llm: LlmSteps;
};

export type RunRequest = { slug: string; inputs: Record<string, unknown>; requestId: string };

export type RunOptions = {
  /** Fires when nobody waits for the result any more. */
  signal: AbortSignal;
  /** Takes what happens, while it happens. */
  report: (event: RunEvent) => void;
};

export type RunAnswer = { runId: string; status: 'ok'; output: unknown; durationMs: number };

/**
 * Runs a live tool for a principal that may, in the order that the specification gives: inputs → BYOK → quota → run.
 * What is refused before the run leaves nothing behind; a run that began is settled, however it ends, and its failure is
 * told without the tool's own words.
 */
export async function runTool(
  deps: RunDeps,
  principal: EmbedPrincipal,
  request: RunRequest,
  { signal, report }: RunOptions,
): Promise<RunAnswer> {
  const { tool, workspace } = await deps.liveTools.read(principal, request.slug);
  await checkInputs(deps.engine, tool.spec, request.inputs);
  const models = await deps.llm.prepare(principal, tool.spec);

  const startedAt = new Date(deps.clock.now());
  const startedMs = deps.clock.monotonicMs();
  const runId = newId(deps.random, 'run');
  const run = { id: runId, appId: tool.id, appVersion: tool.version, startedAt, requestId: request.requestId };
  const stepKinds = tool.spec.steps.map(({ kind }) => kind);
  await deps.ledger.begin(principal, { ...run, aiActions: aiActionsOf(tool.spec), stepKinds });
  const elapsedMs = (): number => Math.round((deps.clock.monotonicMs() - startedMs) * 100) / 100;

  const context: StepContext = { inputs: request.inputs, results: {}, workspace, now: startedAt.toISOString() };
  const call = { runId, ownerId: principal.ownerId, context, signal, report };
  let outcome: Outcome | undefined;
  try {
    outcome = await runSteps({ ...deps, models }, tool.spec, call);
  } finally {
    await deps.ledger.end(principal, runId, { durationMs: elapsedMs(), outcome: endOf(outcome, signal) });
  }
  if (outcome.kind !== 'ok') throw outcome.error;
  const answer: RunAnswer = { runId, status: 'ok', output: outcome.output, durationMs: elapsedMs() };
  report({ type: 'run_complete', ...answer });
  return answer;
}

async function checkInputs(engine: ToolEngine, spec: ToolSpec, inputs: Record<string, unknown>): Promise<void> {
  const issues = await engine.validateInputs(spec.inputs, inputs).catch((error: unknown) => {
    throw error instanceof StepFailure ? appErrorOf(error, 'inputs') : error;
  });
  if (issues.length > 0) throw new AppError('validation_failed', { message: 'Some inputs are not valid.', issues });
}

/** How many calls of a model a run of the tool makes. */
function aiActionsOf(spec: ToolSpec): number {
  return spec.steps.filter((step) => step.kind === 'llm').length;
}

/** No outcome is a fault of ours, which is settled as one and stays loud. */
function endOf(outcome: Outcome | undefined, signal: AbortSignal): RunEnd['outcome'] {
  if (outcome === undefined) return { status: 'failed', errorCode: 'internal_error', errorDetail: '' };
  if (outcome.kind === 'ok') return { status: 'ok' };
  // Called off: whatever its step made of that, the run did not fail by itself and was not refused.
  if (signal.aborted) return { status: 'canceled' };
  if (outcome.kind === 'refused') return { status: 'refused' };
  return { status: 'failed', errorCode: outcome.error.code, errorDetail: outcome.detail };
}
