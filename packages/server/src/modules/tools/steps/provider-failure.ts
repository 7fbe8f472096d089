import { APICallError, StreamProviderError } from 'ai';
import { OutboundError, type OutboundFailure } from '../../../platform/outbound/index.ts';
import type { Secret } from '../../../platform/secret.ts';
import { StepFailure } from '../engine/step-failure.ts';

const quoteCharsMax = 300;
const retryAfterSecondsMax = 86_400;
const causesMax = 10;

const outboundSentences: Readonly<Record<OutboundFailure, string>> = {
  address_not_allowed: 'its address is private, and OUTBOUND_ALLOW does not list it; nothing was sent',
  name_unknown: 'the name in its address is not known',
  unreachable: 'it cannot be reached, or the connection broke',
  timed_out: 'it took too long',
  answer_too_large: 'its answer is too long',
};

/**
 * What a call of a model ran into, for the owner's ledger. A provider may repeat what it was sent, so of its own words at
 * most one line is quoted, without the key; the error itself, which holds the prompt and the whole answer, goes no
 * further.
 */
export function providerFailure(error: unknown, { key, nowMs }: { key: Secret; nowMs: number }): StepFailure {
  const causes = causesOf(error);
  const outbound = causes.find((cause) => cause instanceof OutboundError);
  if (outbound !== undefined) return failed(outboundSentences[outbound.failure]);
  const call = causes.find((cause) => APICallError.isInstance(cause));
  if (call?.statusCode !== undefined && call.statusCode >= 300) {
    const detail = `it answered with ${call.statusCode}: ${quoted(call.message, key)}`;
    return failed(detail, retryAfterOf(call.responseHeaders ?? {}, nowMs));
  }
  const reported = causes.find((cause) => StreamProviderError.isInstance(cause));
  if (reported !== undefined) return failed(`it reported an error while it answered: ${quoted(reported.message, key)}`);
  // The message of what could not be read quotes what could not be read.
  return failed(`its answer could not be read (${nameOf(error)})`);
}

/** A failure of the provider, in words of our own. */
export function failed(detail: string, retryAfterSeconds?: number): StepFailure {
  return new StepFailure({
    kind: 'provider',
    detail,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** The error and what caused it, outermost first. */
function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let cause = error; cause !== undefined && causes.length < causesMax;) {
    causes.push(cause);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}

/** The key goes first: cut off, it would not be found. */
function quoted(text: string, key: Secret): string {
  const line = text.replaceAll(key.reveal(), '[key]').replaceAll(/\s+/g, ' ').trim();
  return line.length > quoteCharsMax ? `${line.slice(0, quoteCharsMax)}…` : line;
}

/** Whole seconds, as a number or from a date (RFC 9110, section 10.2.3); undefined when there is none that makes sense. */
function retryAfterOf(headers: Record<string, string>, nowMs: number): number | undefined {
  const text = headers['retry-after']?.trim() ?? '';
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - nowMs) / 1000);
  return seconds >= 0 ? Math.min(seconds, retryAfterSecondsMax) : undefined;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
