import { availableParallelism } from 'node:os';
import type { Issue, JsonSchema, StepContext, ToolStep } from '@microapp/contract';
import { defaultLimits, workersFor, type EngineLimits } from './limits.ts';
import { StepFailure } from './step-failure.ts';
import type { Task } from './tasks.ts';
import { readToolSpec } from './tool-spec.ts';
import { createWorkerPool, type PoolDeps } from './worker-pool.ts';

/**
 * Runs what strangers wrote, in workers, so that none of it can hold the server's thread. Every method rejects with
 * `StepFailure` only, when the work itself was stopped; what the work found out is its result.
 */
export type ToolEngine = {
  /** Everything that keeps `spec` from being published, in sentences; empty when it can be. Paths start at `spec`. */
  check(spec: unknown, options?: Cancelable): Promise<Issue[]>;
  /** Everything that is wrong with `inputs`; empty when they follow the schema. Paths start at `inputs`. */
  validateInputs(schema: JsonSchema, inputs: unknown, options?: Cancelable): Promise<Issue[]>;
  /** The step's result, which is JSON; what the step left undefined is `null`. */
  runStep(step: ToolStep, context: StepContext, options?: Cancelable): Promise<unknown>;
  /** Lets what runs finish (bounded by the time limit), turns away what waits, and stops the workers. */
  close(): Promise<void>;
};

export type Cancelable = { signal?: AbortSignal };

export function createToolEngine(deps: PoolDeps, limits: Partial<EngineLimits> = {}): ToolEngine {
  const pool = createWorkerPool(deps, { ...defaultLimits, workersMax: workersFor(availableParallelism()), ...limits });

  async function check(value: unknown, { signal }: Cancelable = {}): Promise<Issue[]> {
    const { spec, issues } = readToolSpec(value);
    if (spec === undefined) return issues;
    const parts = [
      checkPart('spec.inputs', { do: 'check-inputs-schema', schemaText: JSON.stringify(spec.inputs) }, signal),
      ...spec.steps.map(async (step, index) => {
        const path = `spec.steps[${index}]`;
        const found = await checkPart(path, checkTaskOf(step), signal);
        return found.map((issue) => (issue.path === path ? issue : { ...issue, path: `${path}.${issue.path}` }));
      }),
    ];
    return (await Promise.all(parts)).flat();
  }

  async function checkPart(path: string, task: Task, signal: AbortSignal | undefined): Promise<Issue[]> {
    try {
      return parseIssues(await pool.run(task, signal));
    } catch (error) {
      if (!(error instanceof StepFailure) || error.reason.kind !== 'limit') throw error;
      return [{ path, message: `could not be checked, it ran into a limit (${error.reason.limit}); make it simpler` }];
    }
  }

  async function validateInputs(schema: JsonSchema, inputs: unknown, { signal }: Cancelable = {}): Promise<Issue[]> {
    const inputsText = textOf(inputs);
    if (inputsText === undefined) return [{ path: 'inputs', message: 'is nested too deeply' }];
    return parseIssues(
      await pool.run({ do: 'validate-inputs', schemaText: JSON.stringify(schema), inputsText }, signal),
    );
  }

  async function runStep(step: ToolStep, context: StepContext, { signal }: Cancelable = {}): Promise<unknown> {
    return JSON.parse(await pool.run(runTaskOf(step, context), signal));
  }

  return { check, validateInputs, runStep, close: () => pool.close() };
}

/** What parses without recursion may be too deep to print again. */
function textOf(inputs: unknown): string | undefined {
  try {
    return JSON.stringify(inputs ?? null);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function checkTaskOf(step: ToolStep): Task {
  switch (step.kind) {
    case 'transform':
      return { do: 'check-transform', expression: step.expression };
    case 'function':
      return { do: 'check-function', code: step.code };
  }
}

function runTaskOf(step: ToolStep, context: StepContext): Task {
  const shared = { contextText: JSON.stringify(context), nowMs: Date.parse(context.now) };
  switch (step.kind) {
    case 'transform':
      return { do: 'run-transform', expression: step.expression, ...shared };
    case 'function':
      return { do: 'run-function', code: step.code, ...shared };
  }
}

function parseIssues(text: string): Issue[] {
  return JSON.parse(text) as Issue[];
}
