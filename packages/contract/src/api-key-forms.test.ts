import { describe, expect, it } from 'vitest';
import { apiKeyAlphabet, apiKeyLength, findApiKey, findSignedToken, isApiKeyForm } from './api-key-forms.ts';
import { credentialLikePattern } from './credential-forms.ts';

const key = 'A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q7R8S9T0U1V2';
const kid = '550e8400-e29b-41d4-a716-446655440000';
const signature = 'x'.repeat(43);
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = `${part({ kid, exp: 1 })}.${signature}`;

describe('an API key', () => {
  it('is 44 upper-case letters and digits', () => {
    expect([apiKeyAlphabet.length, new Set(apiKeyAlphabet).size, apiKeyLength]).toEqual([36, 36, 44]);
    expect(isApiKeyForm(key)).toBe(true);
  });

  it.each([
    ['one cut off', key.slice(1)],
    ['one with a letter more', `${key}A`],
    ['one in small letters', key.toLowerCase()],
    ['one with a dash', `${key.slice(1)}-`],
    ['one with a line feed', `${key}\n`],
    ['one with letters of another script', `Ａ${key.slice(1)}`],
    ['nothing', ''],
  ])('is not %s', (_what, text) => {
    expect(isApiKeyForm(text)).toBe(false);
  });

  it.each([`?api_key=${key}`, `Bearer ${key}`, key, `a=${key}&b=1`, `{"key":"${key}"}`, `/x/${key}/y`])(
    'is found standing alone: %s',
    (text) => {
      expect(findApiKey(text)).toBe(key);
    },
  );

  it.each([`${key}A`, `a${key}`, `${key}0`, key.toLowerCase()])('is not found in a longer word: %s', (text) => {
    expect(findApiKey(text)).toBeUndefined();
  });
});

describe('a signed token', () => {
  it.each([
    ['alone', token],
    ['as a value', `?token=${token}`],
    ['among others', `/embed?a=b.c&token=${token}&x=1`],
    ['behind another', `${part({ sub: 'x' })}.${signature}x ${token}`],
    ['behind a file name', `/a.js?x=${token}`],
  ])('is found %s', (_where, text) => {
    expect(findSignedToken(text)).toBe(token);
  });

  it('is found however its JSON is spaced, and with a kid in capitals', () => {
    const spaced = Buffer.from(`  { "exp": 1, "kid": "${kid.toUpperCase()}" }`).toString('base64url');
    expect(findSignedToken(`${spaced}.${signature}`)).toBe(`${spaced}.${signature}`);
  });

  it.each([
    ['nothing', ''],
    ['a payload without kid', `${part({ exp: 1, note: 'long enough' })}.${signature}`],
    ['a payload without exp', `${part({ kid })}.${signature}`],
    ['a kid that is no UUID', `${part({ kid: 'sig_1', exp: 1 })}.${signature}`],
    ['a payload that is a list', `${part([{ kid, exp: 1 }])}.${signature}`],
    ['a payload that is no JSON', `${Buffer.from(`"kid"${kid}`).toString('base64url')}.${signature}`],
    ['a shorter signature', token.slice(0, -1)],
    ['a longer signature', `${token}x`],
    ['a host name', `${'a'.repeat(40)}.${'b'.repeat(43)}`],
  ])('is not found in %s', (_where, text) => {
    expect(findSignedToken(text)).toBeUndefined();
  });

  it.each([
    ['payloads', `${'a'.repeat(30)}.`.repeat(30_000)],
    ['signatures', `.${signature}`.repeat(20_000)],
    ['one payload without end', `${'a'.repeat(1_000_000)}.${signature}`],
    ['upper-case letters', 'A'.repeat(43).concat(' ').repeat(20_000)],
  ])('is looked for in a time that grows with the text, not with its square: %s', (_what, text) => {
    expect(findSignedToken(text)).toBeUndefined();
    expect(findApiKey(text)).toBeUndefined();
  });
});

describe('what a log leaves of them', () => {
  const redact = (text: string): string => text.replace(credentialLikePattern, '…');

  it.each([
    [key, '…'],
    [`x-api-key: ${key}, z`, 'x-api-key: …, z'],
    [`${key}APPENDED`, '…'],
    [`a=${key}&b`, 'a=…&b'],
    [token, `${part({ kid, exp: 1 })}…`],
    [kid, kid],
    [key.slice(0, 8), key.slice(0, 8)],
  ])('%s becomes %s', (text, left) => {
    expect(redact(text)).toBe(left);
  });
});
