import type { JSONWebKeySet } from 'jose';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { fetchJson, type Fetch } from './fetch-json.ts';
import { parseProviderUrl } from './provider-url.ts';

const documentCheck = Compile(Type.Object({ issuer: Type.String(), jwks_uri: Type.String() }));

/**
 * The key set of an identity provider, found by OpenID Connect Discovery 1.0: the issuer's document says where. Throws
 * when either does not come, is malformed or is not of this issuer.
 */
export async function discoverKeys(fetch: Fetch, issuer: string, signal: AbortSignal): Promise<JSONWebKeySet> {
  const document = await fetchJson(fetch, discoveryUrl(issuer), signal);
  if (!documentCheck.Check(document)) throw new Error('the discovery document has no issuer or no jwks_uri');
  // Section 4.3: or whoever can answer in the issuer's place could name keys for another issuer.
  if (document.issuer !== issuer) throw new Error('the discovery document is of another issuer');
  const keys = await fetchJson(fetch, keysUrl(document.jwks_uri, issuer), signal);
  return keys as JSONWebKeySet; // createLocalJWKSet checks its form, and throws
}

/** Section 4: the well-known path stands behind the issuer's own path, whose last slash does not count. */
function discoveryUrl(issuer: string): URL {
  return new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
}

/** Keys come over http only from a provider that is itself on this machine. */
function keysUrl(text: string, issuer: string): URL {
  // Some providers tell tenants or policies apart by a query.
  const [address = '', query] = text.split('?', 2);
  const url = parseProviderUrl(address);
  if (url === undefined || (url.protocol === 'http:' && !issuer.startsWith('http:'))) {
    throw new Error('the discovery document names a jwks_uri that is not https');
  }
  if (query !== undefined) url.search = query;
  return url;
}
