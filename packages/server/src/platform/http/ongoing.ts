import type { FastifyReply } from 'fastify';
import { AppError } from '../app-error.ts';
import type { Clock } from '../clock.ts';
import { printMembers } from '../json/index.ts';
import { errorAnswer, toAppError } from './error-answer.ts';
import { openEventStream, prefersEvents, type EventStream, type ServerSentEvent } from './event-stream.ts';

/** What an operation that takes its time has beside its call. */
export type Ongoing = {
  /** Fires when nobody waits for the answer any more, or nobody may; its reason is the `AppError` to end with. */
  signal: AbortSignal;
  /** Tells what happens, to a caller who wants events; the first one begins the stream. To others it tells nothing. */
  report: (event: ServerSentEvent) => void;
  /** Adds to the headers of the answer, in whatever form it comes; to be called before the first event. */
  setHeaders: (headers: Readonly<Record<string, string>>) => void;
};

/** The calls under way of one server. */
export type OngoingCalls = {
  /** Holds a call until the answer is called. */
  hold(callOff: (why: AppError) => void): () => void;
  /** Lets them finish for a while, and then calls off the rest. */
  stop(): void;
};

/** How long calls may go on after the server was told to stop. */
export const ongoingFinishWithinMs = 10_000;

export function createOngoingCalls(clock: Pick<Clock, 'after'>): OngoingCalls {
  const held = new Set<(why: AppError) => void>();
  return {
    hold(callOff) {
      held.add(callOff);
      return () => held.delete(callOff);
    },
    stop() {
      clock.after(ongoingFinishWithinMs, () => {
        for (const callOff of held) callOff(new AppError('unavailable', { reason: 'stopping' }));
      });
    },
  };
}

export type OngoingAnswer = {
  clock: Pick<Clock, 'every' | 'after'>;
  calls: OngoingCalls;
  /** The type of the event that carries what the operation answered. */
  endEvent: string;
  /** Those of the answer's fields that are sent; a field that is `RawJson` is sent as it stands. */
  fields: readonly string[];
  operate: (ongoing: Ongoing) => Promise<unknown>;
  /** Called when a stream begins: holds it for as long as its credential is good, until the answer is called. */
  holdStream: (close: (refusal: AppError) => void) => () => void;
  /** Told of every error that is not thrown on: what a stream ended with, or what nobody was there any more to hear. */
  onError: (error: AppError) => void;
  /** Told when the connection was gone before all of the answer was sent. */
  onUndelivered: () => void;
};

/** Time for the last event of a stream that went well, or failed by itself, to reach a slow caller. */
const dropFinishedAfterMs = 30_000;
/** Together with noticing it this stays below the second in which the stream of a revoked credential has to be closed. */
const dropCalledOffAfterMs = 200;

/**
 * Answers with what the operation returns, as JSON, or to a caller who prefers it as the last of a stream of events.
 * Requirements:
 *
 *   1. What is refused before anything was reported is an ordinary error with its status, in both forms.
 *   2. A stream has exactly one end: the event `endEvent` with the answer, or `error` with the body of the JSON form.
 *   3. When the caller closes the connection the operation's signal fires, in both forms; and it fires when the stream's
 *      credential ends, when the server has to stop, and when the caller reads so slowly that events pile up here. What
 *      is called off ends at once, whether or not the operation has noticed.
 */
export async function answerOngoing(reply: FastifyReply, answering: OngoingAnswer): Promise<FastifyReply> {
  const { clock, calls, endEvent, fields, operate, holdStream, onError, onUndelivered } = answering;
  const { request, raw: response } = reply;
  const wantsEvents = prefersEvents(request.headers);
  const controller = new AbortController();
  const { signal } = controller;
  let stream: EventStream | undefined;
  const letGoOfCall = calls.hold(callOff);
  let letGoOfStream: (() => void) | undefined;

  function callOff(why: AppError): void {
    if (signal.aborted) return;
    controller.abort(why);
    if (stream?.end(errorEvent(why, request.id), dropCalledOffAfterMs) === true) onError(why);
  }

  function openStream(): EventStream {
    reply.hijack();
    letGoOfStream = holdStream(callOff);
    return openEventStream(response, {
      clock,
      headers: reply.getHeaders(),
      onTooSlow: () => callOff(new AppError('canceled', { reason: 'caller_reads_too_slowly' })),
    });
  }

  function onClose(): void {
    letGoOfCall();
    letGoOfStream?.();
    if (response.writableFinished) return;
    const gone = new AppError('canceled', { reason: 'caller_went_away' });
    callOff(gone);
    onError(gone);
    onUndelivered();
  }

  // A caller may be quicker than the hooks before this.
  if (response.destroyed) onClose();
  else response.once('close', onClose);

  const ongoing: Ongoing = {
    signal,
    report(event) {
      if (!wantsEvents || signal.aborted) return;
      stream ??= openStream();
      stream.send(event);
    },
    setHeaders: (headers) => void reply.headers(headers),
  };
  let answer: Record<string, unknown>;
  try {
    answer = listed(await operate(ongoing), fields);
  } catch (thrown) {
    if (stream === undefined) throw thrown;
    const error = toAppError(thrown);
    stream.end(errorEvent(error, request.id), dropFinishedAfterMs);
    // What it was called off with is known; anything else must not be lost, also when nobody hears of it any more.
    if (error !== signal.reason) onError(error);
    return reply;
  }
  // Nothing more is begun for a caller who has gone: no closing would ever end it.
  if (response.destroyed) return reply.hijack();
  if (!wantsEvents) return reply.type('application/json; charset=utf-8').send(printMembers(answer));
  stream ??= openStream();
  stream.end({ type: endEvent, ...answer }, dropFinishedAfterMs);
  return reply;
}

function listed(answer: unknown, fields: readonly string[]): Record<string, unknown> {
  const known = answer as Record<string, unknown>; // by the route's response schema
  return Object.fromEntries(fields.map((field) => [field, known[field]]));
}

function errorEvent(error: AppError, requestId: string): ServerSentEvent {
  const retryAfterSeconds = Number(error.headers['retry-after']);
  return {
    type: 'error',
    ...errorAnswer(error, requestId),
    ...(Number.isFinite(retryAfterSeconds) ? { retryAfterSeconds } : {}),
  };
}
