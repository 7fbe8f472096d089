import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createMistral } from '@ai-sdk/mistral';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { Provider } from '@microapp/contract';
import { wrapLanguageModel, type LanguageModel, type LanguageModelMiddleware } from 'ai';
import type { ModelKey } from '../../provider-keys/index.ts';

/**
 * A provider's model behind an owner's key. Key and address are always handed over: without them the provider packages
 * look into the environment of the process, and the operator's own key, or an address of somebody's choice, would be used
 * without a word.
 */
export function languageModel(
  { provider, baseUrl: baseURL, key }: Pick<ModelKey, 'provider' | 'baseUrl' | 'key'>,
  name: string,
  fetch: typeof globalThis.fetch,
): LanguageModel {
  const settings = { apiKey: key.reveal(), baseURL, fetch };
  return wrapLanguageModel({ model: modelOf(provider, settings, name), middleware: quiet });
}

type Settings = { apiKey: string; baseURL: string; fetch: typeof globalThis.fetch };

function modelOf(provider: Provider, settings: Settings, name: string) {
  switch (provider) {
    case 'openai':
      // The chat form: gateways in front of OpenAI speak it, and few speak the newer one.
      return createOpenAI(settings).chat(name);
    case 'anthropic':
      return createAnthropic(settings)(name);
    case 'google':
      return createGoogle(settings)(name);
    case 'mistral':
      return createMistral(settings)(name);
    case 'openai-compatible':
      return createOpenAICompatible({ ...settings, name: provider, supportsStructuredOutputs: true })(name);
  }
}

/** The library prints to the console what a model does not support, such as a temperature; the console is not its place. */
const quiet: LanguageModelMiddleware = {
  specificationVersion: 'v4',
  async wrapStream({ doStream }) {
    const { stream, ...rest } = await doStream();
    return {
      ...rest,
      stream: stream.pipeThrough(
        new TransformStream({
          transform(part, controller) {
            controller.enqueue(part.type === 'stream-start' ? { ...part, warnings: [] } : part);
          },
        }),
      ),
    };
  },
};
