import { randomBytes } from 'node:crypto';
import type { LlmStep, Provider } from '@microapp/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEchoModel, type EchoModel } from '../../../echo-model/server.ts';
import { createAddressRule, createOutbound, type Outbound } from '../../../platform/outbound/index.ts';
import { Secret } from '../../../platform/secret.ts';
import { createFakeClock, type FakeClock } from '../../../testing/fake-clock.ts';
import type { ModelKey } from '../../provider-keys/index.ts';
import type { ToolEngine } from '../engine/engine.ts';
import type { FailureReason } from '../engine/step-failure.ts';
import { contextWith, failureOf, startEngine } from '../engine/testing/start-engine.ts';
import { askModel } from './ask-model.ts';

const question: LlmStep = {
  kind: 'llm',
  name: 'ask',
  model: 'echo',
  prompt: 'Praise the {{ inputs.product }} for {{ workspace.name }}.',
};
const praise = {
  type: 'object',
  required: ['headline', 'points'],
  additionalProperties: false,
  properties: {
    headline: { type: 'string', maxLength: 40 },
    points: { type: 'array', minItems: 1, maxItems: 3, items: { type: 'string' } },
    stars: { type: 'integer', minimum: 4, maximum: 5 },
  },
};
const asJson = { ...question, schema: praise };
const said = 'Echo of what was asked: Praise the lamp for Acme.';

let echo: EchoModel;
let engine: ToolEngine;
let clock: FakeClock;
let outbound: Outbound;
let secret: string;
let pieces: string[];

beforeAll(async () => {
  clock = createFakeClock();
  echo = await startEchoModel({ clock });
  engine = startEngine();
  outbound = outboundThatMay([new URL(echo.url).host]);
});
beforeEach(() => {
  secret = `sk-${randomBytes(18).toString('base64url')}`;
  pieces = [];
});
afterAll(async () => {
  await engine.close();
  await echo.close();
});

function outboundThatMay(reach: readonly string[]): Outbound {
  return createOutbound({ clock, resolve: () => Promise.resolve([]), isAllowed: createAddressRule(reach) });
}

function keyOf(provider: Provider, fields: Partial<ModelKey> = {}): ModelKey {
  const baseUrl = `${echo.url}/${provider === 'google' ? 'v1beta' : 'v1'}`;
  return { provider, baseUrl, defaultModel: null, key: new Secret(secret), ...fields };
}

type Asking = { key?: ModelKey; signal?: AbortSignal; reach?: Outbound; inputs?: Record<string, unknown> };

function ask(step: LlmStep, asking: Asking = {}): Promise<unknown> {
  const { key = keyOf('openai-compatible'), signal = new AbortController().signal, reach = outbound } = asking;
  const context = contextWith(asking.inputs ?? { product: 'lamp' });
  const onText = (text: string): void => void pieces.push(text);
  return askModel({ clock, engine, outbound: reach }, key, step, { context, ownerId: 'o', runId: 'r', signal, onText });
}

/** The failure of a call; fails if any of it, its cause included, holds the key. */
async function failure(asked: Promise<unknown>): Promise<FailureReason> {
  const reason = await failureOf(asked);
  expect(JSON.stringify(reason)).not.toContain(secret);
  return reason;
}

const providers = ['openai', 'anthropic', 'google', 'mistral', 'openai-compatible'] as const;

describe.each(providers)('a model of %s', (provider) => {
  it('is asked with the rendered prompts and the owner’s key, and its text comes in pieces', async () => {
    const step = { ...question, system: 'Be {{ workspace.attributes.tier }}.', temperature: 0.5, maxOutputTokens: 100 };
    expect(await ask(step, { key: keyOf(provider) })).toBe(said);
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toBe(said);
    expect(echo.seen.at(-1)).toMatchObject({
      key: secret,
      model: 'echo',
      prompt: 'Praise the lamp for Acme.',
      system: 'Be gold.',
      temperature: 0.5,
      maxOutputTokens: 100,
    });
  });

  it('answers JSON by the step’s schema, and in one piece', async () => {
    expect(await ask(asJson, { key: keyOf(provider) })).toEqual({
      headline: 'Praise the lamp for Acme.',
      points: [expect.any(String), expect.any(String)],
      stars: 4,
    });
    expect(pieces).toEqual([]);
  });

  it.each([
    ['echo-401', /^it answered with 401: /],
    ['echo-500', /^it answered with 500: /],
    ['echo-cut', /^it cannot be reached, or the connection broke$/],
    ['echo-short', /^its answer ended before it was complete$/],
    ['echo-error', /^it reported an error while it answered: /],
    ['echo-malformed', /^its answer could not be read/],
  ])('%s fails as the provider’s failure, and its words are told without the key', async (model, detail) => {
    const reason = await failure(ask({ ...question, model }, { key: keyOf(provider) }));
    expect(reason).toEqual({ kind: 'provider', detail: expect.stringMatching(detail) });
  });

  it('that is busy says when to come back, and is asked once', async () => {
    const before = echo.seen.length;
    const reason = await failure(ask({ ...question, model: 'echo-429' }, { key: keyOf(provider) }));
    expect(reason).toMatchObject({ kind: 'provider', detail: expect.stringContaining('429'), retryAfterSeconds: 7 });
    expect(echo.seen).toHaveLength(before + 1);
  });

  it.each([
    ['echo-prose', 'its answer is not the JSON that was asked for'],
    ['echo-unruly', 'its answer does not follow the schema: inputs.echo is not a known field'],
  ])('%s fails where JSON was asked for', async (model, detail) => {
    expect(await failure(ask({ ...asJson, model }, { key: keyOf(provider) }))).toEqual({ kind: 'provider', detail });
  });
});
