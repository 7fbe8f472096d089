import type { FunctionStep, StepContext, TransformStep } from '@microapp/contract';
import { systemClock } from '../../../../platform/clock.ts';
import { createToolEngine, type ToolEngine } from '../engine.ts';
import type { EngineLimits } from '../limits.ts';
import { StepFailure, type FailureReason } from '../step-failure.ts';

/** Longer than any honest work takes on the busiest machine. */
const patient = { softTimeMs: 20_000, hardTimeMs: 30_000, workersMax: 2 };
/** For work that never ends, where waiting longer would tell no more. */
const impatient = { softTimeMs: 200, hardTimeMs: 500 };

export function startEngine(limits: Partial<EngineLimits> = {}): ToolEngine {
  return createToolEngine({ clock: systemClock, log: { warn: () => {} } }, { ...patient, ...limits });
}

export function startImpatientEngine(limits: Partial<EngineLimits> = {}): ToolEngine {
  return startEngine({ ...impatient, ...limits });
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
