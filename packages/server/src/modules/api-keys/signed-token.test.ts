import { createHmac, createSecretKey } from 'node:crypto';
import { apiKeyAlphabet, apiKeyLength, signedTokenLengthMax } from '@microapp/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newUuid, randomText, systemRandom } from '../../platform/random.ts';
import shown from './fixtures/signed-tokens.json' with { type: 'json' };
import { isSignatureOf, parseUnverifiedSignedToken, signToken } from './signed-token.ts';

const secret = randomText(systemRandom, apiKeyAlphabet, apiKeyLength);
const key = createSecretKey(Buffer.from(secret));
const kid = newUuid(systemRandom);
const payload = { kid, exp: 1_900_000_000, scope: 'readonly', apps: ['my-app'] } as const;
const token = signToken(key, { ...payload, apps: [...payload.apps] });

/** Signs any text as a holder could, whatever it says. */
function signedText(text: string): string {
  const part = Buffer.from(text).toString('base64url');
  return `${part}.${createHmac('sha256', secret).update(part).digest('base64url')}`;
}

const signed = (value: unknown): string => signedText(JSON.stringify(value));

/** What a door makes of a token: the payload when its form is right and the key signed it. */
function accepted(text: string): unknown {
  const parsed = parseUnverifiedSignedToken(text);
  return parsed !== undefined && isSignatureOf(key, parsed) ? parsed.payload : undefined;
}

describe('a signed token', () => {
  const shownKey = createSecretKey(Buffer.from(shown.key));

  it.each(shown.vectors)(
    'is made and read as it was published, byte for byte: $payload (U34, U35, U45, U76)',
    (vector) => {
      const whole = { kid: shown.keyId, ...vector.payload, scope: 'readonly' as const };
      expect(signToken(shownKey, whole)).toBe(vector.token);
      const parsed = parseUnverifiedSignedToken(vector.token);
      expect(parsed?.payload).toEqual(whole);
      expect(parsed !== undefined && isSignatureOf(shownKey, parsed)).toBe(true);
      expect(parsed !== undefined && isSignatureOf(key, parsed)).toBe(false);
    },
  );

  it.each<[string, unknown]>([
    ['without kid', { ...payload, kid: undefined }],
    ['with a kid that is no UUID', { ...payload, kid: 'k1' }],
    ['with a kid in capitals', { ...payload, kid: kid.toUpperCase() }],
    ['without exp', { ...payload, exp: undefined }],
    ['with exp as text', { ...payload, exp: '1900000000' }],
    ['with exp as a fraction', { ...payload, exp: 1_900_000_000.5 }],
    ['with exp before 1970', { ...payload, exp: -1 }],
    ['with exp zero', { ...payload, exp: 0 }],
    ['with exp null', { ...payload, exp: null }],
    ['with exp in a list', { ...payload, exp: [1_900_000_000] }],
    ['without scope', { ...payload, scope: undefined }],
    ['with a scope that there is not', { ...payload, scope: 'admin' }],
    ['with several scopes', { ...payload, scope: ['readonly'] }],
    ['without apps', { ...payload, apps: undefined }],
    ['with apps as text', { ...payload, apps: 'my-app' }],
    ['with an app that is no text', { ...payload, apps: [1] }],
    ['with an app without a name', { ...payload, apps: [''] }],
    ['with more apps than a key can have', { ...payload, apps: Array.from({ length: 101 }, () => 'a') }],
    ['with sid null', { ...payload, sid: null }],
    ['with an empty sid', { ...payload, sid: '' }],
    ['with several sids', { ...payload, sid: ['a'] }],
    ['with a time to begin', { ...payload, nbf: 1 }],
    ['with a field that we do not know', { ...payload, admin: true }],
    ['that is a list', [payload]],
    ['that is a text', 'payload'],
    ['that is null', null],
  ])('%s is refused although its key signed it (U35, U36, U37, U38, U62)', (_what, value) => {
    expect(accepted(signed(value))).toBeUndefined();
  });

  it.each([
    ['exp without end', `{"kid":"${kid}","exp":1e999,"scope":"readonly","apps":["my-app"]}`],
    ['a prototype', `{"kid":"${kid}","exp":1900000000,"scope":"readonly","apps":["my-app"],"__proto__":{"sid":"x"}}`],
    ['JSON with something behind it', `${JSON.stringify(payload)}x`],
    ['no JSON', 'kid=1'],
    ['nothing', ''],
  ])('of %s is refused although its key signed it (U62)', (_what, text) => {
    expect(accepted(signedText(text))).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['a dot', '.'],
    ['one part', token.replace('.', '')],
    ['the payload alone', token.split('.')[0] ?? ''],
    ['the payload and a dot', `${token.split('.')[0]}.`],
    ['three parts', `${token}.${token.split('.')[1]}`],
    ['padding behind the signature', `${token}=`],
    ['padding behind the payload', token.replace('.', '=.')],
    ['a space before it', ` ${token}`],
    ['a line feed behind it', `${token}\n`],
    ['a scheme', `Bearer ${token}`],
    ['a signature that was cut off', token.slice(0, -1)],
    ['a signature with a character more', `${token}A`],
    ['a signature of another hash', `${token.split('.')[0]}.${'A'.repeat(86)}`],
    ['an empty signature', `${token.split('.')[0]}.${'A'.repeat(43)}`],
  ])('in the form of %s is refused (U45, U62, U79)', (_what, text) => {
    expect(accepted(text)).toBeUndefined();
  });

  it('of 2048 characters is the longest that is read', () => {
    const sized = (length: number): string => {
      const apps = Array.from({ length: 30 }, (_, index) => `app-${String(index).padStart(2, '0')}-${'x'.repeat(32)}`);
      for (let size = 1; size < 200; size++) {
        const made = signed({ ...payload, apps, sid: 's'.repeat(size) });
        if (made.length >= length) return made;
      }
      throw new Error('no such length');
    };
    expect(accepted(sized(signedTokenLengthMax - 3))).toBeDefined();
    expect(accepted(sized(signedTokenLengthMax + 1))).toBeUndefined();
  });

  it('has one spelling: whatever else decodes to the same bytes is refused (U45, U65)', () => {
    const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = base64url.indexOf(token.at(-1) ?? '');
    // 43 characters carry 258 bits for 256: the last two bits of the last one mean nothing.
    for (const bits of [1, 2, 3]) {
      const other = token.slice(0, -1) + base64url.charAt(last ^ bits);
      expect(Buffer.from(other.split('.')[1] ?? '', 'base64url')).toEqual(
        Buffer.from(token.split('.')[1] ?? '', 'base64url'),
      );
      expect(accepted(other)).toBeUndefined();
    }
    // A payload with spare bits, signed in its second spelling by the key itself.
    const spare = ['a', 'ab', 'abc'].map((app) => Buffer.from(JSON.stringify({ ...payload, apps: [app] })));
    for (const bytes of spare.filter(({ length }) => length % 3 !== 0)) {
      const canonical = bytes.toString('base64url');
      const end = base64url.indexOf(canonical.at(-1) ?? '');
      const part = canonical.slice(0, -1) + base64url.charAt(end ^ 1);
      expect(Buffer.from(part, 'base64url')).toEqual(bytes);
      expect(accepted(`${part}.${createHmac('sha256', secret).update(part).digest('base64url')}`)).toBeUndefined();
    }
  });

  it('with any one character changed is refused (U43, U65)', () => {
    for (let at = 0; at < token.length; at++) {
      for (const other of ['A', 'b', '0', '-', '_', '.', '=', '+', '/', ' ']) {
        if (token[at] === other) continue;
        expect(accepted(token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
      }
    }
  });

  it('says what its holder signed, whatever that was', () => {
    const holders = fc.record(
      {
        kid: fc.constant(kid),
        exp: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        scope: fc.constantFrom('readonly' as const, 'interactive' as const),
        apps: fc.array(fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom('a', 'b', '-') }), {
          maxLength: 10,
        }),
        sid: fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom('a', '"', 'é', '漢', '😀') }),
      },
      { requiredKeys: ['kid', 'exp', 'scope', 'apps'] },
    );
    fc.assert(
      fc.property(holders, (wanted) => {
        expect(accepted(signToken(key, wanted))).toEqual(wanted);
      }),
    );
  });

  it('is none that says anything else, and reading any text never throws', () => {
    fc.assert(fc.property(fc.json(), (text) => accepted(signedText(text)) === undefined));
    const anyBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    fc.assert(fc.property(anyBytes, (text) => accepted(text) === undefined));
    fc.assert(fc.property(anyBytes, (text) => accepted(signedText(text)) === undefined));
  });

  it('without a good signature says nothing, whatever stands in it', () => {
    const parts = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/);
    fc.assert(
      fc.property(parts, (signature) => {
        fc.pre(!token.endsWith(signature));
        expect(accepted(`${token.split('.')[0]}.${signature}`)).toBeUndefined();
      }),
    );
  });
});
