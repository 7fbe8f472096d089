import { setImmediate } from 'node:timers/promises';
import type { RunEvent, ToolSpec } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import type { JsonText, PrintedJson } from '../../platform/json/index.ts';
import { rateLimitFields, type ToldLimit } from '../../platform/limits/rate-limit-fields.ts';
import { newId, type Random } from '../../platform/random.ts';
import type { QuotaStanding, RunEnd, RunLedger } from '../usage/index.ts';
import type { StepTexts } from './engine/step-texts.ts';
import type { ToolEngine } from './engine/engine.ts';
import { StepFailure } from './engine/step-failure.ts';
import type { LiveTools } from './read-tool.ts';
import { runSteps, type Outcome } from './run-steps.ts';
import type { RunWindow } from './run-window.ts';
import { appErrorOf, callOffOf } from './step-error.ts';
import type { HttpSteps } from './steps/http-step.ts';
import type { LlmSteps } from './steps/llm-step.ts';

export type RunDeps = {
  clock: Clock;
  random: Random;
  engine: ToolEngine;
  liveTools: LiveTools;
  window: RunWindow;
  ledger: Pick<RunLedger, 'begin' | 'end'>;
  http: HttpSteps;
  llm: LlmSteps;
};

export type RunRequest = { slug: string; inputs: JsonText; requestId: string; address: string };

export type RunOptions = {
  /** Fires when nobody waits for the result any more, or nobody may; its reason says why. */
  signal: AbortSignal;
  /** Takes what happens, while it happens; the first time when the run begins. Its end is the answer, or what is thrown. */
  report: (event: RunEvent) => void;
  /** Takes the header fields that say what is left of the caller's limits, before anything is reported. */
  setHeaders: (fields: Record<string, string>) => void;
};

export type RunAnswer = { runId: string; status: 'ok'; output: PrintedJson; durationMs: number };

/**
 * Runs a live tool for a principal that may, in the order that the specification gives: inputs → short window → BYOK →
 * quota → run. What is refused before the run leaves nothing behind; a run that began is settled, however it ends, and
 * its failure is told without the tool's own words.
 */
export async function runTool(
  deps: RunDeps,
  principal: EmbedPrincipal,
  request: RunRequest,
  { signal, report, setHeaders }: RunOptions,
): Promise<RunAnswer> {
  const { tool, workspace } = await deps.liveTools.read(principal, request.slug);
  await checkInputs(deps.engine, tool.spec, request.inputs, signal);
  const burst = await deps.window.take({ toolId: tool.id, principal, address: request.address });
  setHeaders(rateLimitFields([burst]));
  const models = await deps.llm.prepare(principal, tool.spec);
  if (signal.aborted) throw callOffOf(signal);

  const startedAt = new Date(deps.clock.now());
  const startedMs = deps.clock.monotonicMs();
  const runId = newId(deps.random, 'run');
  const run = { id: runId, appId: tool.id, appVersion: tool.version, startedAt, requestId: request.requestId };
  const stepKinds = tool.spec.steps.map(({ kind }) => kind);
  const left = await deps.ledger.begin(principal, { ...run, aiActions: aiActionsOf(tool.spec), stepKinds });
  const elapsedMs = (): number => Math.round((deps.clock.monotonicMs() - startedMs) * 100) / 100;

  const now = startedAt.toISOString();
  const context: StepTexts = { inputs: request.inputs, results: new Map(), workspace, now };
  const call = { runId, ownerId: principal.ownerId, context, signal, report };
  let outcome: Outcome | undefined;
  try {
    setHeaders(rateLimitFields([burst, toldDay(left)]));
    outcome = await runSteps({ ...deps, models }, tool.spec, call);
  } finally {
    await deps.ledger.end(principal, runId, { durationMs: elapsedMs(), outcome: endOf(outcome) });
  }
  if (outcome.kind !== 'ok') throw outcome.error;
  return { runId, status: 'ok', output: outcome.output, durationMs: elapsedMs() };
}

const daySeconds = 86_400;

function toldDay({ runs, resetSeconds }: QuotaStanding): ToldLimit {
  return { name: 'daily', max: runs.limit, remaining: runs.remaining, windowSeconds: daySeconds, resetSeconds };
}

async function checkInputs(engine: ToolEngine, spec: ToolSpec, inputs: JsonText, signal: AbortSignal): Promise<void> {
  // To look through two megabytes takes a part of the 50 ms for which a run may hold the event loop, and to hand them to a
  // worker another: not both in one turn.
  await setImmediate();
  const issues = await engine.validateInputs(spec.inputs, inputs, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw callOffOf(signal);
    throw error instanceof StepFailure ? appErrorOf(error, 'inputs') : error;
  });
  if (issues.length > 0) throw new AppError('validation_failed', { message: 'Some inputs are not valid.', issues });
}

/** How many calls of a model a run of the tool makes. */
function aiActionsOf(spec: ToolSpec): number {
  return spec.steps.filter((step) => step.kind === 'llm').length;
}

/** No outcome is a fault of ours, which is settled as one and stays loud. */
function endOf(outcome: Outcome | undefined): RunEnd['outcome'] {
  if (outcome === undefined) return { status: 'failed', errorCode: 'internal_error', errorDetail: '' };
  if (outcome.kind === 'ok') return { status: 'ok' };
  if (outcome.kind === 'refused' || outcome.kind === 'canceled') return { status: outcome.kind };
  return { status: 'failed', errorCode: outcome.error.code, errorDetail: outcome.detail };
}
