import { JwkSet } from '@microapp/contract';
import { defineRoute, type Route } from '../../platform/http/index.ts';
import type { Keyring } from './keyring.ts';

export function signingKeyRoutes({ keyring }: { keyring: Keyring }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/.well-known/jwks.json',
      scope: 'public',
      tag: 'Embed sessions',
      summary: 'The public keys that embed sessions are signed with',
      response: JwkSet,
      headers: { 'cache-control': 'public, max-age=300' },
      async operation() {
        return { keys: keyring.published() };
      },
    }),
  ];
}
