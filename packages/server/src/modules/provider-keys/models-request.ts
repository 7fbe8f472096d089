import type { Provider } from '@microapp/contract';
import type { Secret } from '../../platform/secret.ts';

const homes: Readonly<Record<Exclude<Provider, 'openai-compatible'>, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
  mistral: 'https://api.mistral.ai/v1',
};

/**
 * The smallest request that shows whether a key is good: the list of models costs nothing. The key travels in the header
 * that the provider documents, never in the address. Throws for a provider that needs an address and has none.
 */
export function modelsRequest(
  provider: Provider,
  baseUrl: string | null,
  key: Secret,
): { url: URL; headers: Record<string, string> } {
  const base = baseUrl ?? (provider === 'openai-compatible' ? undefined : homes[provider]);
  if (base === undefined) throw new Error('This provider has no address of its own.');
  return { url: new URL(`${base}/models`), headers: { accept: 'application/json', ...keyHeaders(provider, key) } };
}

function keyHeaders(provider: Provider, key: Secret): Record<string, string> {
  switch (provider) {
    case 'anthropic':
      return { 'x-api-key': key.reveal(), 'anthropic-version': '2023-06-01' };
    case 'google':
      return { 'x-goog-api-key': key.reveal() };
    case 'openai':
    case 'mistral':
    case 'openai-compatible':
      return { authorization: `Bearer ${key.reveal()}` };
  }
}
