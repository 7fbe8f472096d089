import {
  createLocalJWKSet,
  errors as joseErrors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { AppError } from '../app-error.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { discoverKeys } from './discover-keys.ts';
import type { Fetch } from './fetch-json.ts';

/** A provider's public keys as they were at one time, with what was verified by them, which ends with them. */
export type KeySet = { resolve: JWTVerifyGetKey; verified: LRUCache<string, JWTPayload> };

export type ProviderKeys = {
  /** The keys to verify with now. Throws `unavailable` when there are none and the provider does not answer. */
  current(): Promise<KeySet>;
  /** Newer keys than these, for a token that none of them made; undefined when there are none or it is too soon to ask. */
  newerThan(keys: KeySet): Promise<KeySet | undefined>;
  /** Gives up what is under way. */
  close(): void;
};

const loadWithinMs = 5000;
/** How long a key that its provider has withdrawn may still count. */
const refreshAfterMs = 5 * 60_000;
/** How long keys are used while the provider does not answer. */
const keptMaxMs = 60 * 60_000;
const coolDownMs = 30_000;
const retryFirstMs = 1000;
const retryMaxMs = 30_000;
const verifiedMax = 5000;

/**
 * The keys of an identity provider, fetched when first needed. Requirements:
 *
 *   1. One load at a time, whoever asks; each within five seconds.
 *   2. A failure is never remembered as an answer. It only sets the moment before which nobody asks again, later with
 *      each failure in a row.
 *   3. Keys of five minutes are asked for again before they are used: a key that was withdrawn, and every token that was
 *      verified by it, ends then. While the provider does not answer, its last keys stay good for an hour.
 *   4. A token by an unknown key may be newer than the keys: they are asked for again, at most every half minute, or
 *      strangers could make us ask with each request.
 */
export function createProviderKeys({
  issuer,
  fetch,
  clock,
  log,
}: {
  issuer: string;
  fetch: Fetch;
  clock: Clock;
  log: Pick<Log, 'info' | 'warn'>;
}): ProviderKeys {
  let known: { keys: KeySet; text: string; loadedAtMs: number } | undefined;
  let loading: { done: Promise<void>; abort: () => void } | undefined;
  let failures = 0;
  let retryAtMs = -Infinity;
  let isClosed = false;

  function ageMs(): number {
    return known === undefined ? Infinity : clock.monotonicMs() - known.loadedAtMs;
  }

  async function read(signal: AbortSignal): Promise<void> {
    // Their age counts from when they were asked for: the answer may have been on its way for long.
    const loadedAtMs = clock.monotonicMs();
    try {
      const jwks = await discoverKeys(fetch, issuer, signal);
      const text = JSON.stringify(jwks);
      failures = 0;
      if (known?.text === text) {
        known.loadedAtMs = loadedAtMs;
        return;
      }
      known = { keys: keySetOf(jwks), text, loadedAtMs };
      log.info({ issuer, keys: jwks.keys.length }, 'the keys of the identity provider were read');
    } catch (error) {
      failures += 1;
      retryAtMs = clock.monotonicMs() + Math.min(retryFirstMs * 2 ** (failures - 1), retryMaxMs);
      if (!isClosed) log.warn({ err: error, issuer, failures }, 'the identity provider does not answer');
    }
  }

  async function load(): Promise<void> {
    if (loading === undefined) {
      if (isClosed || clock.monotonicMs() < retryAtMs) return;
      const controller = new AbortController();
      const cancelDeadline = clock.after(loadWithinMs, () => controller.abort(new Error('it took too long')));
      const done = read(controller.signal).finally(() => {
        cancelDeadline();
        loading = undefined;
      });
      loading = { done, abort: () => controller.abort(new Error('the server stops')) };
    }
    await loading.done;
  }

  return {
    async current() {
      if (ageMs() >= refreshAfterMs) await load();
      if (known !== undefined && ageMs() < keptMaxMs) return known.keys;
      const waitSeconds = Math.max(1, Math.ceil((retryAtMs - clock.monotonicMs()) / 1000));
      throw new AppError('unavailable', {
        reason: 'identity_provider',
        message: 'The identity provider does not answer, so access tokens cannot be checked.',
        headers: { 'retry-after': String(waitSeconds) },
      });
    },
    async newerThan(keys) {
      if (known?.keys === keys && ageMs() >= coolDownMs) await load();
      return known?.keys === keys ? undefined : known?.keys;
    },
    close() {
      isClosed = true;
      loading?.abort();
    },
  };
}

function keySetOf(jwks: JSONWebKeySet): KeySet {
  const find = createLocalJWKSet(jwks);
  return {
    verified: new LRUCache({ max: verifiedMax }),
    async resolve(header, token) {
      try {
        return await find(header, token);
      } catch (error) {
        if (error instanceof joseErrors.JOSEError) throw error;
        // The platform's own complaint about numbers that make no key: nobody's token is to blame.
        throw new AppError('unavailable', { reason: 'identity_provider_key', cause: error });
      }
    },
  };
}
