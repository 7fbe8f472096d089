import { randomBytes } from 'node:crypto';
import { APICallError } from 'ai';
import { describe, expect, it } from 'vitest';
import { OutboundError } from '../../../platform/outbound/index.ts';
import { Secret } from '../../../platform/secret.ts';
import { StepFailure } from '../engine/step-failure.ts';
import { providerFailure } from './provider-failure.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const key = `sk-${randomBytes(18).toString('base64url')}`;

function callError(fields: Partial<ConstructorParameters<typeof APICallError>[0]> = {}): APICallError {
  return new APICallError({
    message: 'Too many requests.',
    url: 'https://llm.example/v1',
    requestBodyValues: { prompt: 'the visitor’s words' },
    statusCode: 429,
    ...fields,
  });
}

const reasonOf = (error: unknown) => providerFailure(error, { key: new Secret(key), nowMs }).reason;

describe('a provider’s failure', () => {
  it.each([
    ['7', 7],
    ['0', 0],
    [' 7 ', 7],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30],
    ['999999999', 86_400],
    ['Sun, 01 Mar 2026 11:59:00 GMT', undefined],
    ['-1', undefined],
    ['soon', undefined],
    ['', undefined],
  ])('with Retry-After "%s" hands on %s', (header, seconds) => {
    const reason = reasonOf(callError({ responseHeaders: { 'retry-after': header } }));
    expect(reason).toEqual({
      kind: 'provider',
      detail: 'it answered with 429: Too many requests.',
      ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    });
  });

  it('quotes one line of what the provider said, cut to a length, the key taken out before', () => {
    const message = `No:\n  ${'x'.repeat(280)} ${key} ${key} and much more`;
    const { detail } = reasonOf(callError({ message, statusCode: 401 })) as { detail: string };
    expect(detail).toBe(`it answered with 401: No: ${'x'.repeat(280)} [key] [key] and…`);
    expect(detail).not.toContain(key.slice(0, 8));
  });

  it('has no cause: the error of the library holds the prompt and the whole answer', () => {
    const failure = providerFailure(callError({ responseBody: key }), { key: new Secret(key), nowMs });
    expect(failure).toBeInstanceOf(StepFailure);
    expect(failure.cause).toBeUndefined();
  });

  it.each([
    ['address_not_allowed', 'its address is private, and OUTBOUND_ALLOW does not list it; nothing was sent'],
    ['timed_out', 'it took too long'],
    ['unreachable', 'it cannot be reached, or the connection broke'],
    ['name_unknown', 'the name in its address is not known'],
    ['answer_too_large', 'its answer is too long'],
  ] as const)('on the way to it (%s) is found however deep it is wrapped', (failure, detail) => {
    const wrapped = new TypeError('fetch failed', { cause: new OutboundError(failure) });
    for (const error of [wrapped, callError({ cause: wrapped, statusCode: 200 })]) {
      expect(reasonOf(error)).toEqual({ kind: 'provider', detail });
    }
  });

  it('of a kind that nobody knows is told by its name alone, and one that causes itself comes to an end', () => {
    const error = new Error(`surprising: ${key}`);
    error.name = 'OddError';
    error.cause = error;
    expect(reasonOf(error)).toEqual({ kind: 'provider', detail: 'its answer could not be read (OddError)' });
    expect(reasonOf('text')).toEqual({ kind: 'provider', detail: 'its answer could not be read (string)' });
    expect(reasonOf(undefined)).toEqual({ kind: 'provider', detail: 'its answer could not be read (undefined)' });
  });
});
