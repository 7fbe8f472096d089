import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { createAccessTokens, type AccessTokens } from './access-tokens.ts';
import type { Fetch } from './fetch-json.ts';
import { createProviderKeys } from './provider-keys.ts';

export { createCodeFlow, type CodeFlow } from './code-flow.ts';
export type { AccessToken, AccessTokens } from './access-tokens.ts';

/** Checks the access tokens of an identity provider; `close` gives up what it is asking the provider for. */
export type IdentityProvider = AccessTokens & { close(): void };

/** `issuer` is compared to the last character, as OpenID Connect has it. Asks the provider for nothing yet. */
export function createIdentityProvider(options: {
  issuer: string;
  audience: string;
  fetch: Fetch;
  clock: Clock;
  log: Log;
}): IdentityProvider {
  const keys = createProviderKeys(options);
  return { ...createAccessTokens({ ...options, keys }), close: () => keys.close() };
}
