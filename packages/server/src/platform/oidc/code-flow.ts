import { hash } from 'node:crypto';
import * as client from 'openid-client';
import { AppError } from '../app-error.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Secret } from '../secret.ts';
import type { Fetch } from './fetch-json.ts';

/** What ties an answer of the provider to the browser that asked; all of it random, and kept in that browser. */
export type CodeFlowSecrets = { state: string; nonce: string; verifier: string };

/** Whom the provider has signed in. The claims are as it made them: untyped. */
export type SignedInUser = { subject: string; claims: Record<string, unknown> };

/** Signing people in by the authorization code flow with PKCE (OpenID Connect Core 1.0; RFC 7636, 9207, 9700). */
export type CodeFlow = {
  /** Where to send the browser. Throws `unavailable` when the provider does not answer. */
  begin(secrets: CodeFlowSecrets): Promise<URL>;
  /**
   * Who came back to `url`. Throws `invalid_token` for an answer that the provider did not give to this browser, or gave
   * before, or that is a refusal; `unavailable` when the provider does not answer.
   */
  finish(url: URL, secrets: CodeFlowSecrets): Promise<SignedInUser>;
};

const scope = 'openid profile email';
const timeoutSeconds = 10;
/** How long what the provider says of itself is believed without asking again. */
const discoveredForMs = 10 * 60_000;
/** Core 1.0, section 2: at most 255 ASCII characters. It is written to logs as it is. */
const subjectForm = /^[\x20-\x7e]{1,255}$/;

/** `redirectUri` is where the provider sends the browser back to. Asks the provider for nothing yet. */
export function createCodeFlow({
  issuer,
  clientId,
  clientSecret,
  redirectUri,
  fetch,
  clock,
  log,
}: {
  issuer: string;
  clientId: string;
  clientSecret: Secret | undefined;
  redirectUri: string;
  fetch: Fetch;
  clock: Pick<Clock, 'monotonicMs'>;
  log: Pick<Log, 'warn'>;
}): CodeFlow {
  let discovered: { at: number; provider: Promise<client.Configuration> } | undefined;

  async function discover(): Promise<client.Configuration> {
    const options = {
      timeout: timeoutSeconds,
      [client.customFetch]: (url: string, init: client.CustomFetchOptions) => fetch(url, init as RequestInit), // it is one
      // The settings admit http for a provider on this machine only.
      execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [],
    };
    const found = await client.discovery(new URL(issuer), clientId, undefined, client.None(), options);
    const provider = new client.Configuration(found.serverMetadata(), clientId, undefined, authenticationAt(found));
    provider.timeout = timeoutSeconds;
    provider[client.customFetch] = options[client.customFetch];
    for (const execute of options.execute) execute(provider);
    // TLS alone would do (Core 1.0, 3.1.3.7); a signature does not depend on who ended it.
    client.enableNonRepudiationChecks(provider);
    return provider;
  }

  /** RFC 6749, 2.3.1: every provider that knows secrets takes them this way, unless it says that it does not. */
  function authenticationAt(found: client.Configuration): client.ClientAuth {
    if (clientSecret === undefined) return client.None();
    const methods = found.serverMetadata().token_endpoint_auth_methods_supported;
    const takesBasic = methods === undefined || methods.includes('client_secret_basic');
    return takesBasic
      ? client.ClientSecretBasic(clientSecret.reveal())
      : client.ClientSecretPost(clientSecret.reveal());
  }

  /** What the provider says of itself. A failure is never remembered: the next one who signs in asks again. */
  async function provider(): Promise<client.Configuration> {
    if (discovered === undefined || clock.monotonicMs() - discovered.at > discoveredForMs) {
      discovered = { at: clock.monotonicMs(), provider: discover() };
    }
    const asked = discovered;
    try {
      return await asked.provider;
    } catch (error) {
      if (discovered === asked) discovered = undefined;
      log.warn({ err: error, issuer }, 'the identity provider could not be discovered');
      throw unavailable(error);
    }
  }

  /** More claims than the ID token has. Some providers do not give them for a token of another audience. */
  async function userInfo(at: client.Configuration, token: string, subject: string): Promise<Record<string, unknown>> {
    if (at.serverMetadata().userinfo_endpoint === undefined) return {};
    try {
      return await client.fetchUserInfo(at, token, subject);
    } catch (error) {
      log.warn({ err: error, issuer }, 'the identity provider gave no user info, and the ID token is all there is');
      return {};
    }
  }

  return {
    async begin({ state, nonce, verifier }) {
      return client.buildAuthorizationUrl(await provider(), {
        redirect_uri: redirectUri,
        response_type: 'code',
        scope,
        state,
        nonce,
        code_challenge: hash('sha256', verifier, 'base64url'),
        code_challenge_method: 'S256',
      });
    },
    async finish(url, { state, nonce, verifier }) {
      const at = await provider();
      try {
        const tokens = await client.authorizationCodeGrant(at, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined || !subjectForm.test(claims.sub)) throw refusal('subject');
        const more = await userInfo(at, tokens.access_token, claims.sub);
        return { subject: claims.sub, claims: { ...more, ...claims } };
      } catch (error) {
        throw toRefusal(error, log);
      }
    },
  };
}

/** Failures of the way to the provider, and of what it makes of us, are not the fault of who signs in. */
const notAnswered = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT']);

function toRefusal(error: unknown, log: Pick<Log, 'warn'>): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof client.AuthorizationResponseError) return refusal(error.error, error);
  if (error instanceof client.ResponseBodyError && error.error !== 'invalid_client') return refusal(error.error, error);
  const isOfAnswer = error instanceof client.ClientError && !notAnswered.has(error.code ?? '') && !isNetwork(error);
  if (isOfAnswer && !isServerFailure(error)) return refusal(error.code ?? 'answer', error);
  log.warn({ err: error }, 'the identity provider did not answer as it should');
  return unavailable(error);
}

function isNetwork({ cause }: Error): boolean {
  return cause instanceof TypeError && cause.message === 'fetch failed';
}

function isServerFailure({ cause }: Error): boolean {
  return cause instanceof Response && cause.status >= 500;
}

function refusal(why: string, cause?: unknown): AppError {
  return new AppError('invalid_token', { reason: `provider_sign_in: ${why}`, cause });
}

function unavailable(cause: unknown): AppError {
  return new AppError('unavailable', {
    reason: 'provider_sign_in_unavailable',
    cause,
    headers: { 'retry-after': '5' },
  });
}
