import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

export type WriteBehind<Item> = {
  /** Takes an item, without waiting. When the queue is full the item is dropped and counted. */
  add(item: Item): void;
  /** Writes everything that was added before the call. */
  flush(): Promise<void>;
  /** Whether an item was dropped in the last `periodMs`, for whatever reason. */
  hasDroppedWithin(periodMs: number): boolean;
  /** Stops the timer and flushes. */
  close(): Promise<void>;
};

const batchMax = 500;

/**
 * Collects items and writes them in batches off the request path. Memory is bounded by `capacity`: when the writer
 * cannot keep up, the newest items are dropped, and the log says how many. A batch that fails is kept, first in line.
 */
export function createWriteBehind<Item>(options: {
  name: string;
  clock: Clock;
  log: Log;
  intervalMs: number;
  capacity: number;
  write: (batch: Item[]) => Promise<void>;
  /** Whether an error means that what was written is at fault, and not that nothing can be written now. */
  isRefusal: (error: unknown) => boolean;
}): WriteBehind<Item> {
  const { name, clock, log, intervalMs, capacity, write, isRefusal } = options;
  let queue: Item[] = [];
  let droppedCount = 0;
  let lastDroppedMs: number | undefined;
  let running: Promise<void> | undefined;

  function countDropped(count: number): void {
    droppedCount += count;
    lastDroppedMs = clock.monotonicMs();
  }

  function putBack(items: readonly Item[]): void {
    const kept = [...items, ...queue];
    queue = kept.slice(0, capacity);
    if (kept.length > queue.length) countDropped(kept.length - queue.length);
  }

  /** One item that is always refused must not hold up all others: it alone is dropped. Answers with what is left. */
  async function writeSingly(batch: readonly Item[]): Promise<readonly Item[]> {
    for (const [index, item] of batch.entries()) {
      try {
        await write([item]);
      } catch (error) {
        if (!isRefusal(error)) return batch.slice(index);
        lastDroppedMs = clock.monotonicMs();
        log.error({ err: error, queue: name }, 'an item was refused and is dropped');
      }
    }
    return [];
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, batchMax);
      queue = queue.slice(batchMax);
      try {
        await write(batch);
      } catch (error) {
        const unwritten = isRefusal(error) ? await writeSingly(batch) : batch;
        if (unwritten.length === 0) continue;
        log.error({ err: error, queue: name, items: unwritten.length }, 'a batch could not be written and is kept');
        putBack(unwritten);
        return;
      }
    }
    if (droppedCount > 0) {
      log.warn({ queue: name, dropped: droppedCount }, 'items were dropped: the queue was full');
      droppedCount = 0;
    }
  }

  async function flush(): Promise<void> {
    // What is being written now may have started before the latest items came.
    await running;
    running ??= drain().finally(() => {
      running = undefined;
    });
    await running;
  }

  const stop = clock.every(intervalMs, () => void flush());
  return {
    add(item) {
      if (queue.length >= capacity) countDropped(1);
      else queue.push(item);
    },
    flush,
    hasDroppedWithin: (periodMs) => lastDroppedMs !== undefined && clock.monotonicMs() - lastDroppedMs < periodMs,
    async close() {
      stop();
      await flush();
    },
  };
}
