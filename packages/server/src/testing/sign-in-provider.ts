import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider, type GrantContext } from 'oidc-provider';
import type { Environment } from '../config.ts';
import { audience, type Claims } from './identity-provider.ts';
import { ownUrl } from './scenario.ts';

/** A real identity provider on the loopback interface, where people sign in by a redirect. */
export type SignInProvider = {
  /** The settings of a server whose dashboard it signs people in to. */
  env: Environment;
  /** What the provider says of whoever signs in from now on, beside `sub`. */
  setClaims(claims: Claims): void;
  /** A person's browser at the provider: opens the address, signs in, and is sent back to the address that it answers. */
  visit(location: string): Promise<URL>;
  /** Closes its port, until `resume` opens it again. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
};

export const person = 'person-1';
const clientId = 'dashboard';
const hopsMax = 10;

/** `dashboardUrl` is the origin to which people are sent back, and to no other. */
export async function startSignInProvider(dashboardUrl = ownUrl): Promise<SignInProvider> {
  const clientSecret = randomUUID();
  let claimsToCome: Claims = {};
  let serve: RequestListener = (_, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => serve(request, response));
  const listen = (at: number): Promise<void> => new Promise((resolve) => server.listen(at, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  const issuer = `http://127.0.0.1:${port}`;

  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomUUID()] },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [`${dashboardUrl}/sign-in/oidc/callback`],
      },
    ],
    ttl: { Interaction: 600, Grant: 600, Session: 600, AuthorizationCode: 60, AccessToken: 600, IdToken: 600 },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'roles'], email: ['email'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...claimsToCome }) }),
    // Whoever signs in agrees to what is asked for.
    async loadExistingGrant({ oidc }: GrantContext) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  const atProvider = provider.callback();
  serve = (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return atProvider(request, response);
    return void provider.interactionFinished(request, response, { login: { accountId: person } });
  };

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  return {
    env: {
      OIDC_ISSUER: issuer,
      OIDC_AUDIENCE: audience,
      OIDC_CLIENT_ID: clientId,
      OIDC_CLIENT_SECRET: clientSecret,
    },
    setClaims(claims) {
      claimsToCome = claims;
    },
    async visit(location) {
      const cookies = new Map<string, string>();
      let url = new URL(location);
      for (let hop = 0; hop < hopsMax && url.origin === issuer; hop++) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
        for (const set of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
          cookies.set(name, value);
        }
        const next = answer.headers.get('location');
        if (next === null) throw new Error(`the provider answered ${answer.status}: ${await answer.text()}`);
        url = new URL(next, url);
      }
      return url;
    },
    pause: close,
    resume: () => listen(port),
    close,
  };
}
