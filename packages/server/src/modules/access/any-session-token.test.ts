import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../platform/app-error.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createSessionTokens } from './session-tokens.ts';

const issuer = 'https://apps.example.test';
const kid = `sig_${'0'.repeat(22)}`;
const own = generateKeyPairSync('ed25519');
const foreign = generateKeyPairSync('ed25519');
const clock = createFakeClock();
const tokens = createSessionTokens({
  clock,
  issuer,
  keyring: {
    current: async () => ({ kid, privateKey: own.privateKey }),
    find: async (asked) => (asked === kid ? own.publicKey : undefined),
    findUnrevoked: async () => undefined,
    published: async () => [],
  },
});

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const header = { alg: 'EdDSA', kid, typ: 'microapp-session+jwt' };
const now = Math.floor(clock.now() / 1000);
const claims = {
  iss: issuer,
  aud: 'microapp:embed',
  sub: 'vis_1',
  jti: 'ses_1',
  iat: now,
  exp: now + 300,
  auth_time: now,
  owner: 'own_1',
  workspace: 'ws_1',
  apps: ['loan-calculator'],
  permissions: ['tool:run'],
  environment: 'production',
  origin: 'https://shop.example',
  cred: { class: 'client_token', id: 'ctok_1', version: 1 },
};

function signed(headerText: string, payloadText: string, key = own.privateKey): string {
  const input = `${base64url(headerText)}.${base64url(payloadText)}`;
  return `${input}.${signBytes(null, Buffer.from(input), key).toString('base64url')}`;
}

const good = signed(JSON.stringify(header), JSON.stringify(claims));

/** What becomes of a token: its claims, or the refusal; anything else that is thrown is a bug and stays loud. */
async function outcomeOf(token: string): Promise<'accepted' | 'refused'> {
  try {
    await tokens.verifyIgnoringExpiry(token);
    return 'accepted';
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_token') return 'refused';
    throw error;
  }
}

const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String());
const base64urlLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');
const base64urlLetter = fc.constantFrom(...base64urlLetters);

describe('a session token, whatever is sent in its place', () => {
  it('is accepted as it was signed', async () => {
    expect(await outcomeOf(good)).toBe('accepted');
  });

  it('is refused and nothing else when it is any text, or any three parts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          anyText,
          fc.array(anyText).map((parts) => parts.join('.')),
        ),
        async (text) => {
          expect(await outcomeOf(text)).toBe('refused');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is refused when its parts decode to any JSON that we did not sign (H30)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.json(), async (headerText, payloadText) => {
        expect(await outcomeOf(signed(headerText, payloadText, foreign.privateKey))).toBe('refused');
        expect(await outcomeOf(signed(JSON.stringify(header), payloadText, foreign.privateKey))).toBe('refused');
      }),
    );
  });

  it('is refused when we signed it and it says anything else than a session says (H30)', async () => {
    const field = fc.constantFrom(...Object.keys(claims).filter((name) => name !== 'iat'));
    await fc.assert(
      fc.asyncProperty(field, fc.jsonValue(), async (name, value) => {
        // Texts and lists of texts are what most of them are: those are another session's and not malformed.
        const isPlausible = [value].flat().every((part) => typeof part === 'string') || typeof value === 'number';
        fc.pre(!isPlausible);
        const text = JSON.stringify({ ...claims, [name]: value });
        expect(await outcomeOf(signed(JSON.stringify(header), text))).toBe('refused');
      }),
    );
  });

  it('is refused with any one letter changed, left out or put in, the unused bits of the last one included (H30)', async () => {
    const at = fc.nat({ max: good.length - 1 });
    await fc.assert(
      fc.asyncProperty(at, base64urlLetter, fc.constantFrom(0, 1), async (place, letter, replaced) => {
        const changed = good.slice(0, place) + letter + good.slice(place + replaced);
        fc.pre(changed !== good);
        expect(await outcomeOf(changed)).toBe('refused');
      }),
      { numRuns: 1000 },
    );
    const respelled = base64urlLetters.map((letter) => good.slice(0, -1) + letter).filter((token) => token !== good);
    expect(await Promise.all(respelled.map(outcomeOf))).toEqual(respelled.map(() => 'refused'));
  });

  it.each([
    ['padding', `${good}=`],
    ['a fourth part', `${good}.`],
    ['a space before it', ` ${good}`],
    ['a line feed behind it', `${good}\n`],
    ['the other alphabet', `${good.slice(0, -1)}+`],
    ['no signature', good.slice(0, good.lastIndexOf('.') + 1)],
  ])('is refused with %s (H30)', async (_, token) => {
    expect(await outcomeOf(token)).toBe('refused');
  });
});
