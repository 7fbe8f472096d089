import type { Provider } from '@microapp/contract';
import type { Secret } from '../../platform/secret.ts';
import { addressOf } from './address-of.ts';

/**
 * The smallest request that shows whether a key is good: the list of models costs nothing. The key travels in the header
 * that the provider documents, never in the address. Throws for a provider that needs an address and has none.
 */
export function modelsRequest(
  provider: Provider,
  baseUrl: string | null,
  key: Secret,
): { url: URL; headers: Record<string, string> } {
  return {
    url: new URL(`${addressOf(provider, baseUrl)}/models`),
    headers: { accept: 'application/json', ...keyHeaders(provider, key) },
  };
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
