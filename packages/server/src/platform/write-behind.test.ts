import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLog } from './log.ts';
import { createWriteBehind } from './write-behind.ts';

type Held = { batch: number[]; succeed: () => void; fail: (why: string) => void };

/** A queue whose writer waits until the test says how each batch ends. */
function openQueue({ capacity = 10_000 } = {}) {
  const clock = createFakeClock();
  const lines: string[] = [];
  const log = createLog({ level: 'trace', secretFields: [], destination: { write: (line) => void lines.push(line) } });
  const held: Held[] = [];
  const queue = createWriteBehind<number>({
    name: 'numbers',
    clock,
    log,
    intervalMs: 1000,
    capacity,
    write(batch) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      held.push({ batch, succeed: () => resolve(), fail: (why) => reject(new Error(why)) });
      return promise;
    },
    isRefusal: (error) => error instanceof Error && error.message === 'refused',
  });
  return {
    queue,
    clock,
    logged: () => lines.map((line) => JSON.parse(line)),
    batches: () => held.map(({ batch }) => batch),
    /** The batch that is being written now, once it is. */
    writing: async (nth: number): Promise<Held> => {
      for (let turn = 0; turn < 100; turn++) {
        const batch = held[nth];
        if (batch !== undefined) return batch;
        await Promise.resolve();
      }
      throw new Error(`there is no batch ${nth}`);
    },
  };
}

function numbers(count: number, from: number = 0): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

describe('a write-behind queue', () => {
  it('writes nothing before its interval, then all at once and in order', async () => {
    const { queue, clock, batches, writing } = openQueue();
    for (const item of [1, 2, 3]) queue.add(item);
    clock.advance(999);
    await Promise.resolve();
    expect(batches()).toEqual([]);
    clock.advance(1);
    (await writing(0)).succeed();
    await queue.flush();
    expect(batches()).toEqual([[1, 2, 3]]);
  });

  it('writes nothing when there is nothing', async () => {
    const { queue, clock, batches } = openQueue();
    clock.advance(5000);
    await queue.flush();
    expect(batches()).toEqual([]);
  });

  it('writes batches of at most 500, one after the other', async () => {
    const { queue, batches, writing } = openQueue();
    for (const item of numbers(1001)) queue.add(item);
    const flushed = queue.flush();
    (await writing(0)).succeed();
    (await writing(1)).succeed();
    (await writing(2)).succeed();
    await flushed;
    expect(batches().map((batch) => batch.length)).toEqual([500, 500, 1]);
    expect(batches().flat()).toEqual(numbers(1001));
  });

  it('never writes two batches at the same time', async () => {
    const { queue, clock, batches, writing } = openQueue();
    queue.add(1);
    clock.advance(1000);
    const first = await writing(0);
    queue.add(2);
    clock.advance(5000);
    const flushed = queue.flush();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(batches()).toEqual([[1]]);
    first.succeed();
    (await writing(1)).succeed();
    await flushed;
    expect(batches()).toEqual([[1], [2]]);
  });

  it('flushes what was added before, also while an older batch is being written', async () => {
    const { queue, clock, writing } = openQueue();
    queue.add(1);
    clock.advance(1000);
    const first = await writing(0);
    queue.add(2);
    let isFlushed = false;
    const flushed = queue.flush().finally(() => {
      isFlushed = true;
    });
    first.succeed();
    const second = await writing(1);
    expect(isFlushed).toBe(false);
    second.succeed();
    await flushed;
    expect(second.batch).toEqual([2]);
  });

  it('flushes once for all who ask at the same time', async () => {
    const { queue, batches, writing } = openQueue();
    queue.add(1);
    let flushedCount = 0;
    const flushes = [queue.flush(), queue.flush(), queue.flush()].map((flush) => flush.finally(() => flushedCount++));
    const only = await writing(0);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(flushedCount).toBe(0);
    only.succeed();
    await Promise.all(flushes);
    expect(batches()).toEqual([[1]]);
  });

  it('keeps a batch that could not be written, first in line, and says so', async () => {
    const { queue, clock, logged, batches, writing } = openQueue();
    for (const item of [1, 2]) queue.add(item);
    const flushed = queue.flush();
    const failing = await writing(0);
    queue.add(3);
    failing.fail('the database is away');
    await flushed;
    expect(logged()).toMatchObject([
      { level: 50, queue: 'numbers', items: 2, err: { message: 'the database is away' } },
    ]);
    clock.advance(1000);
    (await writing(1)).succeed();
    await queue.flush();
    expect(batches()).toEqual([
      [1, 2],
      [1, 2, 3],
    ]);
  });

  it('tries again in a flush that was asked for while a batch was failing', async () => {
    const { queue, clock, batches, writing } = openQueue();
    queue.add(1);
    clock.advance(1000);
    const failing = await writing(0);
    const flushed = queue.flush();
    failing.fail('away');
    (await writing(1)).succeed();
    await flushed;
    expect(batches()).toEqual([[1], [1]]);
  });

  it('drops what comes when it is full, and says how many', async () => {
    const { queue, logged, batches, writing } = openQueue({ capacity: 3 });
    for (const item of numbers(10)) queue.add(item);
    const flushed = queue.flush();
    (await writing(0)).succeed();
    await flushed;
    expect(batches()).toEqual([[0, 1, 2]]);
    expect(logged()).toMatchObject([{ level: 40, queue: 'numbers', dropped: 7 }]);
    queue.add(10);
    const again = queue.flush();
    (await writing(1)).succeed();
    await again;
    expect(batches().at(-1)).toEqual([10]);
    expect(logged()).toHaveLength(1);
  });

  it('stays within its bound when a batch comes back, and counts what that pushes out', async () => {
    const { queue, clock, logged, batches, writing } = openQueue({ capacity: 3 });
    for (const item of [1, 2, 3]) queue.add(item);
    const flushed = queue.flush();
    const failing = await writing(0);
    for (const item of [4, 5]) queue.add(item);
    failing.fail('away');
    await flushed;
    clock.advance(1000);
    (await writing(1)).succeed();
    await queue.flush();
    expect(batches().at(-1)).toEqual([1, 2, 3]);
    expect(logged().at(-1)).toMatchObject({ dropped: 2 });
  });

  it('tells for a while that something was dropped, by coming too late or by being pushed out', async () => {
    const { queue, clock, writing } = openQueue({ capacity: 2 });
    for (const item of [1, 2]) queue.add(item);
    expect(queue.hasDroppedWithin(5000)).toBe(false);
    queue.add(3);
    expect(queue.hasDroppedWithin(5000)).toBe(true);
    const failing = writing(0);
    clock.advance(5000);
    expect(queue.hasDroppedWithin(5000)).toBe(false);
    const flushed = queue.flush();
    const { fail } = await failing;
    queue.add(4);
    fail('away');
    await flushed;
    expect(queue.hasDroppedWithin(5000)).toBe(true);
  });

  it('writes what is left when it is closed, and nothing after', async () => {
    const { queue, clock, batches, writing } = openQueue();
    queue.add(1);
    const closed = queue.close();
    (await writing(0)).succeed();
    await closed;
    queue.add(2);
    clock.advance(60_000);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(batches()).toEqual([[1]]);
  });
});

it('an item that is always refused is dropped alone and does not hold up the others', async () => {
  const clock = createFakeClock();
  const lines: string[] = [];
  const log = createLog({ level: 'trace', secretFields: [], destination: { write: (line) => void lines.push(line) } });
  const written: number[] = [];
  let isDown = false;
  const queue = createWriteBehind<number>({
    name: 'numbers',
    clock,
    log,
    intervalMs: 1000,
    capacity: 100,
    isRefusal: (error) => error instanceof RangeError,
    async write(batch) {
      if (isDown) throw new Error('down');
      if (batch.includes(13)) throw new RangeError('thirteen');
      written.push(...batch);
      // Goes away in the middle of writing one by one.
      if (batch[0] === 14) isDown = true;
    },
  });
  for (const item of [12, 13, 14, 15, 16]) queue.add(item);
  await queue.flush();
  expect(written).toEqual([12, 14]);
  expect(queue.hasDroppedWithin(1)).toBe(true);
  isDown = false;
  await queue.flush();
  expect(written).toEqual([12, 14, 15, 16]);
  expect(lines.filter((line) => line.includes('refused'))).toHaveLength(1);
});
