import { crc32 as crc32OfZlib } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base62Alphabet } from './base62.ts';
import { crc32, credentialChecksum } from './credential-checksum.ts';
import {
  credentialClassOf,
  credentialForms,
  credentialLikePattern,
  findCredentials,
  isWellFormed,
  type OpaqueClass,
} from './credential-forms.ts';

const base62Letter = fc.constantFrom(...base62Alphabet.split(''));
const body = fc.string({ unit: base62Letter, minLength: 32, maxLength: 32 });
const classes: OpaqueClass[] = [
  'owner_key',
  'embed_token',
  'client_token',
  'embed_ticket',
  'dashboard_session',
  'member_link',
];
const credentialClass = fc.constantFrom(...classes);

// Made here and valid nowhere: no installation has them.
const body32 = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

function credentialOf(form: OpaqueClass, random: string = body32): string {
  const start = credentialForms[form] + random;
  return start + credentialChecksum(start);
}

describe('the checksum', () => {
  it('is the CRC-32 that zlib computes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
        expect(crc32(text)).toBe(crc32OfZlib(text));
      }),
    );
  });

  it('has the check value of the standard', () => {
    expect(crc32('123456789')).toBe(0xcbf43926);
  });

  // Computed once with Python's zlib.
  it.each([
    ['mk_', '0Js7To'],
    ['mtok_', '0qM8WN'],
    ['wk_pub_', '2aofRt'],
    ['mtkt_', '2PiSyD'],
    ['mdsh_', '3DpGUH'],
    ['mlnk_', '23bYGD'],
  ])('covers the prefix: %s and the same 32 characters end in %s', (prefix, checksum) => {
    expect(credentialChecksum(prefix + body32)).toBe(checksum);
  });
});

describe('a well-formed credential', () => {
  it.each([
    ['owner_key', /^mk_[0-9A-Za-z]{38}$/],
    ['embed_token', /^mtok_[0-9A-Za-z]{38}$/],
    ['client_token', /^wk_pub_[0-9A-Za-z]{38}$/],
    ['embed_ticket', /^mtkt_[0-9A-Za-z]{38}$/],
    ['dashboard_session', /^mdsh_[0-9A-Za-z]{38}$/],
    ['member_link', /^mlnk_[0-9A-Za-z]{38}$/],
  ] as const)('of class %s is told by its prefix (M5, M9)', (form, pattern) => {
    expect(credentialOf(form)).toMatch(pattern);
    expect(credentialClassOf(credentialOf(form))).toBe(form);
  });

  it('is recognized whatever its random part is', () => {
    fc.assert(
      fc.property(credentialClass, body, (form, random) => {
        expect(credentialClassOf(credentialOf(form, random))).toBe(form);
      }),
    );
  });

  it('is of one class only: none passes for another (K19)', () => {
    for (const form of classes) {
      expect(classes.filter((other) => isWellFormed(other, credentialOf(form)))).toEqual([form]);
    }
  });

  it('does not become one of another class when its prefix is exchanged', () => {
    for (const form of classes) {
      const rest = credentialOf(form).slice(credentialForms[form].length);
      for (const other of classes.filter((candidate) => candidate !== form)) {
        expect(credentialClassOf(credentialForms[other] + rest)).toBeUndefined();
      }
    }
  });

  it('is refused with any one character changed, at every place', () => {
    for (const form of classes) {
      const credential = credentialOf(form);
      const changed = credential.split('').flatMap((letter, at) =>
        `${base62Alphabet}_- `
          .split('')
          .filter((other) => other !== letter)
          .map((other) => credential.slice(0, at) + other + credential.slice(at + 1)),
      );
      expect(changed.length).toBeGreaterThan(2000);
      expect(changed.filter((text) => credentialClassOf(text) !== undefined)).toEqual([]);
    }
  });

  it('is refused with two neighbors exchanged', () => {
    const credential = credentialOf('embed_token');
    for (let at = 0; at + 1 < credential.length; at++) {
      const [left, right] = [credential.charAt(at), credential.charAt(at + 1)];
      if (left === right) continue;
      expect(credentialClassOf(credential.slice(0, at) + right + left + credential.slice(at + 2))).toBeUndefined();
    }
  });

  const whole = credentialOf('embed_token');
  it.each([
    ['nothing', ''],
    ['the prefix alone', 'mtok_'],
    ['the last character cut off', whole.slice(0, -1)],
    ['a character more', `${whole}0`],
    ['a line feed behind it', `${whole}\n`],
    ['a space before it', ` ${whole}`],
    ['other case', whole.toUpperCase()],
    ['its scheme', `Bearer ${whole}`],
    ['an unknown prefix', `xk_${whole.slice('mtok_'.length)}`],
    ['a longer one, its checksum right', `mtok_${body32}0${credentialChecksum(`mtok_${body32}0`)}`],
    ['a shorter one, its checksum right', `mtok_${body32.slice(1)}${credentialChecksum(`mtok_${body32.slice(1)}`)}`],
    ['one in another, its checksum right', `mtok_-mtok_${body32}${credentialChecksum(`mtok_-mtok_${body32}`)}`],
    ['full-width letters', whole.replace('mtok', 'ｍｔｏｋ')],
    ['a letter outside of base62', whole.replace('0123', '012é')],
  ])('is not: %s', (_what, text) => {
    expect(credentialClassOf(text)).toBeUndefined();
  });
});

describe('a search in a text', () => {
  const token = credentialOf('embed_token');
  const key = credentialOf('owner_key');

  it.each([
    ['a log line', `request with ${token} refused`],
    ['JSON', JSON.stringify({ token })],
    ['a query', `/api/tools/x/run?embed=1&anything=${token}&z=1`],
    ['a word', `xx${token}`],
    ['appended letters', `${token}abcdef`],
  ])('finds a credential in %s (K50)', (_where, text) => {
    expect(findCredentials(text)).toEqual([token]);
  });

  it('finds all of them, in their order, of every class (K50)', () => {
    const all = classes.map((form) => credentialOf(form));
    expect(findCredentials(all.join(' and '))).toEqual(all);
    expect(findCredentials(all.join(''))).toEqual(all);
  });

  it('finds one whose first letters belong to something that only looks like another', () => {
    expect(findCredentials(`mk_${'a'.repeat(34)}${token}`)).toEqual([token]);
    fc.assert(
      fc.property(fc.nat({ max: 38 }), (length) => {
        const decoy = `wk_pub_${'0'.repeat(length)}`;
        expect(findCredentials(decoy + key)).toContain(key);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a text without an underscore', 'mtok0123456789'],
    ['a wrong checksum', `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`],
    ['one that was cut off', token.slice(0, -1)],
    ['ids', 'etok_0123456789ABCDEFGHIJKL ownk_0123456789ABCDEFGHIJKL'],
  ])('finds nothing in %s', (_what, text) => {
    expect(findCredentials(text)).toEqual([]);
  });

  it('answers the same when it is asked again', () => {
    expect(findCredentials(token)).toEqual([token]);
    expect(findCredentials(token)).toEqual([token]);
  });
});

function redact(text: string): string {
  return text.replace(credentialLikePattern, '…');
}

describe('what looks like a credential', () => {
  const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ2aXNfMSJ9.c2lnbmF0dXJl';

  it.each([
    ['one with a wrong checksum', `mtok_${'0'.repeat(38)}`, 'mtok_…'],
    ['one that was cut off', 'a mk_01234567 b', 'a mk_… b'],
    ['one that something was appended to', `wk_pub_${'0'.repeat(60)}.`, 'wk_pub_….'],
    ['a ticket', `"mtkt_${'0'.repeat(38)}"`, '"mtkt_…"'],
    ['a secret that signs calls', '"whsec_MfKQ9r8G+YqrTwjUPD8/ILPZIo2LaLaS="', '"whsec_…"'],
    ['a JWT, but for its header', `Bearer ${jwt}!`, 'Bearer eyJhbGciOiJFZERTQSJ9…!'],
    ['a JWT behind something like its header', `eyJhbGciOiJFZERTQSJ9.${jwt}`, 'eyJhbGciOiJFZERTQSJ9…'],
  ])('is %s', (_what, text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  it.each([
    'mk_short',
    'task_mk',
    'eyJ.eyJ.x',
    'www.example.com',
    'etok_0123456789ABCDEFGHIJKL',
    'req_0123456789ABCDEFGHIJKL',
  ])('is not %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  // Quadratic searching takes minutes for this; the limit is the test's own timeout.
  it('is looked for in a time that grows with the text, not with its square', () => {
    const text = 'eyJ'.repeat(500_000);
    expect(redact(text)).toBe(text);
    expect(redact('eyJabcdefgh.'.repeat(100_000)).length).toBeLessThan(100);
  });
});
