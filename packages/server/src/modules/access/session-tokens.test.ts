import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../platform/app-error.ts';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import type { Keyring } from '../signing-keys/index.ts';
import { createSessionTokens, type SessionTokens } from './session-tokens.ts';

/** These tokens are signed with the right key: each is wrong in one other way only. */
const issuer = 'https://apps.example.test';
const kid = `sig_${'0'.repeat(22)}`;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const goodHeader = { alg: 'EdDSA', kid, typ: 'microapp-session+jwt' };

let clock: FakeClock;
let tokens: SessionTokens;
let lookUps: string[];
let isPublished: boolean;

beforeEach(() => {
  clock = createFakeClock();
  lookUps = [];
  isPublished = true;
  const keyring: Keyring = {
    current: async () => ({ kid, privateKey }),
    find: async (asked) => {
      lookUps.push(asked);
      return isPublished && asked === kid ? publicKey : undefined;
    },
    published: async () => [],
    // A session does not outlive its key, so it may not be asked for.
    findUnrevoked: async () => publicKey,
  };
  tokens = createSessionTokens({ clock, keyring, issuer });
});

function goodClaims(): Record<string, unknown> {
  const now = Math.floor(clock.now() / 1000);
  return {
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
}

function sign(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT({ ...goodClaims(), ...claims }).setProtectedHeader({ ...goodHeader, ...header }).sign(privateKey);
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function expectInvalid(token: string): Promise<AppError> {
  const error: unknown = await tokens.verifyIgnoringExpiry(token).catch((thrown: unknown) => thrown);
  if (!(error instanceof AppError)) throw new Error('The token was accepted.', { cause: error });
  expect(error).toMatchObject({ code: 'invalid_token', hint: undefined });
  return error;
}

it('a session that we signed is read', async () => {
  expect(await tokens.verifyIgnoringExpiry(await sign())).toMatchObject({
    workspace: 'ws_1',
    cred: { id: 'ctok_1', version: 1 },
  });
});

describe('signed with our own key', () => {
  it.each<[string, Record<string, unknown>]>([
    ['another audience of ours', { aud: 'microapp:url' }],
    ['another audience', { aud: 'https://shop.example' }],
    ['no audience', { aud: undefined }],
    ['another issuer', { iss: 'https://apps.example.test.evil.test' }],
    ['the issuer with a slash', { iss: `${issuer}/` }],
    ['no issuer', { iss: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is text', { exp: '4102444800' }],
    ['an expiry with a fraction', { exp: 4_102_444_800.5 }],
    ['a beginning in the future', { nbf: 4_102_444_800 }],
    ['no workspace', { workspace: undefined }],
    ['a list of workspaces', { workspace: ['ws_1', 'ws_2'] }],
    ['no credential', { cred: undefined }],
    ["a credential that is no embed's", { cred: { class: 'owner_key', id: 'ownk_1', version: 1 } }],
    ['a credential without its version', { cred: { class: 'client_token', id: 'ctok_1' } }],
    ['a permission that does not exist', { permissions: ['everything'] }],
    ['apps that are no list', { apps: '*' }],
    ['no origin', { origin: undefined }],
    ['no time of the first redeem', { auth_time: undefined }],
  ])('a token with %s is no session (H30, H62)', async (_, claims) => {
    await expectInvalid(await sign(claims));
  });

  it.each<[string, Record<string, unknown>]>([
    ['another type', { typ: 'JWT' }],
    ['the type of a URL token', { typ: 'microapp-url+jwt' }],
    ['no type', { typ: undefined }],
    ['a key of its own', { jwk: publicKey.export({ format: 'jwk' }) }],
    ['an address for keys', { jku: 'https://evil.test/jwks.json' }],
    ['an address for a certificate', { x5u: 'https://evil.test/cert.pem' }],
    ['a certificate', { x5c: ['MIIB'] }],
    ['an extra name', { cty: 'JWT' }],
    ['no key id', { kid: undefined }],
    ['an unknown key id', { kid: `sig_${'1'.repeat(22)}` }],
    ['a key id that is a path', { kid: '../../../../dev/null' }],
    ['a key id that is a query', { kid: "sig_' or '1'='1" }],
    ['an empty key id', { kid: '' }],
  ])('a header with %s is refused (H30)', async (_, header) => {
    await expectInvalid(await sign({}, header));
  });

  it.each([{ crit: ['exp'], exp: 4_102_444_800 }, { crit: ['b64'], b64: true }, { crit: [] }])(
    'a header with the critical extension %o is refused (H30)',
    async (extension) => {
      const signed = `${part({ ...goodHeader, ...extension })}.${part(goodClaims())}`;
      const signature = signBytes(null, Buffer.from(signed), privateKey).toString('base64url');
      await expectInvalid(`${signed}.${signature}`);
    },
  );
});

it('an expired token still says whose it was, so that the refusal can be told to its owner', async () => {
  const [used, unused] = [await sign(), await sign({ jti: 'ses_2' })];
  const claims = await tokens.verifyIgnoringExpiry(used);
  clock.advance(600_000);
  expect(await tokens.verifyIgnoringExpiry(used)).toEqual(claims);
  expect(await tokens.verifyIgnoringExpiry(unused)).toEqual({ ...claims, jti: 'ses_2' });
  await expectInvalid(await sign({ iss: 'https://elsewhere.example.test' }));
});

it('a signature is checked once, and what failed is never remembered as good', async () => {
  const token = await sign();
  const claims = await tokens.verifyIgnoringExpiry(token);
  // Another reading would be equal, and another object.
  expect(await tokens.verifyIgnoringExpiry(token)).toBe(claims);
  const tampered = `${token.slice(0, -4)}AAAA`;
  await expectInvalid(tampered);
  await expectInvalid(tampered);
});

it('a session that was verified before is refused as soon as the key that signed it is retired', async () => {
  const token = await sign();
  await tokens.verifyIgnoringExpiry(token);
  isPublished = false;
  expect((await expectInvalid(token)).reason).toBe('session_key_unknown');
  isPublished = true;
  await tokens.verifyIgnoringExpiry(token);
});

it('an endless token costs no look-up', async () => {
  await expectInvalid(await sign({ sub: 'v'.repeat(8192) }));
  expect(lookUps).toEqual([]);
});
