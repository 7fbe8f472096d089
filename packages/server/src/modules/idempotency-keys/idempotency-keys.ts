import { hash } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { IdempotencyKeys, KeyedRequest, KeyedScope, Kept } from '../../platform/http/index.ts';
import type { Log } from '../../platform/log.ts';
import { newUuid, type Random } from '../../platform/random.ts';
import { leaseMs, leaseRenewalMs, rememberedMs } from './limits.ts';
import { repeat } from './repeat.ts';
import { findKey, keepOutcome, releaseKey, renewLease, takeKey, type KeyedTx, type KeyRow } from './store.ts';
import { sweepKeys } from './sweep.ts';

export type RunningIdempotencyKeys = IdempotencyKeys & {
  /** Stops the sweeping. */
  stop(): void;
};

/** Whoever asks for a key: with a claim of its own, if the key is free; else with what is known about it. */
type Claimed = { claim: string; requestHash: Uint8Array } & ({ taken: true } | { taken: false; row: KeyRow });

/**
 * Remembers the outcome of requests with an `Idempotency-Key` for a day.
 *
 * The key's row is unique, so of requests at the same moment one acts. Within a transaction the others wait for its
 * commit and then repeat it, or, if it was rolled back, the next one acts. Around long work nobody waits: the row is
 * there from the beginning, under a lease, and the others are told to come back.
 */
export function createIdempotencyKeys(deps: {
  db: Database;
  clock: Clock;
  random: Random;
  log: Log;
}): RunningIdempotencyKeys {
  const { db, clock, random, log } = deps;

  async function take(tx: KeyedTx, scope: KeyedScope, request: KeyedRequest): Promise<Claimed> {
    const now = clock.now();
    const claim = newUuid(random);
    const requestHash = requestHashOf(scope, request);
    const row = {
      owner_id: scope.ownerId,
      workspace_id: scope.workspaceId ?? null,
      request_hash: requestHash,
      body_hash: request.bodyHash,
      claim,
      leased_until: new Date(now + leaseMs),
      created_at: new Date(now),
    };
    const moments = { now: new Date(now), forgottenBefore: new Date(now - rememberedMs) };
    // Whoever holds the key may give it back between the two statements, once or several times.
    for (;;) {
      if (await takeKey(tx, row, moments)) return { taken: true, claim, requestHash };
      const found = await findKey(tx, { ownerId: scope.ownerId, requestHash });
      if (found !== undefined) return { taken: false, claim, requestHash, row: found };
    }
  }

  async function within(
    tx: KeyedTx,
    scope: KeyedScope,
    request: KeyedRequest,
    act: () => Promise<unknown>,
  ): Promise<Kept> {
    const claimed = await take(tx, scope, request);
    if (!claimed.taken) return repeat(claimed.row, request);
    const outcome = await act();
    await keepOutcome(tx, { ...scope, ...claimed, outcome: JSON.stringify(outcome) });
    return { outcome, repeated: false };
  }

  async function around(scope: KeyedScope, request: KeyedRequest, act: () => Promise<unknown>): Promise<Kept> {
    const inScope = <T>(work: (tx: KeyedTx) => Promise<T>): Promise<T> => {
      const { ownerId, workspaceId } = scope;
      return workspaceId === undefined
        ? db.withOwner({ ownerId }, work)
        : db.withWorkspace({ ownerId, workspaceId }, work);
    };
    const claimed = await inScope((tx) => take(tx, scope, request));
    if (!claimed.taken) return repeat(claimed.row, request);
    const held = { ownerId: scope.ownerId, ...claimed };
    /** What became of the deed is what the caller is told, and not that a note of it failed: the lease then runs out. */
    const note = (work: (tx: KeyedTx) => Promise<void>): Promise<void> =>
      inScope(work).catch((error: unknown) => log.warn({ err: error }, 'an idempotency key could not be noted'));

    const stopRenewing = clock.every(leaseRenewalMs, () => {
      const until = new Date(clock.now() + leaseMs);
      void note((tx) => renewLease(tx, { ...held, until }));
    });
    try {
      const outcome = await act();
      await note((tx) => keepOutcome(tx, { ...held, outcome: JSON.stringify(outcome) }));
      return { outcome, repeated: false };
    } catch (error) {
      await note((tx) => releaseKey(tx, held));
      throw error;
    } finally {
      stopRenewing();
    }
  }

  return { within, around, stop: sweepKeys(deps) };
}

/** Tells apart owners, workspaces, callers, targets and keys; as JSON, so that no two of them run into each other. */
function requestHashOf({ ownerId, workspaceId }: KeyedScope, { caller, target, key }: KeyedRequest): Uint8Array {
  return hash('sha256', JSON.stringify([ownerId, workspaceId ?? null, caller, target, key]), 'buffer');
}
