/** Gives one holder at a time what it guards, in the order of asking. `acquire` answers the function that lets go. */
export type FifoLock = { acquire(): Promise<() => void> };

export function createFifoLock(): FifoLock {
  let last: Promise<void> = Promise.resolve();
  return {
    async acquire() {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = promise;
      await before;
      return resolve;
    },
  };
}
