import type { JsonSchema } from '@microapp/contract';
import { AppError } from '../../../platform/app-error.ts';
import { printJson } from '../../../platform/json/index.ts';
import type { ModelKey } from '../../provider-keys/index.ts';
import { StepFailure } from '../engine/step-failure.ts';
import { appErrorOf } from '../step-error.ts';
import type { AskDeps } from './ask-model.ts';
import { modelNameOf } from './model-name-of.ts';

export type JsonQuestion = {
  /** For the sentence of a failure: "refine the theme". */
  purpose: string;
  system: string;
  /** A template, as those of `llm` steps: `{{ inputs.key }}`. */
  prompt: string;
  inputs: Record<string, unknown>;
  schema: JsonSchema;
  timeoutMs: number;
};

/** Asks a model outside of any run, on an owner's key and for the owner itself. Resolves with what follows the schema. */
export type AskForJson = (key: ModelKey, question: JsonQuestion) => Promise<unknown>;

/** Whether a key has a model to ask: one that it names, or its provider's usual one. */
export function canAsk(key: ModelKey): boolean {
  return modelNameOf(key) !== undefined;
}

/**
 * Asks as an `llm` step does, with its bounds, its guard and its check of the answer. It is no run of a tool: it takes
 * nothing from the quotas, which are the visitors'. Whoever asks is the owner, who is told what the provider said.
 */
export function createAskForJson(deps: AskDeps): AskForJson {
  return async (key, { purpose, inputs, ...question }) => {
    const name = purpose.replaceAll(' ', '-');
    const context = {
      inputs: printJson(inputs),
      results: new Map(),
      workspace: { id: '', name: '', attributes: {} },
      now: new Date(deps.clock.now()).toISOString(),
    };
    // The clients of the providers take 40 MB: loaded by the first who asks.
    const { askModel } = await import('./ask-model.ts');
    const call = { context, ownerId: '', runId: '', signal: new AbortController().signal, onText: () => undefined };
    try {
      const answer: unknown = JSON.parse(await askModel(deps, key, { kind: 'llm', name, ...question }, call));
      return answer;
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      throw tellOwner(error, purpose, name);
    }
  };
}

function tellOwner(failure: StepFailure, purpose: string, name: string): AppError {
  const { reason } = failure;
  if (reason.kind !== 'provider') return appErrorOf(failure, name);
  return new AppError('llm_error', {
    message: `The AI provider could not ${purpose}: ${reason.detail.replace(/[.\s]+$/, '')}.`,
    hint: 'Look at the key under Developers > Provider keys, where it can be tested, or try again in a moment.',
    reason: `provider: ${reason.detail}`,
    headers: reason.retryAfterSeconds === undefined ? {} : { 'retry-after': String(reason.retryAfterSeconds) },
    cause: failure,
  });
}
