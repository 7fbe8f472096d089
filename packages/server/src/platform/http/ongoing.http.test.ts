import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import Type from 'typebox';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askForEvents, type StreamedAnswer } from '../../testing/event-reader.ts';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { describeAppOnce, type Scenario } from '../../testing/scenario.ts';
import { AppError } from '../app-error.ts';
import {
  createHttpServer,
  defineRoute,
  ongoingFinishWithinMs,
  registerRoutes,
  type AnsweredRequest,
  type EmbedPrincipal,
  type HeldStream,
  type HttpServerOptions,
  type Ongoing,
  type Route,
} from './index.ts';

type Work = (ongoing: Ongoing) => Promise<{ total: number }>;

const path = '/testing/work';
const principal: EmbedPrincipal = {
  class: 'embed_token',
  credentialClass: 'embed_token',
  credentialId: 'etok_1',
  version: 1,
  ownerId: 'own_1',
  workspaceId: 'ws_1',
  surfaceId: undefined,
  apps: ['a'],
  permissions: ['tool:run'],
  allowedOrigins: [],
  environment: 'production',
  origin: undefined,
  session: undefined,
};

const tell = (ongoing: Ongoing, word: string): void => ongoing.report({ type: 'word', word });

describeAppOnce('a call that takes its time', (open) => {
  let scenario: Scenario;
  let clock: FakeClock;
  let server: FastifyInstance;
  let url: string;
  let answered: AnsweredRequest[];
  let held: HeldStream[];
  let letGo: number;
  /** What the credential may do, as it changes. */
  let mayUse: boolean;
  let work: Work;

  beforeAll(async () => {
    scenario = await open();
  });

  function options(): HttpServerOptions {
    const { random, log, db } = scenario.deps;
    const unused = () => Promise.reject(new Error('no key is sent'));
    const refuse = () => Promise.reject(new AppError('missing_auth'));
    return {
      clock,
      random,
      log,
      db,
      trustProxy: [],
      hosts: { public: 'http://localhost', embed: 'http://localhost' },
      authenticators: { owner: refuse, apiKey: refuse, embed: () => Promise.resolve(principal) },
      onCredentialInUrl: () => Promise.resolve(),
      onAnswered: (one) => void answered.push(one),
      onChanged: () => Promise.resolve(),
      // Nothing here creates anything.
      idempotencyKeys: { around: unused, within: unused },
      holdStream(stream) {
        held.push(stream);
        return () => void (letGo += 1);
      },
    };
  }

  function workRoute(): Route {
    return defineRoute({
      method: 'POST',
      path,
      scope: 'embed',
      tag: 'Testing',
      summary: 'Works',
      status: 200,
      answers: 'events',
      events: { told: ['word'], last: 'work_complete' },
      response: Type.Object({ total: Type.Number() }),
      cors: true,
      accessLogged: true,
      authorize() {
        if (!mayUse) throw new AppError('permission_denied', { reason: 'lacks tool:run' });
      },
      longOperation: (call) => work(call),
    });
  }

  beforeEach(async () => {
    clock = createFakeClock();
    [answered, held, letGo, mayUse] = [[], [], 0, true];
    server = createHttpServer(options());
    registerRoutes(server, [workRoute()], options());
    url = `${await server.listen({ host: '127.0.0.1', port: 0 })}${path}`;
  });
  afterEach(async () => {
    server.server.closeAllConnections();
    await server.close();
  });

  /** The line of the one request that was made. */
  async function theLine(): Promise<AnsweredRequest> {
    await expect.poll(() => answered.length).toBe(1);
    const [line] = answered;
    if (line === undefined) throw new Error('there is no line');
    return line;
  }

  async function askForJson(headers: Record<string, string> = {}): Promise<Response> {
    return fetch(url, { method: 'POST', headers });
  }

  /** Work that says a word, and then waits until a test lets it end; `noticed` is why it was called off. */
  function waitingWork({ endsWhenCalledOff = true } = {}) {
    const begun = Promise.withResolvers<void>();
    const ending = Promise.withResolvers<{ total: number }>();
    const noticed = Promise.withResolvers<AppError>();
    work = (ongoing) => {
      ongoing.signal.addEventListener('abort', () => {
        noticed.resolve(ongoing.signal.reason);
        if (endsWhenCalledOff) ending.reject(ongoing.signal.reason);
      });
      tell(ongoing, 'first');
      begun.resolve();
      return ending.promise;
    };
    return { begun: begun.promise, end: ending.resolve, fail: ending.reject, noticed: noticed.promise };
  }

  async function openStream(): Promise<StreamedAnswer> {
    const stream = await askForEvents({ url });
    expect(await stream.next()).toMatchObject({ event: 'word' });
    return stream;
  }

  describe('in the form that its caller prefers', () => {
    it.each([
      ['no Accept at all', undefined, 'json'],
      ['anything', '*/*', 'json'],
      ['a page', 'text/html,application/xhtml+xml;q=0.9', 'json'],
      ['JSON', 'application/json', 'json'],
      ['events', 'text/event-stream', 'events'],
      ['events, in another case', 'Text/Event-Stream', 'events'],
      ['events or anything', 'text/event-stream, */*', 'events'],
      ['events or anything less', '*/*;q=0.8, text/event-stream', 'events'],
      ['any text', 'text/*', 'events'],
      ['JSON over events', 'text/event-stream;q=0.4, application/json;q=0.5', 'json'],
      ['events over JSON', 'application/json;q=0.4, text/event-stream;q=0.5', 'events'],
      ['both, events first', 'text/event-stream, application/json', 'events'],
      ['both, JSON first', 'application/json, text/event-stream', 'json'],
      ['events not at all', 'text/event-stream;q=0, */*', 'json'],
      ['events, spoiled', 'text/event-stream;q=x', 'json'],
      ['something alike', 'text/event-streams', 'json'],
      ['nonsense', ';;,,=/', 'json'],
    ])('with %s', async (_, accept, form) => {
      work = () => Promise.resolve({ total: 3 });
      // Not by fetch, which sends an Accept of its own.
      const asked = request(url, {
        method: 'POST',
        headers: accept === undefined ? {} : { accept },
        agent: false,
      }).end();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage]; // as node:http says of this event
      answer.resume();
      const type = form === 'json' ? 'application/json; charset=utf-8' : 'text/event-stream';
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, type]);
    });
  });

  it('answers with JSON alone, whatever it reports', async () => {
    work = (ongoing) => {
      ongoing.setHeaders({ 'x-left': '7' });
      tell(ongoing, 'unheard');
      return Promise.resolve({ total: 3 });
    };
    const answer = await askForJson();
    expect(await answer.text()).toBe('{"total":3}');
    expect([answer.status, answer.headers.get('x-left'), held]).toEqual([200, '7', []]);
    expect(await theLine()).toMatchObject({ status: 200, code: undefined });
  });

  it('streams what it reports, each event with a rising id, and ends with what it answered', async () => {
    work = (ongoing) => {
      ongoing.setHeaders({ 'x-left': '7' });
      tell(ongoing, 'a line\nand another\r\n\nevent: forged');
      tell(ongoing, 'second');
      return Promise.resolve({ total: 3 });
    };
    const stream = await askForEvents({
      url,
      headers: { origin: 'https://shop.example', 'x-request-id': 'request-1' },
    });
    expect(stream).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        connection: 'close',
        'access-control-allow-origin': 'https://shop.example',
        'x-request-id': 'request-1',
        'x-content-type-options': 'nosniff',
        'x-left': '7',
      },
    });
    expect(stream.headers['access-control-expose-headers']).toContain('ratelimit');
    expect(await stream.rest()).toEqual([
      { id: 1, event: 'word', data: { type: 'word', word: 'a line\nand another\r\n\nevent: forged' } },
      { id: 2, event: 'word', data: { type: 'word', word: 'second' } },
      { id: 3, event: 'work_complete', data: { type: 'work_complete', total: 3 } },
    ]);
    expect(await theLine()).toMatchObject({ status: 200, code: undefined });
    expect([held.length, letGo]).toEqual([1, 1]);
  });

  it('streams its answer alone, when it had nothing to report', async () => {
    work = () => Promise.resolve({ total: 3 });
    const events = await (await askForEvents({ url })).rest();
    expect(events).toEqual([{ id: 1, event: 'work_complete', data: { type: 'work_complete', total: 3 } }]);
  });

  it('is refused with a status in both forms, as long as nothing was reported', async () => {
    work = () => Promise.reject(new AppError('rate_limited', { headers: { 'retry-after': '9' } }));
    for (const accept of ['application/json', 'text/event-stream']) {
      const answer = await askForJson({ accept });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '9']);
      expect(await answer.json()).toMatchObject({ code: 'rate_limited' });
    }
    expect(answered).toMatchObject([{ status: 429 }, { status: 429 }]);
    expect(held).toEqual([]);
  });

  it('ends a stream that it has begun with the body of the JSON form, and is logged with the status of that', async () => {
    work = (ongoing) => {
      tell(ongoing, 'first');
      const hidden = { reason: 'not for the caller', cause: new Error('nor this') };
      return Promise.reject(
        new AppError('tool_error', { hint: 'A hint.', headers: { 'retry-after': '9' }, ...hidden }),
      );
    };
    const headers = { 'x-request-id': 'request-1' };
    const json: object = JSON.parse(await (await askForJson(headers)).text());
    const [, ...ends] = await (await askForEvents({ url, headers })).rest();
    expect(ends).toEqual([{ id: 2, event: 'error', data: { type: 'error', ...json, retryAfterSeconds: 9 } }]);
    expect(answered).toMatchObject([
      { status: 502, code: 'tool_error', reason: 'not for the caller' },
      { status: 502, code: 'tool_error', reason: 'not for the caller' },
    ]);
  });

  it('tells nothing of a bug, and logs it', async () => {
    work = (ongoing) => {
      tell(ongoing, 'first');
      return Promise.reject(new Error('a bug with a secret in it'));
    };
    const [, end, ...others] = await (await askForEvents({ url })).rest();
    expect([end?.data.code, others]).toEqual(['internal_error', []]);
    expect(JSON.stringify(end)).not.toContain('secret');
    expect(scenario.logged()).toContain('a bug with a secret in it');
  });

  it('keeps a quiet stream alive with comments, and falls silent at its end', async () => {
    const { end } = waitingWork();
    const stream = await openStream();
    clock.advance(14_999);
    clock.advance(1);
    clock.advance(15_000);
    end({ total: 3 });
    expect(await stream.rest()).toMatchObject([{ id: 2, event: 'work_complete' }]);
    expect(stream.comments()).toEqual(['still here', 'still here']);
    // Nothing is written to a connection that is gone.
    clock.advance(60_000);
    expect(await theLine()).toMatchObject({ status: 200 });
  });

  describe('whose caller goes', () => {
    it.each(['application/json', 'text/event-stream'])(
      'is called off, with one line in the log: %s',
      async (accept) => {
        const { begun, noticed } = waitingWork();
        const asked = request(url, { method: 'POST', headers: { accept }, agent: false }).end();
        asked.on('error', () => undefined);
        await begun;
        asked.destroy();
        expect(await noticed).toMatchObject({ code: 'canceled', reason: 'caller_went_away' });
        expect(await theLine()).toMatchObject({
          status: 499,
          code: 'canceled',
          reason: 'caller_went_away',
          principal: { credentialId: 'etok_1' },
        });
        // What the operation throws then is told to nobody, and counted once.
        await setImmediate();
        expect(answered).toHaveLength(1);
        expect(letGo).toBe(held.length);
      },
    );

    it('stays answered when it goes after the answer', async () => {
      work = (ongoing) => {
        tell(ongoing, 'first');
        return Promise.resolve({ total: 3 });
      };
      const stream = await askForEvents({ url });
      await stream.rest();
      stream.leave();
      expect(await theLine()).toMatchObject({ status: 200 });
    });

    it.each(['application/json', 'text/event-stream'])(
      'begins no answer, when it finishes all the same: %s',
      async (accept) => {
        const begun = Promise.withResolvers<void>();
        const ending = Promise.withResolvers<{ total: number }>();
        work = () => {
          begun.resolve();
          return ending.promise;
        };
        const asked = request(url, { method: 'POST', headers: { accept }, agent: false }).end();
        asked.on('error', () => undefined);
        await begun.promise;
        asked.destroy();
        expect(await theLine()).toMatchObject({ status: 499, reason: 'caller_went_away' });
        ending.resolve({ total: 3 });
        await setImmediate();
        expect([held, answered.length]).toEqual([[], 1]);
      },
    );

    it('may finish what it does all the same, and fail at it: that is logged', async () => {
      const { begun, fail } = waitingWork({ endsWhenCalledOff: false });
      const stream = await askForEvents({ url });
      await begun;
      stream.leave();
      expect(await theLine()).toMatchObject({ status: 499 });
      fail(new Error('a bug that nobody waits for'));
      await expect.poll(() => scenario.logged()).toContain('a bug that nobody waits for');
      expect(answered).toHaveLength(1);
    });
  });

  describe('whose caller does not read', () => {
    it('is called off before much is waiting for it', async () => {
      const word = 'x'.repeat(64 * 1024);
      const mebibyte = 1024 * 1024;
      const told = Promise.withResolvers<number>();
      work = async (ongoing) => {
        let bytes = 0;
        while (!ongoing.signal.aborted && bytes < 512 * mebibyte) {
          tell(ongoing, word);
          bytes += word.length;
          await setImmediate();
        }
        told.resolve(bytes);
        throw ongoing.signal.reason;
      };
      await askForEvents({ url });
      // What the kernel takes for both ends, and a mebibyte of ours.
      expect(await told.promise).toBeLessThan(64 * mebibyte);
      // Time for it to read what is there.
      clock.advance(200);
      expect(await theLine()).toMatchObject({ status: 499, code: 'canceled', reason: 'caller_reads_too_slowly' });
    });

    it('is left alone with its answer for half a minute, and then dropped', async () => {
      const word = 'x'.repeat(32 * 1024 * 1024);
      work = (ongoing) => {
        tell(ongoing, word);
        return Promise.resolve({ total: 3 });
      };
      const stream = await askForEvents({ url });
      clock.advance(29_999);
      await setImmediate();
      expect(answered).toEqual([]);
      clock.advance(1);
      expect(await theLine()).toMatchObject({ status: 499, code: 'canceled', reason: 'caller_went_away' });
      await expect(stream.rest()).rejects.toThrow('aborted');
    });
  });

  describe('whose credential ends', () => {
    it('ends at once with the refusal, and is called off; nothing follows', async () => {
      const { noticed } = waitingWork({ endsWhenCalledOff: false });
      const stream = await openStream();
      const refusal = new AppError('invalid_token', { reason: 'revoked' });
      held[0]?.close(refusal);
      expect(await stream.rest()).toMatchObject([{ id: 2, event: 'error', data: { code: 'invalid_token' } }]);
      expect(await theLine()).toMatchObject({ status: 401, code: 'invalid_token', reason: 'revoked' });
      expect(await noticed).toBe(refusal);
    });

    it('has one end, also when it finishes in the same moment', async () => {
      for (const first of ['finishes', 'is closed'] as const) {
        const { end } = waitingWork({ endsWhenCalledOff: false });
        const stream = await openStream();
        const steps = [() => end({ total: 3 }), () => held.at(-1)?.close(new AppError('invalid_token'))];
        for (const step of first === 'finishes' ? steps : steps.toReversed()) step();
        const ends = await stream.rest();
        expect(ends).toHaveLength(1);
        expect(['error', 'work_complete']).toContain(ends[0]?.event);
      }
    });

    it('gives its caller no time to take what is waiting', async () => {
      const word = 'x'.repeat(32 * 1024 * 1024);
      work = (ongoing) => {
        tell(ongoing, word);
        return Promise.resolve({ total: 3 });
      };
      await askForEvents({ url });
      held[0]?.close(new AppError('invalid_token', { reason: 'revoked' }));
      clock.advance(200);
      expect(await theLine()).toMatchObject({ status: 499 });
    });

    it('is looked at again as at the opening: what it may do, too', async () => {
      const { end } = waitingWork();
      const stream = await openStream();
      expect(await held[0]?.recheck()).toBe(principal);
      mayUse = false;
      await expect(held[0]?.recheck()).rejects.toMatchObject({ code: 'permission_denied' });
      end({ total: 3 });
      await stream.rest();
    });
  });

  describe('on a server that is told to stop', () => {
    it('finishes, and the server ends with it', async () => {
      const { end } = waitingWork();
      const stream = await openStream();
      const closed = server.close();
      await expect.poll(() => server.server.listening).toBe(false);
      clock.advance(ongoingFinishWithinMs - 1);
      end({ total: 3 });
      expect(await stream.rest()).toMatchObject([{ event: 'work_complete' }]);
      await closed;
    });

    it('is called off when it takes longer than ten seconds, in both forms', async () => {
      const { begun, noticed } = waitingWork();
      const json = askForJson();
      await begun;
      waitingWork();
      const stream = await openStream();
      const closed = server.close();
      await expect.poll(() => server.server.listening).toBe(false);
      clock.advance(ongoingFinishWithinMs);
      expect(await stream.rest()).toMatchObject([{ event: 'error', data: { code: 'unavailable' } }]);
      expect((await json).status).toBe(503);
      expect(await noticed).toMatchObject({ code: 'unavailable', reason: 'stopping' });
      await closed;
    });
  });

  it('is of the embed API, and says what it tells: or the server does not start', () => {
    const fresh = createHttpServer(options());
    const route = workRoute();
    const { events: _, ...silent } = route;
    expect(() => registerRoutes(fresh, [{ ...route, scope: 'public' }], options())).toThrow('only the embed API does');
    expect(() => registerRoutes(fresh, [silent], options())).toThrow('does not say which');
  });
});
