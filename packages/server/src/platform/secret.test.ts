// oxlint-disable typescript/restrict-template-expressions, typescript/no-misused-spread -- printing one by mistake is the test
import { createHash } from 'node:crypto';
import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { equalSecrets, hashSecret, Secret } from './secret.ts';

const value = 'correct-horse-battery-staple';
const secret = new Secret(value);

describe('a secret', () => {
  it('is revealed to whoever asks for it by name', () => {
    expect(secret.reveal()).toBe(value);
  });

  it.each<[string, () => string]>([
    ['a template', () => `${secret}`],
    ['String()', () => String(secret)],
    ['a join', () => ['a', secret].join(' ')],
    ['JSON', () => JSON.stringify({ nested: [secret] })],
    ['inspect', () => inspect(secret)],
    ['inspect of everything', () => inspect({ deep: { secret } }, { showHidden: true, depth: null })],
    ['inspect without custom functions', () => inspect(secret, { customInspect: false, showHidden: true })],
    ['format %s', () => format('%s', secret)],
    ['format %o', () => format('%o', secret)],
    ['format %j', () => format('%j', secret)],
    ['an error', () => inspect(new Error(`no ${secret}`, { cause: secret }))],
    ['its keys and values', () => JSON.stringify([Reflect.ownKeys(secret), Object.entries({ ...secret })])],
    ['a structured clone', () => inspect(structuredClone({ secret: { ...secret } }))],
  ])('does not print in %s', (_where, print) => {
    expect(print()).not.toContain(value);
  });

  it('says in print that it is one', () => {
    expect([`${secret}`, JSON.stringify(secret), inspect(secret)]).toEqual(['[secret]', '"[secret]"', '[secret]']);
  });
});

describe('the hash of a secret', () => {
  it('is its SHA-256, 32 bytes', () => {
    expect(hashSecret('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(hashSecret(value)).toEqual(createHash('sha256').update(value).digest());
  });
});

describe('equal secrets', () => {
  it.each([
    ['abc', 'abc', true],
    ['', '', true],
    ['abc', 'abd', false],
    ['abc', 'abcd', false],
    ['abc', 'ABC', false],
    ['abc', '', false],
    ['é', 'e\u0301', false],
  ])('%j and %j: %s, whatever their lengths', (left, right, equal) => {
    expect(equalSecrets(left, right)).toBe(equal);
  });
});
