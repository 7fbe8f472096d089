import type { LlmStep, ToolSpec } from '@microapp/contract';
import type { EmbedPrincipal } from '../../../platform/http/index.ts';
import type { StepCall } from './step-call.ts';

/** The models of one run, behind the keys that were there when it began. */
export type RunModels = { run(step: LlmStep, call: StepCall): Promise<unknown> };

export type LlmSteps = {
  /** Throws `byok_required` unless the owner has an active key for each `llm` step. Changes nothing. */
  prepare(principal: EmbedPrincipal, spec: ToolSpec): Promise<RunModels>;
};

export function createLlmSteps(): LlmSteps {
  return { prepare: () => Promise.resolve({ run: () => Promise.reject(new Error('PART B BUILDS THIS')) }) };
}
