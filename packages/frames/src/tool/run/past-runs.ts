import type { NormalizedField } from '@microapp/contract';
import type { Run } from './run-tool.ts';

export type Inputs = Record<string, unknown>;

/** A run that ended well. `atMs` is a time of the frame's monotonic clock. */
export type PastRun = { run: Run; inputs: Inputs; atMs: number };

/** How many results a visit keeps, in memory only: nothing of them outlives the document. */
export const pastRunsMax = 10;

/** The runs of a visit with one more, newest first. */
export function withRun(runs: readonly PastRun[], run: PastRun): readonly PastRun[] {
  return [run, ...runs].slice(0, pastRunsMax);
}

/** The fields of a form that starts with these inputs, whatever their own defaults are. */
export function fieldsWith(fields: readonly NormalizedField[], inputs: Inputs): NormalizedField[] {
  return fields.map((field) => {
    const { default: _, ...rest } = field;
    const value = Object.hasOwn(inputs, field.key) ? inputs[field.key] : undefined;
    const inner =
      field.type === 'object' && field.fields !== undefined
        ? { fields: fieldsWith(field.fields, objectOf(value)) }
        : {};
    return value === undefined ? { ...rest, ...inner } : { ...rest, ...inner, default: value };
  });
}

function objectOf(value: unknown): Inputs {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Inputs) : {};
}
