import { describe, expect, it } from 'vitest';
import { apiKeyAlphabet, apiKeyLength } from '@microapp/contract';
import { freshCredential } from '../credential.ts';
import { newUuid, randomText, systemRandom } from '../random.ts';
import { credentialInUrl } from './token-in-url.ts';

const token = freshCredential(systemRandom, 'embed_token').secret.reveal();

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function jwtOf(claims: unknown): string {
  return `${part({ alg: 'EdDSA' })}.${part(claims)}.${Buffer.from('signature').toString('base64url')}`;
}

/** Every character as an escape, in lower case. */
function escaped(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('');
}

describe('a credential in a URL', () => {
  it.each(['token', 'mtok', 'embed_token', 'x-microapp-embed-token', 'q', 'embed', '%74oken', 'a[b]', ''])(
    'is found under whatever name: %j (M6, M16, M33)',
    (name) => {
      expect(credentialInUrl(`/api/tools/x/run?embed=1&${name}=${token}`)).toBe(token);
    },
  );

  it.each([
    ['as a name', `/x?${token}`],
    ['as a name with a value', `/x?${token}=1`],
    ['as one of many', `/x?a=1&b=2&c=${token}&d=4`],
    ['in the path', `/api/tools/${token}/run`],
    ['in a fragment', `/x#${token}`],
    ['in a matrix parameter', `/x;token=${token}`],
    ['in another value', `/x?redirect=https://a.example/?t=${token}`],
    ['in an escaped value', `/x?redirect=${encodeURIComponent(`https://a.example/?t=${token}`)}`],
    ['escaped as a whole', `/x?t=${escaped(token)}`],
    ['with its underscore escaped', `/x?t=${token.replace('_', '%5F')}`],
    ['beside a broken escape', `/x?broken=%zz&t=${token}`],
    ['escaped beside a broken escape', `/x?broken=%zz&t=${escaped(token)}`],
    ['escaped beside broken UTF-8', `/x?broken=%ff&t=${token.replace('_', '%5f')}`],
    ['with something in front', `/x?t=Bearer%20${token}`],
    ['with something appended', `/x?t=${token}abc`],
    ['behind what only looks like one', `/x?t=mk_${'0'.repeat(34)}${token}`],
  ])('is found %s (M33)', (_where, url) => {
    expect(credentialInUrl(url)).toBe(token);
  });

  it.each(['owner_key', 'embed_token', 'client_token', 'embed_ticket'] as const)('is found of class %s', (form) => {
    const raw = freshCredential(systemRandom, form).secret.reveal();
    expect(credentialInUrl(`/x?a=${raw}`)).toBe(raw);
  });

  const apiKey = randomText(systemRandom, apiKeyAlphabet, apiKeyLength);
  it.each([
    ['under its name', `/v1/sessions?api_key=${apiKey}`],
    ['under any name', `/x?a=1&utm_source=${apiKey}&b=2`],
    ['as a name', `/x?${apiKey}`],
    ['in the path', `/v1/sessions/${apiKey}/events`],
    ['escaped as a whole', `/x?key=${escaped(apiKey)}`],
    ['with something in front', `/x?key=Bearer%20${apiKey}`],
  ])('is found when it is an API key %s', (_where, url) => {
    expect(credentialInUrl(url)).toBe(apiKey);
  });

  const signature = Buffer.from(systemRandom.bytes(32)).toString('base64url');
  const signed = `${part({ kid: newUuid(systemRandom), exp: 1_900_000_000, scope: 'readonly', apps: ['a'] })}.${signature}`;
  it.each([
    ['under its name', `/v1/sessions?embed_token=${signed}`],
    ['as token', `/v1/sessions?token=${signed}`],
    ['in the path', `/v1/sessions/${signed}`],
    ['escaped as a whole', `/x?t=${escaped(signed)}`],
    ['behind another', `/x?t=eyJh.${signed}`],
  ])('is found when it is a signed token %s', (_where, url) => {
    expect(credentialInUrl(url)).toContain(signed);
  });

  describe('on a page that takes a signed token by address', () => {
    it.each([
      ['plain', `/embed?token=${signed}`],
      ['among others', `/embed?theme=dark&token=${signed}&lang=en`],
      ['escaped', `/embed?token=${escaped(signed)}`],
    ])('is none when it is that token, once, in its parameter: %s', (_how, url) => {
      expect(credentialInUrl(url, { signedTokenInQuery: 'token' })).toBeUndefined();
    });

    it.each([
      ['under another name', `/embed?embed_token=${signed}`, signed],
      ['under a name that ends like it', `/embed?atoken=${signed}`, signed],
      ['twice', `/embed?token=${signed}&token=${signed}`, signed],
      ['beside one in the path', `/embed/${signed}?token=${signed}`, signed],
      ['as a value of something else', `/embed?next=/embed?token=${signed}`, signed],
      ['an API key in its place', `/embed?token=${apiKey}`, apiKey],
      ['an API key beside it', `/embed?token=${signed}&key=${apiKey}`, apiKey],
      ['an embed token in its place', `/embed?token=${token}`, token],
    ])('is found all the same: %s', (_how, url, found) => {
      expect(credentialInUrl(url, { signedTokenInQuery: 'token' })).toBe(found);
    });
  });

  it.each([
    ['of a session', { aud: 'microapp:embed' }],
    ['of a URL token', { aud: 'microapp:url' }],
    ['with several audiences', { aud: ['other', 'microapp:embed'] }],
  ])('is found when it is a JWT of ours: %s', (_what, claims) => {
    const jwt = jwtOf(claims);
    expect(credentialInUrl(`/x?session=${jwt}`)).toBe(jwt);
    expect(credentialInUrl(`/x?session=${escaped(jwt)}`)).toBe(jwt);
    expect(credentialInUrl(`/x?session=eyJ0.${jwt}`)).toContain(jwt);
    expect(credentialInUrl(`/x?a=${jwtOf({ aud: 'other' })}&session=${jwt}`)).toBe(jwt);
  });

  it.each([
    ['nothing of the kind', '/api/tools/loan-calculator/run?embed=1'],
    ['a wrong checksum', `/x?t=${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`],
    ['one that was cut off', `/x?t=${token.slice(0, -1)}`],
    ['an id', '/v1/embed-tokens/etok_0123456789ABCDEFGHIJKL'],
    ['a JWT for somebody else', `/x?t=${jwtOf({ aud: 'https://api.example.com' })}`],
    ['a JWT without an audience', `/x?t=${jwtOf({ sub: 'somebody' })}`],
    ['a JWT whose claims are no object', `/x?t=${jwtOf('microapp:embed')}`],
    ['what only begins like a JWT', '/x?t=eyJhbGciOiJFZERTQSJ9.eyJub3Q.x'],
    ['broken escapes', '/x?a=%zz&b=%&c=%e0%a4'],
    ['a longer run of letters', `/x?t=${'A'.repeat(45)}`],
    ['a shorter run of letters', `/x?t=${'A'.repeat(43)}`],
  ])('is not found in %s', (_what, url) => {
    expect(credentialInUrl(url)).toBeUndefined();
  });

  describe('that the route admits', () => {
    const admits = { jwtInQuery: { parameter: 'token', audience: 'microapp:url' } };
    const admitted = jwtOf({ aud: 'microapp:url' });

    it.each([
      ['alone', `/x?token=${admitted}`],
      ['beside other parameters', `/x?for=etok_1&token=${admitted}&a=b`],
    ])('is no finding: %s', (_what, url) => {
      expect(credentialInUrl(url, admits)).toBeUndefined();
      expect(credentialInUrl(url)).toBe(admitted);
    });

    it.each([
      ['under another name', `/x?t=${admitted}`, admitted],
      ['under a name that ends like it', `/x?a-token=${admitted}`, admitted],
      ['under a name that begins like it', `/x?token2=${admitted}`, admitted],
      ['twice', `/x?token=${admitted}&token=${admitted}`, admitted],
      ['a second time under another name', `/x?token=${admitted}&t=${admitted}`, admitted],
      ['in the path', `/x/token=${admitted}`, admitted],
      ['escaped', `/x?token=${escaped(admitted)}`, admitted],
      ['with an escaped name', `/x?%74oken=${admitted}`, admitted],
      ['for another audience', `/x?token=${jwtOf({ aud: 'microapp:embed' })}`, jwtOf({ aud: 'microapp:embed' })],
      [
        'for two audiences',
        `/x?token=${jwtOf({ aud: ['microapp:url', 'microapp:embed'] })}`,
        jwtOf({ aud: ['microapp:url', 'microapp:embed'] }),
      ],
      ['as a credential of another form', `/x?token=${token}`, token],
      ['around a credential of another form', `/x?token=eyJh.${part({ aud: 'microapp:url' })}.${token}`, token],
    ])('is found all the same %s (M16, M33)', (_what, url, found) => {
      expect(credentialInUrl(url, admits)).toBe(found);
    });
  });

  // Strangers send URLs for free. Quadratic searching takes minutes for these; the limit is the test's own timeout.
  it.each([
    ['headers of JWTs', `/x?${'eyJ'.repeat(300_000)}`],
    ['parts of JWTs', `/x?${'eyJa.'.repeat(200_000)}`],
    ['prefixes', `/x?${'mk_'.repeat(300_000)}`],
    ['beginnings of tokens', `/x?${`mk_${'0'.repeat(37)}`.repeat(20_000)}`],
    ['escapes', `/x?${'%65%79%4A'.repeat(100_000)}`],
  ])('is looked for in a time that grows with the URL, not with its square: %s', (_what, url) => {
    expect(credentialInUrl(url)).toBeUndefined();
  });
});
