import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { AppError } from '../app-error.ts';
import type { Fetch } from './fetch-json.ts';
import { createProviderKeys, type ProviderKeys } from './provider-keys.ts';

const issuer = 'https://login.example.com/realm/';
const discoveryAddress = 'https://login.example.com/realm/.well-known/openid-configuration';
const keysAddress = 'https://keys.example.com/jwks?tenant=us';

let first: JWK;
let second: JWK;
let clock: FakeClock;
/** Answers in the provider's place; a test puts its own answers here. */
let answers: Record<string, (signal: AbortSignal) => Promise<Response>>;
let asked: string[];
let warnings: { err: unknown; failures: number }[];
let keys: ProviderKeys;

async function publicKey(kid: string): Promise<JWK> {
  const { publicKey: key } = await generateKeyPair('ES256');
  return { ...(await exportJWK(key)), kid, alg: 'ES256', use: 'sig' };
}

const fetch: Fetch = async (address, options) => {
  const { url } = new Request(address);
  asked.push(url);
  const answer = answers[url];
  if (answer === undefined || !options?.signal) throw new TypeError('fetch failed');
  expect(options.redirect).toBe('manual');
  return answer(options.signal);
};

const json =
  (body: unknown, status = 200) =>
  async (): Promise<Response> =>
    Response.json(body, { status });

function serve(...jwks: JWK[]): void {
  answers[discoveryAddress] = json({ issuer, jwks_uri: keysAddress });
  answers[keysAddress] = json({ keys: jwks });
}

/** How often the provider was asked, from the discovery on. */
const rounds = (): number => asked.filter((url) => url === discoveryAddress).length;

async function refusal(): Promise<{ code: string; retryAfter: string | undefined }> {
  const thrown: unknown = await keys.current().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof AppError)) throw new Error('it was not refused');
  return { code: thrown.code, retryAfter: thrown.headers['retry-after'] };
}

beforeAll(async () => {
  first = await publicKey('first');
  second = await publicKey('second');
});

beforeEach(() => {
  clock = createFakeClock();
  answers = {};
  asked = [];
  warnings = [];
  const log = {
    info: () => undefined,
    warn: (fields: unknown) => void warnings.push(fields as { err: unknown; failures: number }), // as it logs them
  };
  keys = createProviderKeys({ issuer, fetch, clock, log });
});

describe('the keys of an identity provider', () => {
  it('are not asked for before somebody needs them', () => {
    expect(asked).toEqual([]);
  });

  it('are where the discovery document says, and are asked for once by all who wait', async () => {
    serve(first);
    const [one, ...others] = await Promise.all([keys.current(), keys.current(), keys.current()]);
    expect(asked).toEqual([discoveryAddress, keysAddress]);
    for (const other of others) expect(other).toBe(one);
    await expect(one?.resolve({ alg: 'ES256', kid: 'first' }, { payload: '', signature: '' })).resolves.toBeDefined();
  });

  it('are asked for again after five minutes, and what was verified stays when they are the same', async () => {
    serve(first);
    const before = await keys.current();
    clock.advance(5 * 60_000 - 1);
    expect(await keys.current()).toBe(before);
    expect(rounds()).toBe(1);
    clock.advance(1);
    expect(await keys.current()).toBe(before);
    expect(rounds()).toBe(2);
    clock.advance(5 * 60_000);
    serve(second);
    const after = await keys.current();
    expect(after).not.toBe(before);
    await expect(after.resolve({ alg: 'ES256', kid: 'first' }, { payload: '', signature: '' })).rejects.toThrow(
      /no applicable key/,
    );
  });

  it('stay good for an hour while the provider does not answer, and no longer', async () => {
    serve(first);
    const before = await keys.current();
    answers = {};
    clock.advance(60 * 60_000 - 1);
    expect(await keys.current()).toBe(before);
    clock.advance(1);
    expect(await refusal()).toEqual({ code: 'unavailable', retryAfter: '1' });
  });

  it('are 503 while there are none, with when to come again; each failure in a row puts off the next try', async () => {
    const waits: string[] = [];
    for (let failure = 1; failure <= 7; failure++) {
      const { code, retryAfter = '' } = await refusal();
      expect([code, rounds()]).toEqual(['unavailable', failure]);
      clock.advance(Number(retryAfter) * 1000 - 1);
      await refusal();
      expect(rounds()).toBe(failure);
      clock.advance(1);
      waits.push(retryAfter);
    }
    expect(waits).toEqual(['1', '2', '4', '8', '16', '30', '30']);
    expect(warnings.map(({ failures }) => failures)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('are there at once when the provider answers after failures, which then count no more', async () => {
    await refusal();
    clock.advance(1000);
    await refusal();
    clock.advance(2000);
    serve(first);
    await keys.current();
    answers = {};
    clock.advance(61 * 60_000);
    expect((await refusal()).retryAfter).toBe('1');
  });

  it('are given up after five seconds, both documents together', async () => {
    const never = (signal: AbortSignal): Promise<Response> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    serve(first);
    answers[keysAddress] = never;
    const refused = refusal();
    await expect.poll(() => asked).toContain(keysAddress);
    clock.advance(4999);
    expect(warnings).toEqual([]);
    clock.advance(1);
    expect((await refused).code).toBe('unavailable');
    expect(String(warnings[0]?.err)).toContain('too long');
  });

  it('age from when they were asked for', async () => {
    serve(first);
    const slow = Promise.withResolvers<Response>();
    answers[keysAddress] = () => slow.promise;
    const current = keys.current();
    await expect.poll(() => asked).toContain(keysAddress);
    clock.advance(4000);
    slow.resolve(Response.json({ keys: [first] }));
    await current;
    clock.advance(5 * 60_000 - 4000);
    await keys.current();
    expect(rounds()).toBe(2);
  });

  it('are not waited for by a server that stops', async () => {
    serve(first);
    answers[discoveryAddress] = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const refused = refusal();
    await expect.poll(() => asked).toContain(discoveryAddress);
    keys.close();
    expect((await refused).code).toBe('unavailable');
    expect(warnings).toEqual([]);
    clock.advance(60_000);
    await refusal();
    expect(rounds()).toBe(1);
  });
});

describe('newer keys', () => {
  it('are asked for on sight of an unknown one, at most twice a minute', async () => {
    serve(first);
    const before = await keys.current();
    serve(first, second);
    clock.advance(29_999);
    expect(await keys.newerThan(before)).toBeUndefined();
    expect(rounds()).toBe(1);
    clock.advance(1);
    const [after, same] = await Promise.all([keys.newerThan(before), keys.newerThan(before)]);
    expect(rounds()).toBe(2);
    expect(after).toBe(same);
    expect(after).toBe(await keys.current());
    expect(after).not.toBe(before);
    if (after === undefined) throw new Error('there are none');
    expect(await keys.newerThan(after)).toBeUndefined();
    expect(rounds()).toBe(2);
  });

  it('are none when the provider has the same ones, or does not answer', async () => {
    serve(first);
    const before = await keys.current();
    clock.advance(30_000);
    expect(await keys.newerThan(before)).toBeUndefined();
    expect(rounds()).toBe(2);
    clock.advance(30_000);
    answers = {};
    expect(await keys.newerThan(before)).toBeUndefined();
    expect(await keys.newerThan(before)).toBeUndefined();
    expect(rounds()).toBe(3);
    expect(await keys.current()).toBe(before);
  });
});

describe('what is no answer of the provider', () => {
  it.each<[string, unknown, RegExp]>([
    ['of another issuer', { issuer: 'https://login.example.com/realm', jwks_uri: keysAddress }, /another issuer/],
    ['without an issuer', { jwks_uri: keysAddress }, /no issuer/],
    ['without keys', { issuer }, /no jwks_uri/],
    ['with keys over http', { issuer, jwks_uri: 'http://keys.example.com/jwks' }, /not https/],
    ['with keys on this machine', { issuer, jwks_uri: 'http://127.0.0.1/jwks' }, /not https/],
    ['with keys in a file', { issuer, jwks_uri: 'file:///etc/keys' }, /not https/],
    ['with keys behind a password', { issuer, jwks_uri: 'https://a:b@keys.example.com' }, /not https/],
    ['that is a list', [issuer], /no issuer/],
    ['that is nothing', null, /no issuer/],
  ])('is a discovery document %s', async (_, document, complaint) => {
    answers[discoveryAddress] = json(document);
    expect((await refusal()).code).toBe('unavailable');
    expect(asked).toEqual([discoveryAddress]);
    expect(String(warnings[0]?.err)).toMatch(complaint);
  });

  it.each<[string, unknown]>([
    ['no object', 'keys'],
    ['nothing', null],
    ['an object without keys', {}],
    ['keys that are no list', { keys: 'first' }],
    ['keys that are no objects', { keys: ['first'] }],
  ])('is as key set %s', async (_, body) => {
    serve();
    answers[keysAddress] = json(body);
    expect((await refusal()).code).toBe('unavailable');
    expect(warnings).toHaveLength(1);
  });

  it('is a refusal, with whatever body', async () => {
    serve(first);
    answers[keysAddress] = json({ keys: [first] }, 500);
    expect((await refusal()).code).toBe('unavailable');
    expect(String(warnings[0]?.err)).toContain('answered 500');
  });

  it('is a key whose numbers make none: nobody is refused for it as if the token were bad', async () => {
    serve({ ...first, x: 'AAAA', y: 'AAAA' });
    const broken = await keys.current();
    const resolved = Promise.resolve(broken.resolve({ alg: 'ES256', kid: 'first' }, { payload: '', signature: '' }));
    await expect(resolved).rejects.toMatchObject({ code: 'unavailable', reason: 'identity_provider_key' });
  });
});
