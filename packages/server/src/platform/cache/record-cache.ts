import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';

/** A value and what it was made from: when one of `tags` changes, the value is forgotten. */
export type Tagged<Value> = { value: Value; tags: readonly string[] };

export type RecordCache<Value extends object> = {
  /** The remembered value, or what `load` answers; undefined when there is none. */
  get(key: string, load: () => Promise<Tagged<Value> | undefined>): Promise<Value | undefined>;
  /** Forgets everything made from `tag`. */
  evict(tag: string): void;
  /** Forgets everything. */
  clear(): void;
};

export type RecordCacheOptions = {
  max: number;
  isTrusted: () => boolean;
  /** Remembers absence, too: of so many keys, for so long. Without it, what is not there is asked for each time. */
  absent?: { max: number; forMs: number; clock: Pick<Clock, 'monotonicMs'> };
};

/**
 * Remembers what was read until it changes. Requirements, each for a race that would let a revoked credential through:
 *
 *   1. A load that began before an eviction is not stored: it may have read what was true before.
 *   2. Whoever asks after an eviction does not join a load that began before it.
 *   3. While `isTrusted` says no, nothing is answered from memory and nothing is stored: it says no whenever evictions
 *      may not arrive.
 *
 * Bounded by `max` values. What is absent is remembered apart, so that however many keys are made up, they push out no
 * value; any eviction forgets all of it, since nothing says which change would bring a key into being. Askers for one
 * key at one time share a load. A load that fails is no answer and is not remembered.
 */
export function createRecordCache<Value extends object>(options: RecordCacheOptions): RecordCache<Value> {
  const { max, isTrusted } = options;
  const keysByTag = new Map<string, Set<string>>();
  const loading = new Map<string, Promise<Value | undefined>>();
  const absent = options.absent && createAbsence(options.absent);
  let evictions = 0;

  const remembered = new LRUCache<string, Tagged<Value>>({
    max,
    dispose({ tags }, key) {
      for (const tag of tags) {
        const keys = keysByTag.get(tag);
        keys?.delete(key);
        if (keys?.size === 0) keysByTag.delete(tag);
      }
    },
  });

  function remember(key: string, tagged: Tagged<Value>): void {
    remembered.set(key, tagged);
    for (const tag of tagged.tags) {
      const keys = keysByTag.get(tag) ?? new Set();
      keysByTag.set(tag, keys.add(key));
    }
  }

  async function loadAndRemember(
    key: string,
    load: () => Promise<Tagged<Value> | undefined>,
  ): Promise<Value | undefined> {
    const evictionsBefore = evictions;
    const tagged = await load();
    // Trust first: asking for it may be what finds that it has ended, and forgets.
    if (isTrusted() && evictions === evictionsBefore) {
      if (tagged === undefined) absent?.set(key, true);
      else remember(key, tagged);
    }
    return tagged?.value;
  }

  function beginAnew(): void {
    evictions += 1;
    loading.clear();
    absent?.clear();
  }

  return {
    async get(key, load) {
      if (!isTrusted()) return (await load())?.value;
      const known = remembered.get(key);
      if (known !== undefined) return known.value;
      if (absent?.has(key) === true) return undefined;
      const underWay = loading.get(key);
      if (underWay !== undefined) return underWay;
      const started = loadAndRemember(key, load).finally(() => {
        if (loading.get(key) === started) loading.delete(key);
      });
      loading.set(key, started);
      return started;
    },
    evict(tag) {
      beginAnew();
      for (const key of keysByTag.get(tag) ?? []) remembered.delete(key);
    },
    clear() {
      beginAnew();
      remembered.clear();
    },
  };
}

function createAbsence({ max, forMs, clock }: NonNullable<RecordCacheOptions['absent']>): LRUCache<string, true> {
  return new LRUCache<string, true>({
    max,
    ttl: forMs,
    // At each use, by the server's clock and not by one of the cache's own.
    ttlResolution: 0,
    // Never 0, which the cache takes for no time at all.
    perf: { now: () => clock.monotonicMs() + 1 },
  });
}
