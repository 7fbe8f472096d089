import type { Provider } from '@microapp/contract';

const homes: Readonly<Record<Exclude<Provider, 'openai-compatible'>, string>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
  mistral: 'https://api.mistral.ai/v1',
};

/** Where a key's requests go. Throws for a provider that needs an address and has none. */
export function addressOf(provider: Provider, baseUrl: string | null): string {
  const address = baseUrl ?? (provider === 'openai-compatible' ? undefined : homes[provider]);
  if (address === undefined) throw new Error('This provider has no address of its own.');
  return address;
}
