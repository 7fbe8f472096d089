import { describe, expect, it } from 'vitest';
import { createLookUpBatch } from './look-up-batch.ts';

/** Looks up when it is told to; every key that begins with `known` is there. */
function open(sizes: { max?: number; waitingMax?: number } = {}) {
  const batches: { keys: readonly string[]; answer: () => void; fail: () => void }[] = [];
  const find = createLookUpBatch<string, string>({
    max: 100,
    waitingMax: 1000,
    ...sizes,
    lookUp(keys) {
      const { promise, resolve, reject } = Promise.withResolvers<(string | undefined)[]>();
      batches.push({
        keys,
        answer: () => resolve(keys.map((key) => (key.startsWith('known') ? `value of ${key}` : undefined))),
        fail: () => reject(new Error('down')),
      });
      return promise;
    },
  });
  return { batches, find };
}

describe('look-ups in batches', () => {
  it('ask for a lone key at once, and for those that come meanwhile together and afterwards', async () => {
    const { batches, find } = open();
    const first = find('known 1');
    const others = [find('known 2'), find('unknown'), find('known 3')];
    expect(batches.map(({ keys }) => keys)).toEqual([['known 1']]);
    batches[0]?.answer();
    expect(await first).toBe('value of known 1');
    expect(batches[1]?.keys).toEqual(['known 2', 'unknown', 'known 3']);
    batches[1]?.answer();
    expect(await Promise.all(others)).toEqual(['value of known 2', undefined, 'value of known 3']);
  });

  it('begin after they were asked for: the same key asked for during a look-up is looked up again', async () => {
    const { batches, find } = open();
    const [before, during] = [find('known 1'), find('known 1')];
    batches[0]?.answer();
    await before;
    expect(batches[1]?.keys).toEqual(['known 1']);
    batches[1]?.answer();
    await during;
  });

  it('are bounded in size and in number', async () => {
    const { batches, find } = open({ max: 2, waitingMax: 3 });
    const asked = ['a', 'b', 'c', 'd'].map((key) => find(key));
    await expect(find('one too many')).rejects.toMatchObject({
      code: 'unavailable',
      headers: { 'retry-after': '1' },
    });
    for (let answered = 0; answered < 3; answered++) {
      batches[answered]?.answer();
      await asked[answered];
    }
    await Promise.all(asked);
    expect(batches.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  it('that fail do so for everybody in the batch, and for nobody else', async () => {
    const { batches, find } = open();
    const [failing, after] = [find('known 1'), find('known 2')];
    batches[0]?.fail();
    await expect(failing).rejects.toThrow('down');
    batches[1]?.answer();
    expect(await after).toBe('value of known 2');
  });
});
