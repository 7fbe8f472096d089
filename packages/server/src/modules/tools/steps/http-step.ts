import type { HttpStep } from '@microapp/contract';
import type { StepCall } from './step-call.ts';

export type HttpSteps = { run(step: HttpStep, call: StepCall): Promise<unknown> };

export function createHttpSteps(): HttpSteps {
  return { run: () => Promise.reject(new Error('PART A BUILDS THIS')) };
}
