import type { FunctionStep, Issue, JsonSchema, SandboxedStep, StepContext, TransformStep } from '@microapp/contract';
import { systemClock } from '../../../../platform/clock.ts';
import { printJson } from '../../../../platform/json/index.ts';
import { createToolEngine, type Cancelable, type ToolEngine } from '../engine.ts';
import type { EngineLimits } from '../limits.ts';
import type { PoolDeps } from '../worker-pool.ts';
import { StepFailure, type FailureReason } from '../step-failure.ts';
import type { StepTexts } from '../step-texts.ts';

/** Longer than any honest work takes on the busiest machine. */
const patient = { softTimeMs: 20_000, hardTimeMs: 30_000, workersMax: 2 };
/** For work that never ends, where waiting longer would tell no more. */
const impatient = { softTimeMs: 200, hardTimeMs: 500 };

/** An engine for tests of what tools make of values: values go in, and values come out. */
export type ValueEngine = Pick<ToolEngine, 'check' | 'close'> & {
  /** The engine itself, which takes and gives texts. */
  texts: ToolEngine;
  validateInputs(schema: JsonSchema, inputs: unknown, options?: Cancelable): Promise<Issue[]>;
  runStep(step: SandboxedStep, context: StepContext, options?: Cancelable): Promise<unknown>;
  evaluate(expressions: readonly string[], context: StepContext, options?: Cancelable): Promise<unknown[]>;
};

export function startEngine(limits: Partial<EngineLimits> = {}, clock: PoolDeps['clock'] = systemClock): ValueEngine {
  const texts = startTextEngine(limits, clock);
  return {
    texts,
    check: (spec, options) => texts.check(spec, options),
    close: () => texts.close(),
    validateInputs: (schema, inputs, options) => texts.validateInputs(schema, printJson(inputs ?? null), options),
    async runStep(step, context, options) {
      return JSON.parse(await texts.runStep(step, textsOf(context), options));
    },
    async evaluate(expressions, context, options) {
      return (await texts.evaluate(expressions, textsOf(context), options)).map((value): unknown => JSON.parse(value));
    },
  };
}

export function startTextEngine(
  limits: Partial<EngineLimits> = {},
  clock: PoolDeps['clock'] = systemClock,
): ToolEngine {
  return createToolEngine({ clock, log: { warn: () => {} } }, { ...patient, ...limits });
}

export function startImpatientEngine(limits: Partial<EngineLimits> = {}): ValueEngine {
  return startEngine({ ...impatient, ...limits });
}

/** A context as a run has it. */
export function textsOf({ inputs, results, workspace, now: at }: StepContext): StepTexts {
  const printed = Object.entries(results).map(([name, result]) => [name, printJson(result)] as const);
  return { inputs: printJson(inputs), results: new Map(printed), workspace, now: at };
}

export const now = '2026-03-01T12:00:00.000Z';

export function contextWith(inputs: Record<string, unknown> = {}): StepContext {
  const workspace = { id: 'ws_1', name: 'Acme', attributes: { tier: 'gold' } };
  return { inputs, results: { earlier: 7 }, workspace, now };
}

export function functionStep(code: string): FunctionStep {
  return { kind: 'function', name: 'step', code };
}

export function transformStep(expression: string): TransformStep {
  return { kind: 'transform', name: 'step', expression };
}

/** Why the work failed. Throws if it did not, or failed in any other way than it may. */
export async function failureOf(work: Promise<unknown>): Promise<FailureReason> {
  try {
    await work;
  } catch (error) {
    if (error instanceof StepFailure) return error.reason;
    throw error;
  }
  throw new Error('The work did not fail.');
}
