import {
  apiKeyAlphabet,
  base62Alphabet,
  credentialClassOf,
  idBodyLength,
  idPrefixes,
  type IdNoun,
} from '@microapp/contract';
import { describe, expect, it } from 'vitest';
import { freshCredential } from './credential.ts';
import { newId, newUuid, randomBase62, randomText, systemRandom, type Random } from './random.ts';
import { hashSecret } from './secret.ts';

/** Every byte value in turn, for ever: a source that is uniform without any doubt. */
function everyByteInTurn(): Random {
  let next = 0;
  return { bytes: (count) => Uint8Array.from({ length: count }, () => next++ % 256) };
}

/** How far `text` is from all characters being equally likely; 61 on average for a fair source. */
function chiSquare(text: string): number {
  const expected = text.length / base62Alphabet.length;
  return base62Alphabet
    .split('')
    .map((letter) => (text.split(letter).length - 1 - expected) ** 2 / expected)
    .reduce((sum, part) => sum + part, 0);
}

describe('random base62', () => {
  it.each([0, 1, 22, 32, 1000])('has the length that was asked for: %i', (length) => {
    expect(randomBase62(systemRandom, length)).toMatch(new RegExp(`^[0-9A-Za-z]{${length}}$`));
  });

  it('favors no character: from uniform bytes each comes equally often, to the letter', () => {
    // 248 of 256 bytes are used, so this many letters take 1,000 whole rounds of the source (and 8 bytes of spare).
    const text = randomBase62(everyByteInTurn(), 62 * 4 * 1000);
    expect(chiSquare(text)).toBe(0);
  });

  it('favors no character with the real source', () => {
    // 61 degrees of freedom: a fair source is above 150 once in a hundred million runs, `byte % 62` is at some 2,000.
    expect(chiSquare(randomBase62(systemRandom, 300_000))).toBeLessThan(150);
  });

  it('passes over the bytes that would favor the first characters', () => {
    const bytes = [248, 255, 0, 250, 61, 62, 247];
    const source: Random = { bytes: (count) => Uint8Array.from({ length: count }, () => bytes.shift() ?? 1) };
    expect(randomBase62(source, 4)).toBe('0z0z');
  });

  it('asks again when too many bytes had to be passed over', () => {
    let asked = 0;
    const source: Random = { bytes: (count) => new Uint8Array(count).fill(asked++ < 3 ? 255 : 10) };
    expect(randomBase62(source, 5)).toBe('AAAAA');
    expect(asked).toBe(4);
  });
});

describe('random text of another alphabet', () => {
  it('favors no character either: from uniform bytes each comes equally often', () => {
    // 252 of 256 bytes are used.
    const text = randomText(everyByteInTurn(), apiKeyAlphabet, 36 * 7 * 100);
    const counts = apiKeyAlphabet.split('').map((letter) => text.split(letter).length - 1);
    expect(new Set(counts)).toEqual(new Set([700]));
  });

  it('passes over the bytes that would favor the first characters', () => {
    const bytes = [252, 255, 0, 251, 253, 35];
    const source: Random = { bytes: (count) => Uint8Array.from({ length: count }, () => bytes.shift() ?? 1) };
    expect(randomText(source, apiKeyAlphabet, 3)).toBe('A99');
  });
});

describe('a fresh UUID', () => {
  it.each([0x00, 0xff])('says its version and variant, whatever the bytes: %i', (byte) => {
    const uuid = newUuid({ bytes: (count) => new Uint8Array(count).fill(byte) });
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuid.replace(/-(4|[89ab])/g, '-').replaceAll(/[-0f]/g, '')).toBe('');
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => newUuid(systemRandom))).size).toBe(1000);
  });
});

describe('a fresh id', () => {
  it.each(Object.entries(idPrefixes) as [IdNoun, string][])('of %s begins with %s_', (noun, prefix) => {
    expect(newId(systemRandom, noun)).toMatch(new RegExp(`^${prefix}_[0-9A-Za-z]{${idBodyLength}}$`));
  });

  it('is another one each time', () => {
    const ids = Array.from({ length: 1000 }, () => newId(systemRandom, 'run'));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a fresh credential', () => {
  it.each(['owner_key', 'embed_token', 'client_token', 'embed_ticket'] as const)(
    'of class %s is well-formed and comes with the hash that is stored',
    (credentialClass) => {
      const { secret, hash } = freshCredential(systemRandom, credentialClass);
      expect(credentialClassOf(secret.reveal())).toBe(credentialClass);
      expect(hash).toEqual(hashSecret(secret.reveal()));
    },
  );

  it('is another one each time', () => {
    const first = freshCredential(systemRandom, 'owner_key');
    const second = freshCredential(systemRandom, 'owner_key');
    expect(first.secret.reveal()).not.toBe(second.secret.reveal());
  });
});
