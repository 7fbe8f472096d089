import type { TokenReason } from '@microapp/contract/protocol';
import { redeem, refresh, type Credential, type Place, type Redeemed, type SessionToken } from './exchange.ts';
import { Failure, isTransient, toFailure } from './failure.ts';
import { sendJson, type JsonRequest, type Network } from './send-json.ts';

/**
 * The frame's session: a token of a few minutes, in memory only, renewed for as long as the frame is there.
 *
 * Requirements
 *   - The token is never stored and never leaves this module but in the `authorization` header to our own server.
 *   - Durations come from `expiresIn` and a monotonic clock; what the visitor's clock says changes nothing.
 *   - There is never more than one renewal under way.
 *   - A visitor notices no renewal, and loses nothing typed by one that fails.
 *
 * Steps
 *   1. `open`: redeem the ticket (or exchange the embed token for one, and redeem that).
 *   2. At 80 % of `expiresIn`: refresh. When that does not get through: again after 1, 2, 4 … 30 s, and at once when
 *      the page wakes or comes back online.
 *   3. When the server refuses to refresh (after half an hour, after a long sleep, after a rotation): ask the host for
 *      a new ticket, and redeem that. When the host or the server refuses, rest; the next `call`, or the page waking, asks again.
 *   4. A `call` that is answered 401 gets a new session by step 3, and is sent once more.
 */
export type Session = {
  /** Opens the session, or opens it again with a new credential of the host. Throws `Failure`. */
  open(credential?: Credential): Promise<Redeemed>;
  /** Sends a request with the session. Throws `Failure`. */
  call(request: SessionRequest): Promise<unknown>;
  /** Forgets the token, and ends every request and timer. */
  close(): void;
};

export type SessionRequest = Pick<JsonRequest, 'method' | 'path' | 'body' | 'timeoutMs' | 'readStream'> & {
  /** Ends this request alone. */
  signal?: AbortSignal | undefined;
};

export type SessionDeps = Network & {
  /** Calls `task` when the page becomes visible or online; returns the function that ends it. */
  onWake(task: () => void): () => void;
  /** Asks the host for a new ticket or token. */
  nextCredential(reason: TokenReason): Promise<Credential>;
  /** Told when a renewal in the background was refused for good. */
  onRefused(failure: Failure): void;
};

const refreshAtShare = 0.8;
const firstRetryMs = 1_000;
const retryMsMax = 30_000;

type Held = { token: string; refreshAtMs: number; expiresAtMs: number };

export function createSession(deps: SessionDeps, place: Place): Session {
  const { clock } = deps;
  const life = new AbortController();
  let held: Held | undefined;
  let renewal: Promise<Held> | undefined;
  let retries = 0;
  let cancelTimer: (() => void) | undefined;

  const stopListening = deps.onWake(() => {
    retries = 0;
    if (held !== undefined && clock.monotonicMs() >= held.refreshAtMs) renewInBackground();
  });

  function hold({ token, expiresIn }: SessionToken, askedAtMs: number): Held {
    if (life.signal.aborted) throw new Failure('closed');
    // Counted from before the question: the server's count began later, so ours ends earlier.
    const lifetimeMs = expiresIn * 1000;
    held = { token, refreshAtMs: askedAtMs + lifetimeMs * refreshAtShare, expiresAtMs: askedAtMs + lifetimeMs };
    retries = 0;
    schedule(held.refreshAtMs - clock.monotonicMs());
    return held;
  }

  function schedule(delayMs: number): void {
    cancelTimer?.();
    if (!life.signal.aborted) cancelTimer = clock.after(Math.max(delayMs, 0), renewInBackground);
  }

  function forget(): void {
    held = undefined;
    cancelTimer?.();
  }

  function renewInBackground(): void {
    renew().catch((error: unknown) => {
      const failure = toFailure(error);
      if (failure.code === 'closed') return;
      if (!isTransient(failure)) return deps.onRefused(failure);
      const waitMs = Math.min(firstRetryMs * 2 ** retries, retryMsMax);
      retries += 1;
      schedule(Math.max(waitMs, (failure.retryAfterSeconds ?? 0) * 1000));
    });
  }

  function renew(): Promise<Held> {
    renewal ??= nextSession().finally(() => {
      renewal = undefined;
    });
    return renewal;
  }

  async function nextSession(): Promise<Held> {
    const askedAtMs = clock.monotonicMs();
    if (held !== undefined && askedAtMs < held.expiresAtMs) {
      try {
        return hold(await refresh(deps, held.token, life.signal), askedAtMs);
      } catch (error) {
        if (!isUnauthorized(error)) throw error;
      }
    }
    const { session } = await redeemed(await deps.nextCredential('expired'));
    return session;
  }

  async function redeemed(credential: Credential): Promise<{ session: Held; answer: Redeemed }> {
    const askedAtMs = clock.monotonicMs();
    const answer = await redeem(deps, place, credential, life.signal);
    return { session: hold(answer, askedAtMs), answer };
  }

  async function current(): Promise<Held> {
    return held !== undefined && clock.monotonicMs() < held.expiresAtMs ? held : renew();
  }

  function send({ token }: Held, request: SessionRequest): Promise<unknown> {
    const signal = request.signal === undefined ? life.signal : AbortSignal.any([life.signal, request.signal]);
    return sendJson(deps, { ...request, headers: { authorization: `Bearer ${token}` }, signal });
  }

  return {
    async open(credential) {
      const { answer } = await redeemed(credential ?? (await deps.nextCredential('retry')));
      return answer;
    },

    async call(request) {
      const session = await current();
      try {
        return await send(session, request);
      } catch (error) {
        if (!isUnauthorized(error)) throw error;
      }
      // Another call may have renewed it by now; then that one is taken.
      if (held === session) forget();
      return send(await current(), request);
    },

    close() {
      life.abort();
      forget();
      stopListening();
    },
  };
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof Failure && error.status === 401;
}
