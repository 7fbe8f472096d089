import { errors, type ErrorCode } from '@microapp/contract';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../platform/app-error.ts';
import type { EmbedPrincipal, IdempotencyKeys, KeyedRequest, RequestFacts } from '../../platform/http/index.ts';
import { printJson } from '../../platform/json/index.ts';
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

function requestWith(key: string | undefined): RequestFacts {
  return {
    id: 'req_1',
    address: '127.0.0.1',
    origin: undefined,
    header: (name) => (name === 'idempotency-key' ? key : undefined),
    attribute: () => undefined,
    setHeader: () => undefined,
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

const unheard = () => undefined;
const answer: RunAnswer = { runId: 'run_1', status: 'ok', output: printJson({ total: 3 }), durationMs: 1 };

describe('a run under an Idempotency-Key', () => {
  it('is repeated with its own id and output, and marked as a repeat', async () => {
    const idempotencyKeys = createKeys();
    const runs = createRuns(() => answer);
    const told: Record<string, string>[] = [];
    const ask = () =>
      runOnce(
        { idempotencyKeys },
        principal,
        { slug: 'quote', bodyText: '{}', request: requestWith('a') },
        (fields) => told.push(fields),
        runs.run,
      );
    expect(await ask()).toEqual(answer);
    expect(told).toEqual([]);
    expect(await ask()).toEqual(answer);
    expect(told).toEqual([{ 'idempotent-replayed': 'true' }]);
    expect(runs.count()).toBe(1);
  });

  it('without a key is a run each time', async () => {
    const idempotencyKeys = createKeys();
    const runs = createRuns(() => answer);
    const asked = { slug: 'quote', bodyText: '{}', request: requestWith(undefined) };
    await runOnce({ idempotencyKeys }, principal, asked, unheard, runs.run);
    await runOnce({ idempotencyKeys }, principal, asked, unheard, runs.run);
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
    const asked = { slug: 'quote', bodyText: '{}', request: requestWith('a') };
    return { runs, ask: () => runOnce({ idempotencyKeys }, principal, asked, unheard, runs.run) };
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
    const asked = { slug: 'quote', bodyText: '{}', request: requestWith('a') };
    const ask = () => runOnce({ idempotencyKeys }, principal, asked, unheard, runs.run);
    await expect(ask()).rejects.toThrow(TypeError);
    await expect(ask()).rejects.toThrow(TypeError);
    expect(runs.count()).toBe(2);
  });

  it('belongs to one visitor of a surface, though all share its client token', async () => {
    const idempotencyKeys = createKeys();
    const runs = createRuns(() => answer);
    const asked = { slug: 'quote', bodyText: '{}', request: requestWith('a') };
    for (const visitorId of ['vis_1', 'vis_2', 'vis_1']) {
      const visitor = { ...principal, session: { visitorId, authTime: 1 } };
      await runOnce({ idempotencyKeys }, visitor, asked, unheard, runs.run);
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
        { slug: 'quote', bodyText: '{}', request: requestWith(key) },
        unheard,
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
