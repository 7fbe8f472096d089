import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** Rows that wait to be written, of which a later one with the same key joins the earlier. */
export type MergedWrites<Row> = {
  /** Takes a row, without waiting. A new one is dropped when there is no room. */
  add(row: Row): void;
  /** Whether a row with this key waits. */
  has(key: string): boolean;
  /** Writes what waits, and waits for what is already being written: then everything added before is there. */
  flush(): Promise<void>;
  /** Stops the timer and flushes. */
  close(): Promise<void>;
};

/**
 * Writes behind what comes far more often than it is new: one pending row per key, however many come. Memory is bounded
 * by `rowsMax`: a full table drops, it does not grow. What could not be written waits for the next time.
 */
export function createMergedWrites<Row>(options: {
  name: string;
  clock: Clock;
  log: Log;
  intervalMs: number;
  rowsMax: number;
  keyOf: (row: Row) => string;
  /** One row for two with the same key. */
  merge: (known: Row, added: Row) => Row;
  /** Given the rows in the order of their keys. */
  write: (rows: readonly Row[]) => Promise<void>;
  /** Whether an error means that what was written is at fault, and would be refused for ever. */
  isRefusal: (error: unknown) => boolean;
}): MergedWrites<Row> {
  const { name, clock, log, intervalMs, rowsMax, keyOf, merge, write, isRefusal } = options;
  const pending = new Map<string, Row>();

  function add(row: Row): void {
    const key = keyOf(row);
    const known = pending.get(key);
    if (known !== undefined) pending.set(key, merge(known, row));
    else if (pending.size < rowsMax) pending.set(key, row);
  }

  let underWay: Promise<void> = Promise.resolve();

  // One write after the other: a stop would otherwise close the database under one that the timer has begun.
  function flush(): Promise<void> {
    underWay = underWay.then(writePending);
    return underWay;
  }

  async function writePending(): Promise<void> {
    if (pending.size === 0) return;
    // In one order on every instance, or two that write the same rows wait for each other.
    const rows = [...pending].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
    pending.clear();
    try {
      await write(rows);
    } catch (error) {
      log.error({ err: error, queue: name, rows: rows.length }, 'rows could not be written');
      if (!isRefusal(error)) rows.forEach(add);
    }
  }

  const stop = clock.every(intervalMs, () => void flush());
  return {
    add,
    has: (key) => pending.has(key),
    flush,
    async close() {
      stop();
      await flush();
    },
  };
}
