import { LRUCache } from 'lru-cache';

/** A value and what it was made from: when one of `tags` changes, the value is forgotten. */
export type Tagged<Value> = { value: Value; tags: readonly string[] };

export type RecordCache<Value extends object> = {
  /** The remembered value, or what `load` answers. What is not there is asked for again each time. */
  get(key: string, load: () => Promise<Tagged<Value> | undefined>): Promise<Value | undefined>;
  /** Forgets everything made from `tag`. */
  evict(tag: string): void;
};

/**
 * Remembers what was read until it changes. Requirements, each for a race that would let a revoked credential through:
 *
 *   1. A load that began before an eviction is not stored: it may have read what was true before.
 *   2. Whoever asks after an eviction does not join a load that began before it.
 *   3. While `isTrusted` says no, nothing is answered from memory and nothing is stored: it says no whenever evictions
 *      may not arrive.
 *
 * Bounded by `max` values. Askers for one key at one time share a load.
 */
export function createRecordCache<Value extends object>(options: {
  max: number;
  isTrusted: () => boolean;
}): RecordCache<Value> {
  const { max, isTrusted } = options;
  const keysByTag = new Map<string, Set<string>>();
  const loading = new Map<string, Promise<Value | undefined>>();
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
    if (tagged !== undefined && evictions === evictionsBefore && isTrusted()) remember(key, tagged);
    return tagged?.value;
  }

  return {
    async get(key, load) {
      if (!isTrusted()) return (await load())?.value;
      const known = remembered.get(key);
      if (known !== undefined) return known.value;
      const underWay = loading.get(key);
      if (underWay !== undefined) return underWay;
      const started = loadAndRemember(key, load).finally(() => {
        if (loading.get(key) === started) loading.delete(key);
      });
      loading.set(key, started);
      return started;
    },
    evict(tag) {
      evictions += 1;
      loading.clear();
      for (const key of keysByTag.get(tag) ?? []) remembered.delete(key);
    },
  };
}
