import { availableParallelism } from 'node:os';
import type { Issue, JsonSchema, SandboxedStep, ToolStep } from '@microapp/contract';
import { elementsOf, isPrintedJson, type JsonText, type PrintedJson } from '../../../platform/json/index.ts';
import { defaultLimits, workersFor, type EngineLimits } from './limits.ts';
import { StepFailure } from './step-failure.ts';
import { printContext, type StepTexts } from './step-texts.ts';
import type { Task } from './tasks.ts';
import { templatesOf } from './template.ts';
import { readToolSpec } from './tool-spec.ts';
import { createWorkerPool, type PoolDeps } from './worker-pool.ts';

/**
 * Runs what strangers wrote, in workers, so that none of it can hold the server's thread. Values go in and come out as text:
 * to parse one, or to print it, can take a worker a good part of a second. Every method rejects with
 * `StepFailure` only, when the work itself was stopped; what the work found out is its result.
 */
export type ToolEngine = {
  /** Everything that keeps `spec` from being published, in sentences; empty when it can be. Paths start at `spec`. */
  check(spec: unknown, options?: Cancelable): Promise<Issue[]>;
  /** Everything that is wrong with `inputs`; empty when they follow the schema. Paths start at `inputs`. */
  validateInputs(schema: JsonSchema, inputs: JsonText, options?: Cancelable): Promise<Issue[]>;
  /** The step's result; what the step left undefined is `null`. */
  runStep(step: SandboxedStep, context: StepTexts, options?: Cancelable): Promise<PrintedJson>;
  /** The values of JSONata expressions, in their order; `null` where one is undefined. */
  evaluate(expressions: readonly string[], context: StepTexts, options?: Cancelable): Promise<PrintedJson[]>;
  /** A text from outside as `JSON.stringify` prints what it says. Rejects with `threw` for what is no JSON. */
  reprint(text: string, options?: Cancelable): Promise<PrintedJson>;
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
        const found = await Promise.all(checksOf(step, path).map((part) => checkPart(part.path, part.task, signal)));
        return found.flat();
      }),
    ];
    return (await Promise.all(parts)).flat();
  }

  async function checkPart(path: string, task: Task, signal: AbortSignal | undefined): Promise<Issue[]> {
    try {
      const issues = parseIssues(await pool.run(task, signal));
      return issues.map((issue) => ({ ...issue, path: `${path}${issue.path}` }));
    } catch (error) {
      if (!(error instanceof StepFailure) || error.reason.kind !== 'limit') throw error;
      return [{ path, message: `could not be checked, it ran into a limit (${error.reason.limit}); make it simpler` }];
    }
  }

  async function validateInputs(
    schema: JsonSchema,
    inputsText: JsonText,
    { signal }: Cancelable = {},
  ): Promise<Issue[]> {
    return parseIssues(
      await pool.run({ do: 'validate-inputs', schemaText: JSON.stringify(schema), inputsText }, signal),
    );
  }

  async function evaluate(
    expressions: readonly string[],
    context: StepTexts,
    { signal }: Cancelable = {},
  ): Promise<PrintedJson[]> {
    if (expressions.length === 0) return [];
    const values = elementsOf(checked(await pool.run({ do: 'evaluate', expressions, ...sharedOf(context) }, signal)));
    if (values.length !== expressions.length) throw workerFault();
    return values;
  }

  async function runStep(step: SandboxedStep, context: StepTexts, { signal }: Cancelable = {}): Promise<PrintedJson> {
    return checked(await pool.run(runTaskOf(step, context), signal));
  }

  async function reprint(text: string, { signal }: Cancelable = {}): Promise<PrintedJson> {
    return checked(await pool.run({ do: 'reprint', text }, signal));
  }

  return { check, validateInputs, runStep, evaluate, reprint, close: () => pool.close() };
}

/** A worker may be in a stranger's hands, and what it says is put into answers as it stands. */
function checked(text: string): PrintedJson {
  if (!isPrintedJson(text)) throw workerFault();
  return text;
}

function workerFault(): StepFailure {
  return new StepFailure({ kind: 'crashed', detail: 'the worker said something that is no result' });
}

/** What of a step is to be checked by compiling it, and where it stands in the spec. */
function checksOf(step: ToolStep, path: string): { path: string; task: Task }[] {
  switch (step.kind) {
    case 'transform':
      return [{ path: `${path}.expression`, task: { do: 'check-transform', expression: step.expression } }];
    case 'function':
      return [{ path: `${path}.code`, task: { do: 'check-function', code: step.code } }];
    case 'http':
    case 'llm': {
      const schema = step.kind === 'llm' && step.schema !== undefined ? [step.schema] : [];
      return [
        ...templatesOf(step).flatMap((template) =>
          template.expressions.map((expression) => ({
            path: `${path}.${template.path}`,
            task: { do: 'check-transform' as const, expression },
          })),
        ),
        ...schema.map((part) => ({
          path: `${path}.schema`,
          task: { do: 'check-inputs-schema' as const, schemaText: JSON.stringify(part) },
        })),
      ];
    }
  }
}

function runTaskOf(step: SandboxedStep, context: StepTexts): Task {
  switch (step.kind) {
    case 'transform':
      return { do: 'run-transform', expression: step.expression, ...sharedOf(context) };
    case 'function':
      return { do: 'run-function', code: step.code, ...sharedOf(context) };
  }
}

function sharedOf(context: StepTexts): { contextText: string; nowMs: number } {
  return { contextText: printContext(context), nowMs: Date.parse(context.now) };
}

function parseIssues(text: string): Issue[] {
  return JSON.parse(text) as Issue[];
}
