import type { Provider } from '@microapp/contract';
import { invalid } from '../../platform/app-error.ts';

/** The model as it is stored. Throws where there is none and the provider has no usual one to fall back on. */
export function checkedDefaultModel(provider: Provider, model: string | null | undefined): string | null {
  if (model !== null && model !== undefined) return model;
  if (provider !== 'openai-compatible') return null;
  throw invalid([
    { path: 'defaultModel', message: 'is needed for this provider: the model to ask, by its name there' },
  ]);
}
