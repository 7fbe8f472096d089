import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

export type WriteBehind<Item> = {
  /** Takes an item, without waiting. When the queue is full the item is dropped and counted. */
  add(item: Item): void;
  /** Writes everything that was added before the call. */
  flush(): Promise<void>;
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
}): WriteBehind<Item> {
  const { name, clock, log, intervalMs, capacity, write } = options;
  let queue: Item[] = [];
  let droppedCount = 0;
  let running: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, batchMax);
      queue = queue.slice(batchMax);
      try {
        await write(batch);
      } catch (error) {
        log.error({ err: error, queue: name, items: batch.length }, 'a batch could not be written and is kept');
        const kept = [...batch, ...queue];
        queue = kept.slice(0, capacity);
        droppedCount += kept.length - queue.length;
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
      if (queue.length >= capacity) droppedCount += 1;
      else queue.push(item);
    },
    flush,
    async close() {
      stop();
      await flush();
    },
  };
}
