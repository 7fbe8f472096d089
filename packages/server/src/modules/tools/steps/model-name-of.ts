import type { Provider } from '@microapp/contract';
import type { ModelKey } from '../../provider-keys/index.ts';

/** What is asked where neither step nor key names a model: each provider's current small one. */
const usualModels: Readonly<Record<Exclude<Provider, 'openai-compatible'>, string>> = {
  openai: 'gpt-6-luna',
  anthropic: 'claude-haiku-5-5',
  google: 'gemini-3.5-flash-lite',
  mistral: 'mistral-small-latest',
};

/** The model that a key asks where nobody else names one; undefined for one from before models were asked for. */
export function modelNameOf({
  defaultModel,
  provider,
}: Pick<ModelKey, 'defaultModel' | 'provider'>): string | undefined {
  if (defaultModel !== null) return defaultModel;
  return provider === 'openai-compatible' ? undefined : usualModels[provider];
}
