import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { Provider } from 'oidc-provider';
import type { Environment } from '../config.ts';

export type Claims = Record<string, unknown>;

/** A real identity provider on the loopback interface, whose signing key the test has, too. */
export type TestIdentityProvider = {
  issuer: string;
  /** The settings of a server that trusts it. */
  env: Environment;
  /** An access token that the provider issues to its one client, whose `sub` is `subject`; with further claims. */
  token(claims: Claims): Promise<string>;
  /** A token by the provider's own key, with whatever is in it; by default as the provider would write it. */
  sign(claims: Claims, header?: Record<string, unknown>): Promise<string>;
  /** Restarts the provider with another key; the one before is gone. */
  changeKey(): Promise<void>;
  /** Closes its port, until `resume` opens it again. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** How often its keys were asked for. */
  keyRequests(): number;
  close(): Promise<void>;
};

export const audience = 'https://apps.example.test/management';
export const subject = 'console-backend';

type SigningKey = { kid: string; privateKey: CryptoKey };

export async function startIdentityProvider(): Promise<TestIdentityProvider> {
  const clientSecret = randomUUID();
  let serve: RequestListener = (_, response) => void response.writeHead(503).end();
  let keyRequests = 0;
  const server = createServer((request, response) => {
    if (request.url === '/jwks') keyRequests += 1;
    serve(request, response);
  });
  const listen = (at: number): Promise<void> => new Promise((resolve) => server.listen(at, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  const issuer = `http://127.0.0.1:${port}`;
  let claimsToCome: Claims = {};

  async function start(): Promise<SigningKey> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const kid = randomUUID();
    const provider = new Provider(issuer, {
      jwks: { keys: [{ ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' }] },
      cookies: { keys: [randomUUID()] },
      adapter: NothingStored,
      ttl: { ClientCredentials: 600 },
      clients: [
        {
          client_id: subject,
          client_secret: clientSecret,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => audience,
          getResourceServerInfo: () => ({
            audience,
            scope: '',
            accessTokenTTL: 600,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
      extraTokenClaims: () => claimsToCome,
    });
    serve = provider.callback();
    return { kid, privateKey };
  }

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  let key = await start();

  return {
    issuer,
    env: { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience },
    async token(claims) {
      claimsToCome = claims;
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: subject,
          client_secret: clientSecret,
        }),
      });
      const answer = (await response.json()) as { access_token?: string }; // RFC 6749, section 5.1
      if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`);
      return answer.access_token;
    },
    sign: (claims, header = {}) => signAs(key, { iss: issuer, aud: audience, sub: subject, ...claims }, header),
    async changeKey() {
      key = await start();
    },
    keyRequests: () => keyRequests,
    pause: close,
    resume: () => listen(port),
    close,
  };
}

/** Its one client stands in the configuration, and its tokens carry all there is to know: nothing has to be kept. */
class NothingStored {
  async find(): Promise<undefined> {
    return undefined;
  }
  async upsert(): Promise<void> {
    throw new Error('This provider was to store nothing.');
  }
}

async function signAs(
  { kid, privateKey }: SigningKey,
  claims: Claims,
  header: Record<string, unknown>,
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid, ...header }).sign(privateKey);
}
