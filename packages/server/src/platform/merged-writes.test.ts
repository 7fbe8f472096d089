import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLog } from './log.ts';
import { createMergedWrites } from './merged-writes.ts';

type Row = { key: string; count: number };
type Write = { rows: readonly Row[]; end: PromiseWithResolvers<void> };

/** Rows whose writes end when the test says so. */
function openWrites() {
  const clock = createFakeClock();
  const begun: Write[] = [];
  const writes = createMergedWrites<Row>({
    name: 'rows of a test',
    clock,
    log: createLog({ level: 'silent', secretFields: [] }),
    intervalMs: 1000,
    rowsMax: 10,
    keyOf: ({ key }) => key,
    merge: (known, added) => ({ ...known, count: known.count + added.count }),
    write(rows) {
      const end = Promise.withResolvers<void>();
      begun.push({ rows, end });
      return end.promise;
    },
    isRefusal: () => false,
  });
  const writeAt = async (index: number): Promise<Write> => {
    await expect.poll(() => begun.length).toBe(index + 1);
    const [write] = begun.slice(index);
    if (write === undefined) throw new Error('it was counted');
    return write;
  };
  return { clock, writes, writeAt };
}

/** Whether it has ended, once everything that is due has run. */
async function hasEnded(promise: Promise<void>): Promise<boolean> {
  const later = new Promise<'later'>((resolve) => {
    setImmediate(resolve, 'later');
  });
  return (await Promise.race([promise, later])) !== 'later';
}

describe('rows that are written behind', () => {
  it.each(['flush', 'close'] as const)(
    'are all written when a %s is through, also those of a write that the timer has begun',
    async (how) => {
      const { clock, writes, writeAt } = openWrites();
      writes.add({ key: 'a', count: 1 });
      clock.advance(1000);
      const first = await writeAt(0);
      const withNothingNew = writes.flush();
      writes.add({ key: 'a', count: 2 });
      const through = writes[how]();
      expect(await hasEnded(withNothingNew)).toBe(false);
      first.end.resolve();
      const second = await writeAt(1);
      expect(second.rows).toEqual([{ key: 'a', count: 2 }]);
      expect(await hasEnded(through)).toBe(false);
      second.end.resolve();
      await Promise.all([withNothingNew, through]);
    },
  );

  it('wait for the next time when they could not be written, joined with what has come meanwhile', async () => {
    const { writes, writeAt } = openWrites();
    writes.add({ key: 'a', count: 1 });
    const failed = writes.flush();
    const first = await writeAt(0);
    writes.add({ key: 'a', count: 2 });
    first.end.reject(new Error('the database does not answer'));
    await failed;
    const again = writes.flush();
    const second = await writeAt(1);
    expect(second.rows).toEqual([{ key: 'a', count: 3 }]);
    second.end.resolve();
    await again;
  });
});
