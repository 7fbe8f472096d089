import {
  base62Alphabet,
  credentialChecksumLength,
  credentialForms,
  credentialRandomLength,
  type CredentialFormat,
  type OpaqueClass,
} from '@microapp/contract';
import { urlTokenAudience, urlTokenType } from '../embed-tokens/index.ts';
import { sessionAudience, sessionTokenType } from './session-claims.ts';

/** The forms of all classes of credentials, for scanners: what a leaked one looks like, and how to be sure. */
export function credentialFormats(issuer: string): CredentialFormat[] {
  return [
    opaque('owner_key', { description: 'Manages everything of an owner.', isSecret: true }),
    opaque('embed_token', { description: 'Uses apps in one workspace.', isSecret: true }),
    opaque('client_token', { description: 'Names a surface; stands in the markup of host pages.', isSecret: false }),
    opaque('embed_ticket', { description: 'Opens one session, once, within a minute.', isSecret: true }),
    opaque('dashboard_session', { description: 'Keeps a person signed in to the dashboard.', isSecret: true }),
    opaque('member_link', { description: 'Signs a member in to the dashboard, once, within a day.', isSecret: true }),
    jwt('embed_session', {
      description: 'What a frame works with, for some minutes.',
      typ: sessionTokenType,
      audience: sessionAudience,
      issuer,
    }),
    jwt('url_token', {
      description: 'Stands in a copied URL; opens sessions on the allowed origins of its embed token.',
      typ: urlTokenType,
      audience: urlTokenAudience,
      issuer,
    }),
    {
      class: 'api_key',
      description: 'Reads recordings and signs tokens. The first 8 characters are its public name.',
      isSecret: true,
      prefix: null,
      pattern: '(?<![0-9A-Z])[0-9A-Z]{44}(?![0-9A-Z])',
      shape: '<44 upper-case letters and digits>',
      checksum: null,
      jwt: null,
    },
    {
      class: 'signed_token',
      description: 'Made with an API key: a payload and its HMAC-SHA256.',
      isSecret: true,
      // What every JSON object begins with.
      prefix: 'ey',
      pattern: '(?<![\\w.-])ey[\\w-]+\\.[\\w-]{43}(?![\\w.-])',
      shape: '<payload, base64url>.<signature, 43 characters of base64url>',
      checksum: null,
      jwt: null,
    },
  ];
}

function opaque(
  credentialClass: OpaqueClass,
  { description, isSecret }: { description: string; isSecret: boolean },
): CredentialFormat {
  const prefix = credentialForms[credentialClass];
  return {
    class: credentialClass,
    description,
    isSecret,
    prefix,
    pattern: `${prefix}[0-9A-Za-z]{${credentialRandomLength + credentialChecksumLength}}`,
    shape: `${prefix}<${credentialRandomLength} letters and digits><checksum, ${credentialChecksumLength} letters and digits>`,
    checksum: {
      algorithm: 'crc32',
      over: 'all characters before the checksum, prefix included, as ASCII',
      alphabet: base62Alphabet,
      length: credentialChecksumLength,
    },
    jwt: null,
  };
}

function jwt(
  credentialClass: string,
  { description, typ, audience, issuer }: { description: string; typ: string; audience: string; issuer: string },
): CredentialFormat {
  return {
    class: credentialClass,
    description,
    isSecret: true,
    prefix: 'eyJ',
    pattern: '(?<![\\w.-])eyJ[\\w-]+\\.eyJ[\\w-]+\\.[\\w-]{86}(?![\\w.-])',
    shape: 'eyJ<header>.eyJ<claims>.<signature, 86 characters of base64url>',
    checksum: null,
    jwt: { alg: 'EdDSA', typ, audience, keys: `${issuer}/.well-known/jwks.json` },
  };
}
