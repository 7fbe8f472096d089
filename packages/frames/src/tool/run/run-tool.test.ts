import { beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../session/failure.ts';
import { sendJson } from '../../session/send-json.ts';
import { fakeClock, settled, type FakeClock } from '../../testing/fake-clock.ts';
import type { ToolSession } from '../describe-tool.ts';
import { runTool, type Run, type RunStep } from './run-tool.ts';

const done = { runId: 'run_1', status: 'ok', output: { total: 3 }, durationMs: 12 };
const asEvent = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const stepStart = asEvent('step_start', { runId: 'run_1', step: 'a', kind: 'llm', index: 0, total: 1 });
const delta = asEvent('text_delta', { runId: 'run_1', step: 'a', text: 'Hi' });
const complete = asEvent('run_complete', done);

let clock: FakeClock;
let isOnline: boolean;
let steps: RunStep[];
let stop: AbortController;
let requests: RequestInit[];
let answer: (signal: AbortSignal) => Promise<Response>;

beforeEach(() => {
  clock = fakeClock();
  isOnline = true;
  steps = [];
  stop = new AbortController();
  requests = [];
});

const network = () => ({
  clock,
  isOnline: () => isOnline,
  fetch(_: string, init: RequestInit) {
    requests.push(init);
    return answer(init.signal ?? new AbortController().signal);
  },
});

function run(): Promise<Run | Failure> {
  const life = new AbortController();
  const session = {
    call: ({ signal = life.signal, ...request }: Parameters<ToolSession['call']>[0]) =>
      sendJson(network(), { ...request, signal }),
  };
  const options = { signal: stop.signal, onStep: (event: RunStep) => steps.push(event) };
  return runTool(session, 'loan', { years: 3 }, options).catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });
}

/** A stream that says `pieces` and then ends, breaks, or is silent. */
function streaming(pieces: string[], then: 'end' | 'break' | 'silence' = 'end') {
  return (signal: AbortSignal) => {
    const encoder = new TextEncoder();
    let next = 0;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) =>
        signal.addEventListener('abort', () => controller.error(new DOMException('x', 'AbortError'))),
      async pull(controller) {
        const piece = pieces[next];
        next += 1;
        if (piece !== undefined) return controller.enqueue(encoder.encode(piece));
        if (then === 'break') throw new TypeError('network error');
        if (then === 'end') controller.close();
        return undefined;
      },
    });
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }));
  };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  () =>
    Promise.resolve(
      new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } }),
    );

describe('a run', () => {
  test('asks for a stream, and takes an answer in one piece as well', async () => {
    answer = json(200, done);
    expect(await run()).toEqual(done);
    expect(requests[0]?.headers).toMatchObject({ accept: 'text/event-stream' });
    expect(steps).toEqual([]);
  });

  test('tells of its steps and text while it runs, and answers with its result', async () => {
    answer = streaming([stepStart, ': ping\n\n', delta, complete]);
    expect(await run()).toEqual(done);
    expect(steps.map(({ type }) => type)).toEqual(['step_start', 'text_delta']);
  });

  test('leaves out events of a kind that is not known yet', async () => {
    answer = streaming([asEvent('step_paused', { why: 'x' }), complete]);
    expect(await run()).toEqual(done);
    expect(steps).toEqual([]);
  });
});

describe('a run that fails', () => {
  test('in the middle of its stream fails as the server says', async () => {
    const error = { error: 'No.', code: 'llm_error', requestId: 'req_7', retryAfterSeconds: 9 };
    answer = streaming([stepStart, delta, asEvent('error', error)]);
    expect(await run()).toMatchObject({ code: 'llm_error', requestId: 'req_7', retryAfterSeconds: 9, unsent: false });
  });

  test.each([
    ['ends without an end', streaming([stepStart, delta])],
    ['breaks', streaming([stepStart], 'break')],
    ['says what is no JSON', streaming([stepStart, 'event: run_complete\ndata: {"runId\n\n'])],
    ['stops in the middle of an event', streaming([stepStart, complete.slice(0, -1)])],
  ])('because the stream %s is cut off', async (_, stream) => {
    answer = stream;
    expect(await run()).toMatchObject({ code: 'cut_off', unsent: false });
  });

  test('keeps its end when the connection breaks after it', async () => {
    answer = streaming([asEvent('error', { code: 'tool_error', requestId: 'req_1' })], 'break');
    expect(await run()).toMatchObject({ code: 'tool_error' });
  });

  test('by silence is given up after three missing heartbeats, and not before', async () => {
    answer = streaming([stepStart], 'silence');
    const running = run();
    let failure: unknown;
    void running.then((end) => (failure = end));
    await clock.advance(44_000);
    await settled();
    expect(failure).toBeUndefined();
    await clock.advance(2_000);
    expect(await running).toMatchObject({ code: 'cut_off' });
  });

  test('without any answer is given up', async () => {
    answer = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('x', 'AbortError')));
      });
    const running = run();
    await clock.advance(131_000);
    expect(await running).toMatchObject({ code: 'unreachable' });
  });

  test.each(['end', 'silence'] as const)('because the visitor stopped it is canceled (%s)', async (then) => {
    answer = streaming([stepStart], then);
    const running = run();
    stop.abort();
    expect(await running).toMatchObject({ code: 'canceled' });
  });

  test('without a network was never sent', async () => {
    isOnline = false;
    answer = json(200, done);
    expect(await run()).toMatchObject({ code: 'offline', unsent: true });
    expect(requests).toEqual([]);
  });

  test('because the network goes away was sent', async () => {
    answer = () => {
      isOnline = false;
      return Promise.reject(new TypeError('Failed to fetch'));
    };
    expect(await run()).toMatchObject({ code: 'offline', unsent: false });
  });

  test.each([
    ['Retry-After', { 'retry-after': '30' }, 30],
    ['the limit that is used up', { ratelimit: '"burst";r=0;t=12, "daily";r=5;t=4000' }, 12],
    ['the longest of those', { ratelimit: '"burst";r=0;t=12, "daily";r=0;t=4000' }, 4_000],
    ['Retry-After before that', { 'retry-after': '3', ratelimit: '"burst";r=0;t=12' }, 3],
    ['nothing, when no limit is used up', { ratelimit: '"burst";r=4;t=12' }, undefined],
    ['nothing, when it is a date', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, undefined],
  ])('for too many knows the pause by %s', async (_, headers, seconds) => {
    answer = json(429, { code: 'rate_limited', requestId: 'req_1' }, headers);
    expect(await run()).toMatchObject({ code: 'rate_limited', status: 429, retryAfterSeconds: seconds });
  });

  test('knows what time it was for the server', async () => {
    answer = json(429, { code: 'quota_exceeded' }, { date: 'Sat, 21 Nov 2026 13:00:00 GMT' });
    expect(await run()).toMatchObject({ answeredAt: Date.UTC(2026, 10, 21, 13) });
  });
});
