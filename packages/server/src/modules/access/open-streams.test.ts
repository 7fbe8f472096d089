import { setImmediate as turnOfEvents } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { AppError } from '../../platform/app-error.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { createOpenStreams, type OpenStreams } from './open-streams.ts';

let clock: FakeClock;
let isTrusted: boolean;
let errors: number;
let streams: OpenStreams;

beforeEach(() => {
  clock = createFakeClock();
  isTrusted = true;
  errors = 0;
  streams = createOpenStreams({ clock, log: { error: () => void (errors += 1) }, isTrusted: () => isTrusted });
});

function principalOf(fields: Partial<EmbedPrincipal> = {}): EmbedPrincipal {
  return {
    class: 'embed_session',
    credentialClass: 'client_token',
    credentialId: 'ctok_1',
    version: 1,
    ownerId: 'own_1',
    workspaceId: 'ws_1',
    surfaceId: 'srf_1',
    apps: ['loan-calculator'],
    permissions: ['tool:run'],
    allowedOrigins: ['https://shop.example'],
    environment: 'production',
    origin: 'https://shop.example',
    session: { visitorId: 'vis_1', authTime: 0 },
    ...fields,
  };
}

/** A stream whose credential is good until a test says otherwise. */
async function open(fields: Partial<EmbedPrincipal> = {}) {
  const stream = {
    verdict: (): Promise<EmbedPrincipal> => Promise.resolve(principalOf(fields)),
    rechecks: 0,
    closedWith: [] as string[],
    letGo: (): void => undefined,
  };
  stream.letGo = streams.hold({
    principal: principalOf(fields),
    recheck() {
      stream.rechecks += 1;
      return stream.verdict();
    },
    close: ({ code }) => void stream.closedWith.push(code),
  });
  // Checked once by itself, in case something changed between the request's verification and now.
  await turnOfEvents();
  expect(stream.rechecks).toBe(1);
  stream.rechecks = 0;
  return stream;
}

const refused = (): Promise<never> => Promise.reject(new AppError('invalid_token', { reason: 'revoked' }));

it.each(['client_token:ctok_1', 'surface:srf_1', 'workspace:ws_1', 'owner:own_1', 'signing_key:sig_1'])(
  'a change of %s checks the streams that rest on it, and closes those that are refused',
  async (tag) => {
    const [refusedOne, acceptedOne] = [await open(), await open()];
    refusedOne.verdict = refused;
    streams.evict(tag);
    await turnOfEvents();
    expect(refusedOne.closedWith).toEqual(['invalid_token']);
    expect(acceptedOne).toMatchObject({ closedWith: [], rechecks: 1 });
    streams.evict(tag);
    await turnOfEvents();
    expect(refusedOne).toMatchObject({ closedWith: ['invalid_token'], rechecks: 1 });
  },
);

it.each(['client_token:ctok_2', 'embed_token:ctok_1', 'surface:srf_2', 'workspace:ws_2', 'owner:own_2', 'app:app_1'])(
  'a change of %s checks none that does not rest on it',
  async (tag) => {
    const stream = await open();
    stream.verdict = refused;
    streams.evict(tag);
    await turnOfEvents();
    expect(stream).toMatchObject({ closedWith: [], rechecks: 0 });
  },
);

it('a change of the app that is open to everybody closes the streams of nobody in particular', async () => {
  const nobody = { class: 'anonymous', credentialClass: 'anonymous', credentialId: 'anonymous' } as const;
  const [onIt, onAnother] = [
    await open({ ...nobody, openAppId: 'app_1' }),
    await open({ ...nobody, openAppId: 'app_2' }),
  ];
  onIt.verdict = refused;
  onAnother.verdict = refused;
  streams.evict('app:app_1');
  await turnOfEvents();
  expect([onIt.closedWith, onAnother.closedWith]).toEqual([['invalid_token'], []]);
});

it('when everything is forgotten, every stream is checked', async () => {
  const stream = await open();
  stream.verdict = refused;
  streams.clear();
  await turnOfEvents();
  expect(stream.closedWith).toEqual(['invalid_token']);
});

it('a stream is closed within a second of the end of its credential or session', async () => {
  const stream = await open({ expiresAt: clock.now() + 60_000 });
  clock.advance(59_999);
  await turnOfEvents();
  expect(stream.rechecks).toBe(0);
  stream.verdict = refused;
  clock.advance(1000);
  await turnOfEvents();
  expect(stream.closedWith).toEqual(['invalid_token']);
});

it('while what is remembered cannot be trusted, streams are checked several times a second', async () => {
  const stream = await open();
  clock.advance(10_000);
  await turnOfEvents();
  expect(stream.rechecks).toBe(0);
  isTrusted = false;
  clock.advance(250);
  await turnOfEvents();
  expect(stream.rechecks).toBe(1);
  stream.verdict = refused;
  clock.advance(250);
  await turnOfEvents();
  expect(stream.closedWith).toEqual(['invalid_token']);
});

it.each<[string, () => Promise<EmbedPrincipal>, number]>([
  ['takes too long to verify', () => new Promise(() => undefined), 500],
  ['cannot be verified', () => Promise.reject(new Error('down')), 0],
])('a stream that %s is closed', async (_, verdict, afterMs) => {
  const stream = await open();
  stream.verdict = verdict;
  streams.evict('workspace:ws_1');
  clock.advance(afterMs);
  await turnOfEvents();
  expect(stream.closedWith).toEqual(['unavailable']);
});

it('what changes during a check is checked again: the first may have read too early', async () => {
  const stream = await open();
  const early = Promise.withResolvers<EmbedPrincipal>();
  stream.verdict = () => early.promise;
  streams.evict('workspace:ws_1');
  stream.verdict = refused;
  streams.evict('workspace:ws_1');
  early.resolve(principalOf());
  await turnOfEvents();
  expect(stream.closedWith).toEqual(['invalid_token']);
});

it('a stream follows what its credential became', async () => {
  const stream = await open();
  stream.verdict = () => Promise.resolve(principalOf({ surfaceId: 'srf_2' }));
  streams.evict('surface:srf_1');
  await turnOfEvents();
  stream.verdict = refused;
  streams.evict('surface:srf_1');
  await turnOfEvents();
  expect(stream.closedWith).toEqual([]);
  streams.evict('surface:srf_2');
  await turnOfEvents();
  expect(stream.closedWith).toEqual(['invalid_token']);
});

it('a stream that ended by itself is neither checked nor closed, not even by a check that is under way', async () => {
  const stream = await open();
  const late = Promise.withResolvers<EmbedPrincipal>();
  stream.verdict = () => late.promise;
  streams.evict('workspace:ws_1');
  stream.letGo();
  late.reject(new AppError('invalid_token'));
  streams.clear();
  await turnOfEvents();
  expect(stream).toMatchObject({ closedWith: [], rechecks: 1 });
});

it('one stream whose closing fails does not keep the others open', async () => {
  const failing = { principal: principalOf(), recheck: refused, close: () => fail() };
  streams.hold(failing);
  const stream = await open();
  stream.verdict = refused;
  streams.clear();
  await turnOfEvents();
  expect(stream.closedWith).toEqual(['invalid_token']);
  expect(errors).toBe(1);
});

function fail(): never {
  throw new Error('closing failed');
}
