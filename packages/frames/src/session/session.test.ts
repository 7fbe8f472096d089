import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeClock, settled, type FakeClock } from '../testing/fake-clock.ts';
import { fakeServer, type FakeServer } from '../testing/fake-server.ts';
import { Failure } from './failure.ts';
import { createSession, type Session } from './session.ts';

const minute = 60_000;
const refreshPath = '/v1/embed/sessions/refresh';
const redeemPath = '/v1/embed/sessions/redeem';
const runRequest = { method: 'POST', path: '/api/tools/loan/run', body: { inputs: {} }, timeoutMs: 60_000 } as const;

let clock: FakeClock;
let server: FakeServer;
let session: Session;
let isOnline: boolean;
let wake: () => void;
let asked: string[];
let hostAnswer: () => Promise<{ ticket: string } | { token: string }>;
let refused: string[];

beforeEach(() => {
  clock = fakeClock();
  server = fakeServer(clock);
  isOnline = true;
  asked = [];
  refused = [];
  hostAnswer = async () => ({ ticket: server.issueTicket() });
  session = createSession(
    {
      fetch: (path, init) => server.fetch(path, init),
      clock,
      isOnline: () => isOnline,
      onWake(task) {
        wake = task;
        return () => {
          wake = () => {};
        };
      },
      nextCredential(reason) {
        asked.push(reason);
        return hostAnswer();
      },
      onRefused: (failure) => refused.push(failure.code),
    },
    { parentOrigin: 'https://shop.example', slug: 'loan', surfaceId: 'srf_1' },
  );
});

afterEach(() => {
  session.close();
  vi.useRealTimers();
});

const openWithTicket = () => session.open({ ticket: server.issueTicket() });
const failureOf = async (promise: Promise<unknown>) => {
  const failure = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof Failure)) throw new Error('It did not fail as a Failure.');
  return failure;
};

describe('opening', () => {
  test('a ticket is redeemed for the surface and the origin that sent it', async () => {
    const { config } = await session.open({ ticket: server.issueTicket() });
    expect(config.apps).toHaveLength(1);
    expect(server.seen).toMatchObject([
      { path: redeemPath, body: { ticket: 'ticket-1', surfaceId: 'srf_1', parentOrigin: 'https://shop.example' } },
    ]);
  });

  test('an embed token goes into its header, is exchanged for a ticket, and is sent nowhere else', async () => {
    await session.open({ token: 'mtok_x' });
    await session.call(runRequest);
    expect(server.seen).toMatchObject([
      {
        path: '/v1/embed/sessions',
        headers: { 'x-microapp-embed-token': 'mtok_x' },
        body: { app: 'loan', parentOrigin: 'https://shop.example' },
      },
      { path: redeemPath },
      { path: runRequest.path, headers: { authorization: 'Bearer session-2' } },
    ]);
    expect(JSON.stringify(server.seen.slice(1))).not.toContain('mtok_x');
    expect(server.seen.map(({ path }) => path).join()).not.toContain('?');
  });

  test('a refused ticket is told with its code and request id', async () => {
    expect(await failureOf(session.open({ ticket: 'used' }))).toMatchObject({
      code: 'invalid_token',
      requestId: 'req_1',
    });
  });

  test('opening again asks the host for a new ticket', async () => {
    await failureOf(session.open({ ticket: 'used' }));
    await session.open();
    expect(asked).toEqual(['retry']);
  });

  test.each(['down', 'silent'] as const)('a server that is %s is unreachable within ten seconds', async (trouble) => {
    server.trouble = trouble;
    const failed = failureOf(openWithTicket());
    await clock.advance(10_000);
    expect(await failed).toMatchObject({ code: 'unreachable' });
  });

  test('without a network it says offline and sends nothing', async () => {
    isOnline = false;
    expect(await failureOf(openWithTicket())).toMatchObject({ code: 'offline' });
    expect(server.seen).toEqual([]);
  });

  test('an answer without a session is no session', async () => {
    server.trouble = { status: 200, body: { token: 'x', expiresIn: 'soon' } };
    expect(await failureOf(openWithTicket())).toMatchObject({ code: 'unreachable' });
  });
});

describe('refreshing', () => {
  test('happens at 80 % of the lifetime, not before', async () => {
    await openWithTicket();
    await clock.advance(4 * minute - 1);
    expect(server.seenAt(refreshPath)).toHaveLength(0);
    await clock.advance(1);
    expect(server.seenAt(refreshPath)).toHaveLength(1);
    await session.call(runRequest);
    expect(server.seen.at(-1)?.headers['authorization']).toBe('Bearer session-3');
  });

  test.each([-10, 10])('a wall clock that is %i minutes off changes nothing', async (minutes) => {
    vi.useFakeTimers({ now: 1_800_000_000_000 + minutes * minute, toFake: ['Date'] });
    await openWithTicket();
    await clock.advance(4 * minute - 1);
    expect(server.seenAt(refreshPath)).toHaveLength(0);
    await clock.advance(1);
    expect(server.seenAt(refreshPath)).toHaveLength(1);
    expect(asked).toEqual([]);
  });

  test('several causes at once make one request', async () => {
    await openWithTicket();
    server.trouble = 'silent';
    await clock.advance(4 * minute);
    wake();
    wake();
    await settled();
    expect(server.seenAt(refreshPath)).toHaveLength(1);
  });

  test('a failed refresh is tried again after 1, 2, 4, 8 seconds, and calls go on meanwhile', async () => {
    await openWithTicket();
    server.trouble = 'down';
    await clock.advance(4 * minute);
    const triedAfter: number[] = [];
    for (let second = 1; second <= 15; second++) {
      const before = server.seenAt(refreshPath).length;
      await clock.advance(1_000);
      if (server.seenAt(refreshPath).length > before) triedAfter.push(second);
    }
    expect(triedAfter).toEqual([1, 3, 7, 15]);
    server.trouble = undefined;
    await session.call(runRequest);
    expect(server.seen.at(-1)?.headers['authorization']).toBe('Bearer session-2');
    expect([asked, refused]).toEqual([[], []]);
  });

  test('the pauses end at thirty seconds', async () => {
    await openWithTicket();
    server.trouble = 'down';
    await clock.advance(4 * minute + 31_000);
    for (let attempt = 0; attempt < 3; attempt++) {
      const before = server.seen.length;
      await clock.advance(29_999);
      expect(server.seen).toHaveLength(before);
      await clock.advance(1);
      expect(server.seen).toHaveLength(before + 1);
    }
  });

  test('an answer that never comes is given up after ten seconds and tried again', async () => {
    await openWithTicket();
    server.trouble = 'silent';
    await clock.advance(4 * minute + 10_000);
    server.trouble = undefined;
    await clock.advance(1_000);
    expect(server.seenAt(refreshPath)).toHaveLength(2);
  });

  test('a server that names a pause gets it', async () => {
    await openWithTicket();
    server.trouble = { status: 429, body: { code: 'rate_limited' }, headers: { 'retry-after': '20' } };
    await clock.advance(4 * minute + 19_000);
    expect(server.seenAt(refreshPath)).toHaveLength(1);
    await clock.advance(1_000);
    expect(server.seenAt(refreshPath)).toHaveLength(2);
  });

  test('a page that comes back online refreshes at once', async () => {
    await openWithTicket();
    isOnline = false;
    await clock.advance(4 * minute + 16_000);
    expect(server.seenAt(refreshPath)).toHaveLength(0);
    isOnline = true;
    wake();
    await settled();
    expect(server.seenAt(refreshPath)).toHaveLength(1);
  });

  test('a page that wakes before the refresh is due sends nothing', async () => {
    await openWithTicket();
    await clock.advance(3 * minute);
    wake();
    await settled();
    expect(server.seenAt(refreshPath)).toHaveLength(0);
  });
});

describe('asking the host', () => {
  test('a refused refresh gets a new ticket from the host, without a visitor noticing', async () => {
    await openWithTicket();
    await clock.advance(33 * minute);
    expect(asked).toEqual(['expired']);
    expect(server.seenAt(redeemPath)).toHaveLength(2);
    await session.call(runRequest);
    expect(refused).toEqual([]);
  });

  test('a session of 40 minutes has no gap: a call in every second of it succeeds (H32)', async () => {
    await openWithTicket();
    for (let second = 0; second < 40 * 60; second++) {
      await session.call(runRequest);
      await clock.advance(1_000);
    }
    expect(server.seenAt(runRequest.path)).toHaveLength(40 * 60);
    expect([asked, refused]).toEqual([['expired'], []]);
    expect(server.seenAt(refreshPath).length).toBeGreaterThanOrEqual(9);
  });

  test('after a long sleep, expired, it goes to the host and not to refresh', async () => {
    await openWithTicket();
    server.trouble = 'down';
    await clock.advance(60 * minute);
    server.trouble = undefined;
    const refreshes = server.seenAt(refreshPath).length;
    await session.call(runRequest);
    expect(server.seenAt(refreshPath)).toHaveLength(refreshes);
    expect(asked.length).toBeGreaterThan(0);
    expect(server.seenAt(runRequest.path)).toHaveLength(1);
  });

  test('a host written by hand gives its token again, which makes the new ticket', async () => {
    hostAnswer = async () => ({ token: 'mtok_x' });
    await session.open({ token: 'mtok_x' });
    await clock.advance(33 * minute);
    expect(server.seenAt('/v1/embed/sessions')).toHaveLength(2);
    await session.call(runRequest);
  });

  test('a host that refuses is told once, and asked again by the next call', async () => {
    await openWithTicket();
    server.revoke();
    hostAnswer = () => Promise.reject(new Failure('host_refused'));
    await clock.advance(20 * minute);
    expect([asked, refused]).toEqual([['expired'], ['host_refused']]);
    expect(await failureOf(session.call(runRequest))).toMatchObject({ code: 'host_refused' });

    server.reinstate();
    hostAnswer = async () => ({ ticket: server.issueTicket() });
    await session.call(runRequest);
  });
});

describe('a call', () => {
  test('that is refused gets one new session and is sent once more', async () => {
    await openWithTicket();
    server.revoke();
    server.reinstate();
    await session.call(runRequest);
    expect(asked).toEqual(['expired']);
    expect(server.seenAt(runRequest.path)).toHaveLength(2);
  });

  test('that is refused twice fails, after two requests', async () => {
    await openWithTicket();
    const { fetch: real } = server;
    const runs: string[] = [];
    server.fetch = (path, init) => {
      if (path !== runRequest.path) return real(path, init);
      runs.push(path);
      return Promise.resolve(new Response('{"code":"invalid_token"}', { status: 401 }));
    };
    expect(await failureOf(session.call(runRequest))).toMatchObject({ code: 'invalid_token', status: 401 });
    expect(asked).toEqual(['expired']);
    expect(runs).toHaveLength(2);
  });

  test('shares the new session with the calls beside it', async () => {
    await openWithTicket();
    server.revoke();
    server.reinstate();
    await Promise.all([session.call(runRequest), session.call(runRequest), session.call(runRequest)]);
    expect(asked).toEqual(['expired']);
  });

  test('that fails for another reason is not repeated', async () => {
    await openWithTicket();
    server.trouble = { status: 502, body: { code: 'tool_error', requestId: 'req_9' } };
    expect(await failureOf(session.call(runRequest))).toMatchObject({ code: 'tool_error', requestId: 'req_9' });
    expect(server.seenAt(runRequest.path)).toHaveLength(1);
  });

  test('never sends a cookie', async () => {
    const inits: RequestInit[] = [];
    const { fetch: real } = server;
    server.fetch = (path, init) => {
      inits.push(init);
      return real(path, init);
    };
    await openWithTicket();
    await session.call(runRequest);
    expect(inits.map(({ credentials }) => credentials)).toEqual(['omit', 'omit']);
  });
});

describe('closing', () => {
  test('ends what is under way, and nothing is sent any more', async () => {
    await openWithTicket();
    server.trouble = 'silent';
    const call = failureOf(session.call(runRequest));
    await settled();
    session.close();
    expect(await call).toMatchObject({ code: 'closed' });
    const sent = server.seen.length;
    wake();
    await clock.advance(60 * minute);
    expect(server.seen).toHaveLength(sent);
  });
});
