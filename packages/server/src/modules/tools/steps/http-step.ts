import type { HttpStep } from '@microapp/contract';
import type { Clock } from '../../../platform/clock.ts';
import type { PrintedJson } from '../../../platform/json/index.ts';
import { OutboundError, type Outbound } from '../../../platform/outbound/index.ts';
import type { SignWebhook } from '../../webhook-secret/index.ts';
import type { ToolEngine } from '../engine/engine.ts';
import { limitReached, StepFailure } from '../engine/step-failure.ts';
import { endpointFailed, refusalOf, resultOf } from './http-answer.ts';
import { renderRequest, type HttpRequest } from './http-request.ts';
import { pause, pauseBeforeRetry, type Tried } from './http-retry.ts';
import type { StepCall } from './step-call.ts';

/**
 * Steps that call an endpoint of the owner's. Requirements: no value decides who is called (`renderRequest`); nothing
 * private is reached (`Outbound`); the endpoint can tell the call for ours and a repeated one for the same (Standard
 * Webhooks); everything, repetitions included, ends within one time limit; what is told of a failure holds no secret.
 */
export type HttpSteps = {
  /** What the body of the answer says. Rejects with `StepFailure`. */
  run(step: HttpStep, call: StepCall): Promise<PrintedJson>;
};

export type HttpStepDeps = {
  clock: Clock;
  engine: ToolEngine;
  outbound: Outbound;
  /** What signs the owner's calls, now. */
  signerOf: (ownerId: string) => Promise<SignWebhook>;
  userAgent: string;
};

const timeoutMsDefault = 10_000;
const answerBytesMax = 1024 * 1024;
/** For GET alone: another method would change on the way, or carry its body to somebody else. */
const redirectsMax = 3;

export function createHttpSteps(deps: HttpStepDeps): HttpSteps {
  return {
    async run(step, call) {
      const ending = new AbortController();
      const timeoutMs = step.timeoutMs ?? timeoutMsDefault;
      const stop = deps.clock.after(timeoutMs, () => ending.abort());
      const signal = AbortSignal.any([call.signal, ending.signal]);
      const endsAtMs = deps.clock.monotonicMs() + timeoutMs;
      try {
        const request = await renderRequest(deps.engine, step, { context: call.context, signal });
        const tried = await tryUntil(deps, request, {
          ...(await identityOf(deps, step, call)),
          endsAtMs,
          timeoutMs,
          signal,
        });
        if (tried instanceof OutboundError) throw failureOf(tried);
        if (tried.status < 200 || tried.status > 299) throw refusalOf(tried, request.secrets);
        return await resultOf(deps.engine, tried, signal);
      } catch (cause) {
        if (call.signal.aborted) throw new StepFailure({ kind: 'aborted' }, { cause });
        if (ending.signal.aborted) throw new StepFailure(limitReached('time'), { cause });
        throw cause;
      } finally {
        stop();
      }
    },
  };
}

/** What the endpoint knows the call by. */
type Identity = { sign: SignWebhook; messageId: string; runId: string };

async function identityOf(deps: HttpStepDeps, step: HttpStep, { ownerId, runId }: StepCall): Promise<Identity> {
  return { sign: await deps.signerOf(ownerId), messageId: `${runId}_${step.name}`, runId };
}

/** `signal` fires at the end of the step's time, which is `timeoutMs` long. */
type Trying = Identity & { endsAtMs: number; timeoutMs: number; signal: AbortSignal };

/** Asks, and asks again where that is right and there is time for it. */
async function tryUntil(deps: HttpStepDeps, request: HttpRequest, trying: Trying): Promise<Tried> {
  const { clock } = deps;
  for (let tries = 1; ; tries++) {
    const tried = await tryOnce(deps, request, trying);
    const pauseMs = pauseBeforeRetry(tried, { method: request.method, tries, nowMs: clock.now() });
    if (pauseMs === undefined || clock.monotonicMs() + pauseMs >= trying.endsAtMs) return tried;
    await pause(clock, pauseMs, trying.signal);
  }
}

async function tryOnce(
  { clock, outbound, userAgent }: HttpStepDeps,
  request: HttpRequest,
  trying: Trying,
): Promise<Tried> {
  const { sign, messageId, runId, timeoutMs, signal } = trying;
  const { method, url, headers, body } = request;
  try {
    return await outbound.send({
      method,
      url,
      ...(body === undefined ? {} : { body }),
      headers: {
        accept: 'application/json, text/*;q=0.9, application/xml;q=0.8',
        'user-agent': userAgent,
        ...headers,
        'x-microapp-run-id': runId,
        // The time is each try's own, or a repeated one would be refused as a replay.
        ...sign({ id: messageId, sentAt: new Date(clock.now()), body: body ?? '' }),
      },
      timeoutMs,
      bodyBytesMax: answerBytesMax,
      redirectsMax: method === 'GET' ? redirectsMax : 0,
      signal,
    });
  } catch (error) {
    if (error instanceof OutboundError) return error;
    throw error;
  }
}

function failureOf(error: OutboundError): StepFailure {
  switch (error.failure) {
    case 'timed_out':
      return new StepFailure(limitReached('time'), { cause: error });
    case 'answer_too_large':
      return new StepFailure(limitReached('output'), { cause: error });
    case 'address_not_allowed':
      return endpointFailed('the address is private, and OUTBOUND_ALLOW does not list it; nothing was sent', error);
    case 'name_unknown':
      return endpointFailed('the name in the address is not known', error);
    case 'unreachable':
      return endpointFailed('the address cannot be reached', error);
  }
}
