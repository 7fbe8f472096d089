import { describe, expect, it } from 'vitest';
import { OutboundError, type OutboundFailure, type OutboundMethod } from '../../../platform/outbound/index.ts';
import { createFakeClock } from '../../../testing/fake-clock.ts';
import { pause, pauseBeforeRetry, type Tried } from './http-retry.ts';

const nowMs = Date.parse('2026-03-02T10:00:00Z');

function answer(status: number, retryAfter?: string): Tried {
  return { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter }, body: Buffer.alloc(0) };
}

function pauseAfter(tried: Tried, method: OutboundMethod = 'GET', tries = 1): number | undefined {
  return pauseBeforeRetry(tried, { method, tries, nowMs });
}

describe('another try', () => {
  it.each(['GET', 'PUT', 'DELETE'] as const)('is made of a %s, twice at most', (method) => {
    expect([1, 2, 3, 4].map((tries) => pauseAfter(answer(503), method, tries))).toEqual([
      250,
      1000,
      undefined,
      undefined,
    ]);
  });

  it.each(['POST', 'PATCH'] as const)('is never made of a %s', (method) => {
    for (const tried of [answer(503), answer(429, '1'), new OutboundError('unreachable')]) {
      expect(pauseAfter(tried, method)).toBeUndefined();
    }
  });

  it.each([502, 503, 504])('is made after %d', (status) => {
    expect(pauseAfter(answer(status))).toBe(250);
  });

  it.each([200, 302, 400, 401, 404, 408, 409, 429, 500, 501])('is not made after %d', (status) => {
    expect(pauseAfter(answer(status))).toBeUndefined();
  });

  it.each<[OutboundFailure, number | undefined]>([
    ['unreachable', 250],
    ['address_not_allowed', undefined],
    ['name_unknown', undefined],
    ['timed_out', undefined],
    ['answer_too_large', undefined],
  ])('after %s: %s', (failure, pauseMs) => {
    expect(pauseAfter(new OutboundError(failure))).toBe(pauseMs);
  });

  it.each([
    ['3', 3000],
    ['0', 250],
    ['Mon, 02 Mar 2026 10:00:05 GMT', 5000],
    ['Mon, 02 Mar 2026 09:00:00 GMT', 250],
    ['-1', undefined],
    ['soon', undefined],
    ['99999999999', undefined],
  ])('after 429 with Retry-After %j: %s', (retryAfter, pauseMs) => {
    expect(pauseAfter(answer(429, retryAfter))).toBe(pauseMs);
  });

  it('is made no earlier than an endpoint that is down asks for', () => {
    expect(pauseAfter(answer(503, '7'))).toBe(7000);
    expect(pauseAfter(answer(503, 'soon'))).toBe(250);
  });
});

describe('the pause', () => {
  it('ends when its time has come, and not before', async () => {
    const clock = createFakeClock();
    let isOver = false;
    const waiting = pause(clock, 1000, new AbortController().signal).finally(() => {
      isOver = true;
    });
    clock.advance(999);
    await Promise.resolve();
    expect(isOver).toBe(false);
    clock.advance(1);
    await waiting;
    expect(isOver).toBe(true);
  });

  it('ends when the run is called off, before or in the middle', async () => {
    const clock = createFakeClock();
    const run = new AbortController();
    const waiting = pause(clock, 1000, run.signal);
    run.abort('off');
    await expect(waiting).rejects.toBe('off');
    await expect(pause(clock, 1000, run.signal)).rejects.toBe('off');
  });
});
