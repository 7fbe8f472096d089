import type { Clock } from '../clock.ts';
import type { Database } from '../db/index.ts';
import type { Log } from '../log.ts';
import { randomBase62, type Random } from '../random.ts';
import { createLease } from './lease.ts';

/** Something that is remembered, and must be forgotten when what it was made from changes. */
export type Follower = {
  /** Forgets what was made from `tag`, a change's name such as `note:note_…`. */
  evict(tag: string): void;
  /** Forgets everything, because changes may have been missed. */
  clear(): void;
};

export type ChangeFeed = {
  /** What the others on this database know this process by, for as long as it lives. */
  readonly instanceId: string;
  /** Whether what is remembered is still true. To be asked at each use: the answer is good for this very moment. */
  isTrusted: () => boolean;
  /** To be told of every change, in the order in which they were committed. */
  follow: (follower: Follower) => void;
  /** Begins to listen. Resolves once changes are followed, or as soon as it is known that they cannot be now. */
  start(): Promise<void>;
  /**
   * Resolves when nobody on this database trusts what was true before the changes that were committed before the call.
   * Takes a moment, and at most the time of one lease.
   */
  everywhere: () => Promise<void>;
  /** Stops trusting, and takes this instance off the book. */
  close(): Promise<void>;
};

export type ChangeFeedDeps = {
  db: Pick<Database, 'leases' | 'listen' | 'notifications'>;
  clock: Clock;
  random: Random;
  log: Pick<Log, 'warn'>;
};

/** How long others wait for an instance that says nothing. */
export const leaseMs = 1000;
/** The holder counts less than its giver, in case its clocks run slow. */
const leaseMarginMs = 100;
const renewEveryMs = 300;
const sweepEveryMs = 2 * leaseMs;
/** A notification may come a moment after the number that it belongs to; after so many tries it is not coming. */
const lagsMax = 2;
const pauseMsMin = 1;
const pauseMsMax = 32;

const channel = 'microapp_change';
const instanceIdLength = 22;

/**
 * Follows the numbered changes of a database that several instances share, so that each may answer from memory and still
 * nobody sees what was true before a change whose maker has been answered. What must hold, each for a way to go wrong:
 *
 *   1. LISTEN, then the lease, then load: what changes from the first moment of trust on is heard.
 *   2. A lease counts from when it was asked for, on both clocks (`lease.ts`). Without one nothing is trusted.
 *   3. A lapsed lease empties what is remembered *before* it is renewed: an instance that was frozen must not wake up,
 *      renew, and only then read what happened meanwhile.
 *   4. A renewal carries the number of the last change that was followed, and is refused to one that lags: or an instance
 *      that lives but hears nothing would hold up every change. One that cannot catch up forgets everything instead.
 *   5. A hole in the numbers, or a lost connection: everything is forgotten.
 *   6. Whoever makes a change waits, after its commit, for every instance in the book until it has followed or one lease
 *      has passed by the waiting one's own clock. No instance's time of day is compared with another's.
 *
 * On PGlite there is nobody else, and every change has been heard before the call that made it returns.
 */
export function createChangeFeed(deps: ChangeFeedDeps): ChangeFeed {
  const { db, clock, log } = deps;
  const book = db.leases;
  const instanceId = randomBase62(deps.random, instanceIdLength);
  const followers: Follower[] = [];
  const lease = createLease(clock, leaseMs - leaseMarginMs);
  const stops: (() => void | Promise<void>)[] = [];
  /** The last change that was followed. Undefined: nothing is remembered that a change could make untrue. */
  let followed: number | undefined;
  /** The highest number heard since the renewal under way was sent. */
  let heard = 0;
  /** Counts how often everything was forgotten: what was asked before that is answered about another memory. */
  let memories = 0;
  let lags = 0;
  let renewing: Promise<void> | undefined;
  let isDue = false;
  let isClosed = false;

  function forget(): void {
    lease.end();
    followed = undefined;
    memories += 1;
    lags = 0;
    for (const follower of followers) follower.clear();
  }

  function isTrusted(): boolean {
    if (book === undefined) return db.notifications.listening;
    if (lease.isRunning()) return true;
    if (followed !== undefined) forget();
    return false;
  }

  function hear(payload: string): void {
    const { number, tag } = parseChange(payload);
    heard = Math.max(heard, number);
    if (followed !== undefined && number > followed + 1) {
      log.warn({ followed, number }, 'changes were missed: everything remembered is forgotten');
      forget();
    }
    for (const follower of followers) follower.evict(tag);
    if (followed !== undefined) {
      followed = Math.max(followed, number);
      lags = 0;
    }
    // Those who wait for this instance read in the book that it has followed.
    if (book !== undefined) void renew();
  }

  /** One renewal at a time. What is asked meanwhile is done right after it. */
  function renew(): Promise<void> {
    isDue = true;
    renewing ??= renewWhileDue().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  async function renewWhileDue(): Promise<void> {
    while (isDue && !isClosed && db.notifications.listening) {
      isDue = false;
      try {
        isDue = (await renewOnce()) || isDue;
      } catch (error) {
        // The next tick, or the connection when it is back, tries again; until then the lease runs out.
        log.warn({ err: error }, 'the lease could not be renewed');
        return;
      }
    }
  }

  /** Answers whether to try again at once. */
  async function renewOnce(): Promise<boolean> {
    if (book === undefined) return false;
    // Rule 3: asking is what forgets, when the lease has run out.
    isTrusted();
    const asked = lease.now();
    const [carried, memory] = [followed, memories];
    heard = 0;
    const { latest, renewed } = await book.renew(instanceId, carried);
    if (memory !== memories) return true;
    if (renewed) {
      lags = 0;
      followed ??= Math.max(latest, heard);
      lease.startFrom(asked);
      return false;
    }
    if (followed === carried && ++lags > lagsMax) forget();
    return true;
  }

  /** Resolves when every instance in the book has followed all that was committed before the call. */
  async function allHaveFollowed(isOver: () => boolean): Promise<void> {
    if (book === undefined) return db.notifications.delivered();
    // By the time of this answer the listeners of this process have been told, so its own memory is right already.
    const first = await book.read();
    const isBehind = ({ id, applied }: { id: string; applied: number }): boolean =>
      id !== instanceId && applied < first.latest;
    let behind = first.instances.filter(isBehind);
    for (let pauseMs = pauseMsMin; behind.length > 0; pauseMs = Math.min(pauseMs * 2, pauseMsMax)) {
      await new Promise<void>((resume) => void clock.after(pauseMs, resume));
      if (isOver()) return dropSilent(behind);
      behind = (await book.read()).instances.filter(isBehind);
    }
  }

  /** An instance that was given no lease for as long as one lasts trusts nothing, and need not be waited for again. */
  async function dropSilent(silent: readonly { id: string; renewals: number }[]): Promise<void> {
    for (const { id, renewals } of silent) {
      log.warn({ instance: id }, 'an instance did not follow a change in time and was not waited for any longer');
      await book?.remove(id, renewals);
    }
  }

  async function everywhere(): Promise<void> {
    let isOver = false;
    const leasePassed = Promise.withResolvers<void>();
    const cancel = clock.after(leaseMs, () => {
      isOver = true;
      leasePassed.resolve();
    });
    const followedByAll = allHaveFollowed(() => isOver).catch((error: unknown) => {
      // After one lease, all that were given before the commit have run out, and none was given since to one that lags.
      log.warn({ err: error }, 'the book of instances cannot be read: a change waits for the time of a lease');
      return leasePassed.promise;
    });
    await Promise.race([followedByAll, leasePassed.promise]);
    cancel();
  }

  return {
    instanceId,
    isTrusted,
    follow: (follower) => void followers.push(follower),
    async start() {
      stops.push(db.notifications.onLost(forget));
      stops.push(db.notifications.onBack(() => void renew()));
      stops.push(await db.listen(channel, hear));
      if (book === undefined) return;
      stops.push(clock.every(renewEveryMs, () => void renew()));
      stops.push(clock.every(sweepEveryMs, createSweep(deps, book, instanceId)));
      await renew();
    },
    everywhere,
    async close() {
      isClosed = true;
      await renewing;
      forget();
      for (const stop of stops.splice(0)) {
        // Nothing is left to stop on a database that is gone.
        await Promise.resolve(stop()).catch((error: unknown) =>
          log.warn({ err: error }, 'a listener could not be stopped'),
        );
      }
      await book?.remove(instanceId).catch((error: unknown) => {
        log.warn({ err: error }, 'this instance could not be taken off the book; the next change does that');
      });
    },
  };
}

/** `17:note:note_…`: the change's number, and what changed. Throws for anything else: it is our own trigger that sends it. */
function parseChange(payload: string): { number: number; tag: string } {
  const [, number, tag] = /^(\d{1,15}):(.+)$/.exec(payload) ?? [];
  if (number === undefined || tag === undefined) throw new Error('a notification of a change has another form');
  return { number: Number(number), tag };
}

/** Takes off the book whoever was given no lease since the last look: one that ended without a word. */
function createSweep(
  { log }: Pick<ChangeFeedDeps, 'log'>,
  book: NonNullable<Database['leases']>,
  instanceId: string,
): () => void {
  let lastSeen = new Map<string, number>();
  async function sweep(): Promise<void> {
    const { instances } = await book.read();
    const others = instances.filter(({ id }) => id !== instanceId);
    for (const { id, renewals } of others) if (lastSeen.get(id) === renewals) await book.remove(id, renewals);
    lastSeen = new Map(others.map(({ id, renewals }) => [id, renewals]));
  }
  return () =>
    void sweep().catch((error: unknown) => log.warn({ err: error }, 'the book of instances cannot be swept'));
}
