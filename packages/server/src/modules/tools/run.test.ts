import type { RunEvent, ToolSpec } from '@microapp/contract';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../platform/app-error.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import { printJson } from '../../platform/json/index.ts';
import { systemRandom } from '../../platform/random.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createHeldEngine } from '../../testing/held-engine.ts';
import type { QuotaStanding, RunEnd } from '../usage/index.ts';
import { StepFailure, type FailureReason } from './engine/step-failure.ts';
import { runTool, type RunDeps } from './run.ts';

const principal: EmbedPrincipal = {
  class: 'embed_token',
  credentialClass: 'embed_token',
  credentialId: 'etok_1',
  version: 1,
  ownerId: 'own_1',
  workspaceId: 'ws_1',
  surfaceId: undefined,
  apps: ['a-tool'],
  permissions: ['tool:run'],
  allowedOrigins: [],
  environment: 'production',
  origin: undefined,
  session: undefined,
};

const spec: ToolSpec = {
  inputs: { type: 'object' },
  steps: [
    { kind: 'transform', name: 'first', expression: '1' },
    { kind: 'llm', name: 'second', prompt: 'Say something.' },
    { kind: 'transform', name: 'third', expression: '1' },
  ],
};

/** The places where a run may be refused before it begins, in the order of the specification. */
const doors = ['inputs', 'window', 'keys', 'quota'] as const;
type Door = (typeof doors)[number];

/** Everything that a run goes through, each part noting that it was asked. */
function makeRun({ refusing = [] as readonly Door[], left = plenty } = {}) {
  const clock = createFakeClock();
  const engine = createHeldEngine();
  const passed: string[] = [];
  const ends: RunEnd['outcome'][] = [];
  const events: RunEvent[] = [];
  const headers: Record<string, string> = {};
  const caller = new AbortController();
  const texts = ['Some', ' words'];

  function pass(door: Door): void {
    passed.push(door);
    if (refusing.includes(door)) throw new AppError('conflict', { reason: door });
  }

  const deps: RunDeps = {
    clock,
    random: systemRandom,
    engine: {
      ...engine,
      async validateInputs() {
        passed.push('inputs');
        return refusing.includes('inputs') ? [{ path: 'inputs', message: 'is wrong' }] : [];
      },
    },
    liveTools: {
      async read() {
        const tool = {
          id: 'app_1',
          version: 3,
          slug: 'a-tool',
          name: 'A tool',
          description: '',
          kind: 'tool' as const,
          spec,
        };
        const schema = {
          slug: 'a-tool',
          name: '',
          description: '',
          requiresAi: true,
          schema: {},
          normalizedFields: [],
        };
        return { tool, schema, workspace: { id: 'ws_1', name: 'Acme', attributes: {} } };
      },
      evict: () => undefined,
      clear: () => undefined,
    },
    window: {
      async take() {
        pass('window');
        return { name: 'burst', max: 60, windowSeconds: 60, remaining: 9, resetSeconds: 30 };
      },
    },
    llm: {
      async prepare() {
        pass('keys');
        return {
          async run(_, { onText }) {
            for (const text of texts) onText(text);
            return printJson(texts.join(''));
          },
        };
      },
    },
    ledger: {
      async begin() {
        pass('quota');
        return left;
      },
      async end(_, __, { outcome }) {
        ends.push(outcome);
      },
    },
    http: { run: () => Promise.reject(new Error('there is no such step')) },
  };

  const answer = runTool(
    deps,
    principal,
    { slug: 'a-tool', inputs: printJson({}), requestId: 'request-1', address: '192.0.2.1' },
    {
      signal: caller.signal,
      report: (event) => void events.push(event),
      setHeaders: (fields) => void Object.assign(headers, fields),
    },
  );
  // Looked at by the test, in its own time.
  answer.catch(() => undefined);
  return { answer, engine, passed, ends, events, headers, caller };
}

const plenty: QuotaStanding = {
  runs: { limit: 1000, remaining: 999 },
  aiActions: { limit: 100, remaining: 100 },
  resetSeconds: 60,
};

/** Pairs of which the first comes earlier. */
const pairs = doors.flatMap((earlier, index) => doors.slice(index + 1).map((later) => ({ earlier, later })));

describe('before a run', () => {
  it.each(pairs)('$earlier refuses before $later, which is not even asked', async ({ earlier, later }) => {
    const { answer, passed, ends, events, engine } = makeRun({ refusing: [earlier, later] });
    const refusal = earlier === 'inputs' ? { code: 'validation_failed' } : { code: 'conflict', reason: earlier };
    await expect(answer).rejects.toMatchObject(refusal);
    expect(passed).toEqual(doors.slice(0, doors.indexOf(earlier) + 1));
    expect([ends, events, engine.begun()]).toEqual([[], [], 0]);
  });

  it('the caller is told what is left of its window, and then of the day', async () => {
    const { answer, headers, engine } = makeRun({
      left: { ...plenty, runs: { limit: 1000, remaining: 998 }, resetSeconds: 50_400 },
    });
    await engine.nextStep();
    expect(headers).toEqual({
      ratelimit: '"burst";r=9;t=30, "daily";r=998;t=50400',
      'ratelimit-policy': '"burst";q=60;w=60, "daily";q=1000;w=86400',
    });
    void answer;
  });

  it('a caller who has gone is not begun for', async () => {
    const { answer, passed, caller, ends } = makeRun();
    caller.abort(new AppError('canceled'));
    await expect(answer).rejects.toMatchObject({ code: 'canceled' });
    expect(passed).not.toContain('quota');
    expect(ends).toEqual([]);
  });
});

describe('a run', () => {
  it('tells of its steps and of the model’s words as they come, and answers at the end', async () => {
    const { answer, engine, events, ends } = makeRun();
    (await engine.nextStep()).finish(1);
    const third = await engine.nextStep();
    expect(third.context.results).toEqual({ first: 1, second: 'Some words' });
    const runId = expect.stringMatching(/^run_/);
    expect(events).toEqual([
      { type: 'step_start', runId, step: 'first', kind: 'transform', index: 0, total: 3 },
      { type: 'step_complete', runId, step: 'first', durationMs: 0 },
      { type: 'step_start', runId, step: 'second', kind: 'llm', index: 1, total: 3 },
      { type: 'text_delta', runId, step: 'second', text: 'Some' },
      { type: 'text_delta', runId, step: 'second', text: ' words' },
      { type: 'step_complete', runId, step: 'second', durationMs: 0 },
      { type: 'step_start', runId, step: 'third', kind: 'transform', index: 2, total: 3 },
    ]);
    expect(ends).toEqual([]);
    third.finish('the end');
    expect(await answer).toEqual({ runId, status: 'ok', output: '"the end"', durationMs: 0 });
    expect(ends).toEqual([{ status: 'ok' }]);
  });

  it.each<[string, FailureReason, RunEnd['outcome'], string]>([
    [
      'its code threw',
      { kind: 'threw', detail: 'no' },
      { status: 'failed', errorCode: 'tool_error', errorDetail: 'first: The step failed: no' },
      'tool_error',
    ],
    [
      'a limit was hit',
      { kind: 'limit', limit: 'time' },
      { status: 'failed', errorCode: 'timeout', errorDetail: 'first: The step took too long.' },
      'timeout',
    ],
    ['there was no room', { kind: 'overloaded' }, { status: 'refused' }, 'unavailable'],
  ])('is settled once as what it was when %s', async (_, reason, outcome, code) => {
    const { answer, engine, ends } = makeRun();
    (await engine.nextStep()).fail(new StepFailure(reason));
    await expect(answer).rejects.toMatchObject({ code });
    expect(ends).toEqual([outcome]);
  });

  it('is settled as failed when there was no room for a later step: the ones before it were done', async () => {
    const { answer, engine, ends } = makeRun();
    (await engine.nextStep()).finish(1);
    (await engine.nextStep()).fail(new StepFailure({ kind: 'overloaded' }));
    await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
    expect(ends).toMatchObject([{ status: 'failed', errorCode: 'unavailable' }]);
  });

  it('is settled also when a step fails by a fault of ours, which stays one', async () => {
    const { answer, engine, ends } = makeRun();
    const fault = new Error('a bug');
    const step = await engine.nextStep();
    step.finish(Promise.reject(fault));
    await expect(answer).rejects.toBe(fault);
    expect(ends).toEqual([{ status: 'failed', errorCode: 'internal_error', errorDetail: '' }]);
  });
});

describe('a run that is called off', () => {
  it.each([
    ['its caller went', new AppError('canceled')],
    ['its credential ended', new AppError('invalid_token', { reason: 'revoked' })],
  ])('is settled as canceled, so that what it used stays counted, when %s', async (_, why) => {
    const { answer, engine, ends, caller } = makeRun();
    await engine.nextStep();
    caller.abort(why);
    await expect(answer).rejects.toBe(why);
    expect(ends).toEqual([{ status: 'canceled' }]);
    expect(engine.begun()).toBe(1);
  });

  it('is settled as failed when it is the server that cannot go on, so that what was reserved is given back', async () => {
    const { answer, engine, ends, caller } = makeRun();
    await engine.nextStep();
    caller.abort(new AppError('unavailable', { reason: 'stopping' }));
    await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
    expect(ends).toEqual([{ status: 'failed', errorCode: 'unavailable', errorDetail: 'first: called off (stopping)' }]);
  });

  it('begins no further step when the one under way finishes all the same', async () => {
    const { answer, engine, ends, caller, events } = makeRun();
    const step = await engine.nextStep();
    step.finish(1);
    caller.abort(new AppError('canceled'));
    await expect(answer).rejects.toMatchObject({ code: 'canceled' });
    expect([ends, engine.begun()]).toEqual([[{ status: 'canceled' }], 1]);
    expect(events.map(({ type }) => type)).toEqual(['step_start', 'step_complete']);
  });

  it('is no excuse for a step that failed by itself in the same moment', async () => {
    const { answer, engine, ends, caller } = makeRun();
    const step = await engine.nextStep();
    step.fail(new StepFailure({ kind: 'threw', detail: 'no' }));
    caller.abort(new AppError('canceled'));
    await expect(answer).rejects.toMatchObject({ code: 'tool_error' });
    expect(ends).toMatchObject([{ status: 'failed', errorCode: 'tool_error' }]);
  });
});
