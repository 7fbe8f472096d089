import { errors, type ErrorCode, type RunEvent } from '@microapp/contract';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../platform/app-error.ts';
import type { EmbedPrincipal, IdempotencyKeys, KeyedRequest, RequestFacts } from '../../platform/http/index.ts';
import { runOnce } from './idempotent-run.ts';
import type { RunAnswer } from './run.ts';

const principal: EmbedPrincipal = {
  class: 'embed_token',
  credentialClass: 'embed_token',
  credentialId: 'etok_1',
  version: 1,
  ownerId: 'own_1',
  workspaceId: 'ws_1',
  surfaceId: undefined,
  apps: ['quote'],
  permissions: ['tool:run'],
  allowedOrigins: [],
  environment: 'production',
  origin: undefined,
  session: undefined,
};

/** Keeps outcomes as text, as the database does. */
function createKeys(): IdempotencyKeys & { callers: KeyedRequest['caller'][] } {
  const outcomes = new Map<string, string>();
  const callers: KeyedRequest['caller'][] = [];
  const around: IdempotencyKeys['around'] = async (scope, request, act) => {
    callers.push(request.caller);
    const id = JSON.stringify([scope.ownerId, scope.workspaceId, request.caller, request.target, request.key]);
    const known = outcomes.get(id);
    if (known !== undefined) return { outcome: JSON.parse(known) as unknown, repeated: true };
    const outcome = await act();
    outcomes.set(id, JSON.stringify(outcome));
    return { outcome, repeated: false };
  };
  return { around, within: (_tx, scope, request, act) => around(scope, request, act), callers };
}

function requestWith(key: string | undefined): { request: RequestFacts; answered: Record<string, string> } {
  const answered: Record<string, string> = {};
  return {
    answered,
    request: {
      id: 'req_1',
      address: '127.0.0.1',
      origin: undefined,
      header: (name) => (name === 'idempotency-key' ? key : undefined),
      attribute: () => undefined,
      answerWith: (name, value) => {
        answered[name] = value;
      },
    },
  };
}

/** Runs that are counted; each ends as `end` says. */
function createRuns(end: () => RunAnswer): { run: () => Promise<RunAnswer>; count: () => number } {
  let count = 0;
  return {
    run: async () => {
      count += 1;
      return end();
    },
    count: () => count,
  };
}

const silent = { report: () => undefined };
const answer: RunAnswer = { runId: 'run_1', status: 'ok', output: { total: 3 }, durationMs: 1 };

describe('a run under an Idempotency-Key', () => {
  it('is repeated with its own id and output, marked as a repeat, and told to a stream as its end', async () => {
    const idempotencyKeys = createKeys();
    const runs = createRuns(() => answer);
    const events: RunEvent[] = [];
    const ask = ({ request }: { request: RequestFacts }) =>
      runOnce(
        { idempotencyKeys },
        principal,
        { slug: 'quote', body: {}, request },
        { report: (event) => events.push(event) },
        runs.run,
      );
    const first = requestWith('a');
    expect(await ask(first)).toEqual(answer);
    expect([first.answered, events]).toEqual([{}, []]);
    const second = requestWith('a');
    expect(await ask(second)).toEqual(answer);
    expect(second.answered).toEqual({ 'idempotent-replayed': 'true' });
    expect(events).toEqual([{ type: 'run_complete', ...answer }]);
    expect(runs.count()).toBe(1);
  });

  it('without a key is a run each time', async () => {
    const idempotencyKeys = createKeys();
    const runs = createRuns(() => answer);
    const asked = { slug: 'quote', body: {}, request: requestWith(undefined).request };
    await runOnce({ idempotencyKeys }, principal, asked, silent, runs.run);
    await runOnce({ idempotencyKeys }, principal, asked, silent, runs.run);
    expect([runs.count(), idempotencyKeys.callers]).toEqual([2, []]);
  });

  const codes = Object.keys(errors) as ErrorCode[]; // the table's own keys
  const kept = codes.filter((code) => ['tool_error', 'llm_error', 'timeout'].includes(code));
  const forgotten = codes.filter((code) => !kept.includes(code));
  const headers = { 'retry-after': '7' };

  function askTwiceFor(code: ErrorCode) {
    const idempotencyKeys = createKeys();
    const runs = createRuns(() => {
      throw new AppError(code, { message: 'Said.', hint: 'Do.', reason: 'for the log', headers });
    });
    const asked = { slug: 'quote', body: {}, request: requestWith('a').request };
    return { runs, ask: () => runOnce({ idempotencyKeys }, principal, asked, silent, runs.run) };
  }

  it.each(kept)('that ended in %s is not run again: the failure is repeated', async (code) => {
    const { runs, ask } = askTwiceFor(code);
    await expect(ask()).rejects.toMatchObject({ code, reason: 'for the log', headers });
    await expect(ask()).rejects.toMatchObject({
      code,
      message: 'Said.',
      hint: 'Do.',
      headers: { ...headers, 'idempotent-replayed': 'true' },
    });
    expect(runs.count()).toBe(1);
  });

  it.each(forgotten)('that was refused with %s is not remembered', async (code) => {
    const { runs, ask } = askTwiceFor(code);
    await expect(ask()).rejects.toMatchObject({ code });
    await expect(ask()).rejects.toMatchObject({ code, reason: 'for the log', headers });
    expect(runs.count()).toBe(2);
  });

  it('that failed by a fault of ours is not remembered', async () => {
    const idempotencyKeys = createKeys();
    const runs = createRuns(() => {
      throw new TypeError('bug');
    });
    const asked = { slug: 'quote', body: {}, request: requestWith('a').request };
    const ask = () => runOnce({ idempotencyKeys }, principal, asked, silent, runs.run);
    await expect(ask()).rejects.toThrow(TypeError);
    await expect(ask()).rejects.toThrow(TypeError);
    expect(runs.count()).toBe(2);
  });

  it('belongs to one visitor of a surface, though all share its client token', async () => {
    const idempotencyKeys = createKeys();
    const runs = createRuns(() => answer);
    const asked = { slug: 'quote', body: {}, request: requestWith('a').request };
    for (const visitorId of ['vis_1', 'vis_2', 'vis_1']) {
      const visitor = { ...principal, session: { visitorId, authTime: 1 } };
      await runOnce({ idempotencyKeys }, visitor, asked, silent, runs.run);
    }
    expect(runs.count()).toBe(2);
  });

  it('is refused to nobody in particular, whose keys are everybody’s', async () => {
    const idempotencyKeys = createKeys();
    const runs = createRuns(() => answer);
    // As a run without any credential names itself.
    const nobody = { ...principal, credentialClass: 'anonymous' as EmbedPrincipal['credentialClass'] };
    const ask = (key: string | undefined) =>
      runOnce(
        { idempotencyKeys },
        nobody,
        { slug: 'quote', body: {}, request: requestWith(key).request },
        silent,
        runs.run,
      );
    await expect(ask('a')).rejects.toMatchObject({
      code: 'validation_failed',
      issues: [{ path: 'idempotency-key', message: 'is for callers with a credential' }],
    });
    expect(runs.count()).toBe(0);
    expect(await ask(undefined)).toEqual(answer);
  });
});
