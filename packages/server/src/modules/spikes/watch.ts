import type { Log } from '../../platform/log.ts';
import { detectSpikes, type DetectDeps } from './detect.ts';

export type SpikeWatch = {
  /** Waits for a detection that is under way. */
  settled(): Promise<void>;
  /** Starts no more; waits for one that is under way. */
  close(): Promise<void>;
};

const intervalMs = 60 * 1000;

/** Looks for spikes once a minute, off every request's path, and never twice at once. */
export function watchForSpikes(deps: DetectDeps & { log: Log }): SpikeWatch {
  let running: Promise<void> | undefined;
  const stop = deps.clock.every(intervalMs, () => {
    running ??= detectSpikes(deps)
      .catch((error: unknown) => deps.log.error({ err: error }, 'spikes could not be detected'))
      .finally(() => {
        running = undefined;
      });
  });
  return {
    async settled() {
      await running;
    },
    async close() {
      stop();
      await running;
    },
  };
}
