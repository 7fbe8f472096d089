import { AppError } from '../app-error.ts';

/**
 * Looks keys up in batches, one batch at a time: what is asked for while one is under way goes into the next. Alone, a
 * key is looked up at once; in a flood, the number of queries stays what one connection does in that time, each for up to
 * `max` keys, and whoever has a key that exists waits no longer than a batch or two. A look-up begins after it was asked
 * for, never before. With more than `waitingMax` keys in line, further ones are refused as `unavailable`.
 */
export function createLookUpBatch<Key, Value>(options: {
  max: number;
  waitingMax: number;
  /** Answers for each key, in their order, its value or undefined. */
  lookUp: (keys: readonly Key[]) => Promise<readonly (Value | undefined)[]>;
}): (key: Key) => Promise<Value | undefined> {
  const { max, waitingMax, lookUp } = options;
  let waiting: { key: Key; answer: PromiseWithResolvers<Value | undefined> }[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, max);
      waiting = waiting.slice(max);
      try {
        const values = await lookUp(batch.map(({ key }) => key));
        for (const [index, { answer }] of batch.entries()) answer.resolve(values[index]);
      } catch (error) {
        for (const { answer } of batch) answer.reject(error);
      }
    }
    isRunning = false;
  }

  return async (key) => {
    if (waiting.length >= waitingMax) {
      throw new AppError('unavailable', { reason: 'look_ups_overloaded', headers: { 'retry-after': '1' } });
    }
    const answer = Promise.withResolvers<Value | undefined>();
    waiting.push({ key, answer });
    if (!isRunning) void run();
    return answer.promise;
  };
}
