import {
  FunctionStep,
  HttpStep,
  inputsSchemaBytesMax,
  LlmStep,
  ToolSpec,
  TransformStep,
  type Issue,
  type ToolStep,
} from '@microapp/contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { issuesOfHttpStep } from './http-step-issues.ts';
import { issuesOf } from './input-issues.ts';

/** A tool's spec as it should be, or everything that is wrong with its form. */
export type ReadToolSpec = { spec: ToolSpec; issues: readonly [] } | { spec: undefined; issues: Issue[] };

const ajv = new Ajv2020({ allErrors: true, strict: false });
const isStepOf = {
  transform: ajv.compile(TransformStep),
  function: ajv.compile(FunctionStep),
  http: ajv.compile(HttpStep),
  llm: ajv.compile(LlmStep),
};
const stepKinds = Object.keys(isStepOf) as (keyof typeof isStepOf)[];
// Steps are looked at one by one, by their kind: the errors of a union of kinds would blame a step for not being another.
const isFrame = ajv.compile({
  ...ToolSpec,
  properties: { ...ToolSpec.properties, steps: { ...ToolSpec.properties.steps, items: { type: 'object' } } },
});

/**
 * Looks at the form of a spec: kinds, names, lengths, and that names are unique and `output.step` is one of them.
 * Whether schema, expressions and code can be used is for `ToolEngine.check` to find out. Paths start at `spec`.
 */
export function readToolSpec(value: unknown): ReadToolSpec {
  if (!isFrame(value)) return { spec: undefined, issues: issuesOf('spec', isFrame.errors ?? []) };
  const frame = value as Omit<ToolSpec, 'steps'> & { steps: Record<string, unknown>[] };
  const issues = frame.steps.flatMap((step, index) => issuesOfStep(step, `spec.steps[${index}]`));
  if (Buffer.byteLength(JSON.stringify(frame.inputs)) > inputsSchemaBytesMax) {
    issues.push({ path: 'spec.inputs', message: `must have at most ${inputsSchemaBytesMax} bytes` });
  }
  if (issues.length > 0) return { spec: undefined, issues };
  const spec = { ...frame, steps: frame.steps as ToolStep[] };
  issues.push(...issuesOfNames(spec), ...issuesOfHttpSteps(spec));
  return issues.length > 0 ? { spec: undefined, issues } : { spec, issues: [] };
}

function issuesOfStep(step: Record<string, unknown>, path: string): Issue[] {
  const kind = stepKinds.find((known) => known === step['kind']);
  if (kind === undefined) return [{ path: `${path}.kind`, message: `must be one of: ${stepKinds.join(', ')}` }];
  const isStep = isStepOf[kind];
  return isStep(step) ? [] : issuesOf(path, isStep.errors ?? []);
}

function issuesOfHttpSteps(spec: ToolSpec): Issue[] {
  return spec.steps.flatMap((step, index) =>
    step.kind === 'http'
      ? issuesOfHttpStep(step).map(({ path, message }) => ({ path: `spec.steps[${index}]${path}`, message }))
      : [],
  );
}

function issuesOfNames(spec: ToolSpec): Issue[] {
  const issues: Issue[] = [];
  const names = new Set<string>();
  for (const [index, { name }] of spec.steps.entries()) {
    if (names.has(name)) {
      issues.push({
        path: `spec.steps[${index}].name`,
        message: `"${name}" is the name of an earlier step; choose another`,
      });
    }
    names.add(name);
  }
  if (spec.output !== undefined && !names.has(spec.output.step)) {
    issues.push({
      path: 'spec.output.step',
      message: `no step has this name; the steps are: ${[...names].join(', ')}`,
    });
  }
  return issues;
}
