import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { HttpStep } from '@microapp/contract';
import { afterAll, afterEach, expect, it } from 'vitest';
import { createAddressRule, createOutbound } from '../../../platform/outbound/index.ts';
import { createFakeClock, type FakeClock } from '../../../testing/fake-clock.ts';
import { contextWith, failureOf, startTextEngine, textsOf } from '../engine/testing/start-engine.ts';
import { createHttpSteps } from './http-step.ts';

const engine = startTextEngine();
afterAll(() => engine.close());

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Asked = { method: string; headers: IncomingHttpHeaders };
type Respond = (response: ServerResponse, tries: number) => void;

async function startEndpoint(respond: Respond): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    asked.push({ method: request.method ?? '', headers: request.headers });
    respond(response, asked.length);
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return { url: `http://127.0.0.1:${address.port}/`, asked };
}

const longestPauseMs = 9000;

/** A clock that makes up for every pause at once; the time limits of steps, which are longer, pass when told. */
function pauselessClock(): FakeClock {
  const clock = createFakeClock();
  return {
    ...clock,
    after(delayMs, task) {
      const cancel = clock.after(delayMs, task);
      if (delayMs <= longestPauseMs) queueMicrotask(() => clock.advance(delayMs));
      return cancel;
    },
  };
}

function runnerOf(clock: FakeClock) {
  const outbound = createOutbound({
    clock,
    resolve: () => Promise.reject(new Error('ENOTFOUND')),
    isAllowed: createAddressRule(['127.0.0.1']),
  });
  const sign = ({ id, sentAt, body }: { id: string; sentAt: Date; body: string }) => {
    const seconds = String(Math.floor(sentAt.getTime() / 1000));
    return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${id}/${seconds}/${body}` };
  };
  const steps = createHttpSteps({ clock, engine, outbound, userAgent: 'Microapp/1', signerOf: async () => sign });
  return async (step: Partial<HttpStep>, signal = new AbortController().signal): Promise<unknown> => {
    const result = await steps.run(
      { kind: 'http', name: 'call', url: 'http://127.0.0.1/', ...step },
      { context: textsOf(contextWith()), ownerId: 'own_1', runId: 'run_1', signal, onText: () => undefined },
    );
    return JSON.parse(result);
  };
}

const json = { 'content-type': 'application/json' };

it.each([
  ['GET', 3],
  ['PUT', 3],
  ['DELETE', 3],
  ['POST', 1],
  ['PATCH', 1],
] as const)(
  'an endpoint that is down is asked by %s %d times, each recognizable as the same',
  async (method, times) => {
    const { url, asked } = await startEndpoint((response) => response.writeHead(503).end());
    expect(await failureOf(runnerOf(pauselessClock())({ method, url }))).toEqual({
      kind: 'endpoint',
      detail: 'status 503',
    });
    expect(asked.map((each) => each.method)).toEqual(Array.from({ length: times }, () => method));
    expect(new Set(asked.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['run_1_call']));
  },
);

it('an endpoint that cuts the connection is asked again by GET, and not by POST', async () => {
  const { url, asked } = await startEndpoint((response) => void response.destroy());
  const run = runnerOf(pauselessClock());
  expect(await failureOf(run({ url }))).toMatchObject({ kind: 'endpoint', detail: expect.stringContaining('reached') });
  expect(await failureOf(run({ url, body: {} }))).toMatchObject({ kind: 'endpoint' });
  expect(asked.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'POST']);
});

it('an endpoint that is back has answered, under the time and the signature of that try', async () => {
  const { url, asked } = await startEndpoint((response, tries) =>
    response.writeHead(tries < 3 ? 502 : 200, json).end('"back"'),
  );
  expect(await runnerOf(pauselessClock())({ url })).toBe('back');
  const times = asked.map(({ headers }) => Number(headers['webhook-timestamp']));
  // A quarter of a second, and another second.
  expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 0, 1]);
  expect(asked[2]?.headers['webhook-signature']).not.toBe(asked[0]?.headers['webhook-signature']);
});

it('an endpoint that asks for patience gets it, but for what goes beyond the time limit', async () => {
  const { url, asked } = await startEndpoint((response, tries) =>
    response.writeHead(tries === 2 ? 200 : 429, { ...json, 'retry-after': '9' }).end('"welcome"'),
  );
  const clock = pauselessClock();
  const startedMs = clock.monotonicMs();
  expect(await runnerOf(clock)({ url, timeoutMs: 9001 })).toBe('welcome');
  expect(clock.monotonicMs() - startedMs).toBe(9000);
  expect(await failureOf(runnerOf(createFakeClock())({ url, timeoutMs: 9000 }))).toMatchObject({ kind: 'endpoint' });
  expect(asked).toHaveLength(3);
});

it.each<[string, (response: ServerResponse, clock: FakeClock) => void]>([
  ['says nothing', () => undefined],
  ['stops in the middle', (response) => void response.writeHead(200, json).write('{')],
  [
    'drips',
    (response, clock) => {
      response.writeHead(200, json);
      const stop = clock.every(100, () => response.write(' '));
      response.on('close', stop);
    },
  ],
])('an endpoint that %s is given up when the time is up, the default being ten seconds', async (_, respond) => {
  for (const [step, timeoutMs] of [
    [{}, 10_000],
    [{ timeoutMs: 200 }, 200],
  ] as const) {
    const clock = createFakeClock();
    const arrived = Promise.withResolvers<void>();
    const { url } = await startEndpoint((response) => {
      respond(response, clock);
      arrived.resolve();
    });
    let isOver = false;
    const failing = failureOf(runnerOf(clock)({ url, ...step })).finally(() => {
      isOver = true;
    });
    await arrived.promise;
    clock.advance(timeoutMs - 1);
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    clock.advance(1);
    expect(await failing).toEqual({ kind: 'limit', limit: 'time' });
  }
});

it('the pause before another try is part of the time limit', async () => {
  const clock = createFakeClock();
  const pausing = Promise.withResolvers<void>();
  const noticed: FakeClock = {
    ...clock,
    after(delayMs, task) {
      if (delayMs === 250) pausing.resolve();
      return clock.after(delayMs, task);
    },
  };
  const { url, asked } = await startEndpoint((response) => response.writeHead(503).end());
  const failing = failureOf(runnerOf(noticed)({ url, timeoutMs: 251 }));
  await pausing.promise;
  clock.advance(251);
  expect(await failing).toEqual({ kind: 'limit', limit: 'time' });
  expect(asked).toHaveLength(1);
});

it('a run that is called off ends the call, whatever it waits for', async () => {
  const waiting = new AbortController();
  const closed = Promise.withResolvers<void>();
  const { url } = await startEndpoint((response) => {
    response.on('close', () => closed.resolve());
    waiting.abort();
  });
  const run = runnerOf(createFakeClock());
  expect(await failureOf(run({ url }, waiting.signal))).toEqual({ kind: 'aborted' });
  await closed.promise;
  expect(await failureOf(run({ url }, AbortSignal.abort()))).toEqual({ kind: 'aborted' });
});

it('a redirect is followed by GET three times, without what is for the first origin alone', async () => {
  const elsewhere = await startEndpoint((response) => response.writeHead(200, json).end('"elsewhere"'));
  const { url, asked } = await startEndpoint((response, tries) =>
    response.writeHead(302, { location: tries < 3 ? '/again' : elsewhere.url }).end(),
  );
  const run = runnerOf(createFakeClock());
  expect(await run({ url, headers: { authorization: 'Bearer for-the-first-alone', 'x-key': 'k' } })).toBe('elsewhere');
  expect(asked).toHaveLength(3);
  expect(asked[2]?.headers).toMatchObject({ authorization: 'Bearer for-the-first-alone', 'webhook-id': 'run_1_call' });
  const names = Object.keys(elsewhere.asked[0]?.headers ?? {});
  expect(names.filter((name) => /^(authorization|x-|webhook-)/.test(name))).toEqual([]);
  expect(names).toContain('user-agent');
});

it('a redirect without end, or of what carries a body, is a failure', async () => {
  const { url, asked } = await startEndpoint((response) => response.writeHead(307, { location: '/again' }).end());
  const run = runnerOf(createFakeClock());
  expect(await failureOf(run({ url }))).toEqual({ kind: 'endpoint', detail: 'status 307' });
  expect(asked).toHaveLength(4);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    expect(await failureOf(run({ url, method }))).toEqual({ kind: 'endpoint', detail: 'status 307' });
  }
  expect(asked).toHaveLength(8);
});

it('a name that nobody knows is told apart', async () => {
  const failure = await failureOf(runnerOf(createFakeClock())({ url: 'http://nobody.example/' }));
  expect(failure).toMatchObject({ kind: 'endpoint', detail: expect.stringContaining('not known') });
});
