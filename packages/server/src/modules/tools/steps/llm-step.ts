import type { LlmStep, ToolSpec } from '@microapp/contract';
import { AppError } from '../../../platform/app-error.ts';
import type { Envelope } from '../../../platform/crypto/envelope.ts';
import type { Database } from '../../../platform/db/index.ts';
import type { EmbedPrincipal } from '../../../platform/http/index.ts';
import type { PrintedJson } from '../../../platform/json/index.ts';
import { readModelKeys, type ModelKey } from '../../provider-keys/index.ts';
import type { AskDeps } from './ask-model.ts';
import type { StepCall } from './step-call.ts';

/** The models of one run, behind the keys that were there when it began. */
export type RunModels = { run(step: LlmStep, call: StepCall): Promise<PrintedJson> };

export type LlmSteps = {
  /** Throws `byok_required` unless the owner has an active key for each `llm` step. Changes nothing. */
  prepare(principal: EmbedPrincipal, spec: ToolSpec): Promise<RunModels>;
};

/** AI steps run on the owner's own key. There is no other: no key of the platform's, none from the environment. */
export function createLlmSteps(deps: AskDeps & { db: Database; envelope: Envelope }): LlmSteps {
  return {
    async prepare(principal, spec) {
      const steps = spec.steps.filter((step) => step.kind === 'llm');
      const keys = steps.length === 0 ? [] : await readModelKeys(deps, principal);
      for (const step of steps) keyFor(step, keys);
      return {
        async run(step, call) {
          // Loaded by the first step that asks a model: the clients of the providers take 40 MB, and half a second of the start.
          const { askModel } = await import('./ask-model.ts');
          return askModel(deps, keyFor(step, keys), step, call);
        },
      };
    },
  };
}

/** The newest key of the step's provider, or of any where it names none. */
function keyFor({ name, provider }: LlmStep, keys: readonly ModelKey[]): ModelKey {
  const found = keys.find((key) => provider === undefined || key.provider === provider);
  if (found !== undefined) return found;
  if (provider === undefined) throw new AppError('byok_required', { reason: 'no_provider_key' });
  throw new AppError('byok_required', {
    reason: `no_provider_key ${provider}`,
    hint: `The step "${name}" needs an active key for ${provider}. The owner adds one under Developers > Provider keys.`,
  });
}
