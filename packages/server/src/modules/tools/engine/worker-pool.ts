import type { Clock } from '../../../platform/clock.ts';
import type { EngineLimits } from './limits.ts';
import { createStarter } from './starter.ts';
import { limitReached, StepFailure } from './step-failure.ts';
import type { Task } from './tasks.ts';
import { startToolWorker, WorkerDied, type ToolWorker } from './worker-process.ts';

/**
 * Hands tasks to workers, one at a time to each, and kills the worker of a task that will not end.
 * - A task is given only to a worker that is warm and idle, so its time limit counts its own time: neither the wait in
 *   line nor the start of a worker.
 * - A dead worker fails exactly the task in it. Those in line never had one.
 * - A worker that is not warm in time is killed, and counts as one that died at its start.
 * - A task whose caller gives up leaves the line; if it runs already, its worker is killed.
 */
export type WorkerPool = {
  /** The worker's answer as JSON text. Rejects with `StepFailure` only. */
  run(task: Task, signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
};

export type PoolDeps = {
  clock: Pick<Clock, 'after'>;
  log: { warn(fields: object, message: string): void };
};

type Waiter = { take(worker: ToolWorker): void; turnAway(failure: StepFailure): void };

/** After so many workers in a row that died, or were killed, before they were warm, those in line are told instead of kept waiting. */
const failedStartsMax = 3;

export function createWorkerPool(deps: PoolDeps, limits: EngineLimits): WorkerPool {
  const starter = createStarter();
  const workers = new Set<ToolWorker>();
  const idle: ToolWorker[] = [];
  /** Sets keep the order of arrival. */
  const line = new Set<Waiter>();
  const running = new Set<Promise<unknown>>();
  let starting = 0;
  let failedStarts = 0;
  let closing = false;

  async function run(task: Task, signal?: AbortSignal): Promise<string> {
    if (signal?.aborted === true) throw new StepFailure({ kind: 'aborted' });
    if (closing) throw new StepFailure({ kind: 'overloaded' });
    const worker = idle.pop() ?? (await nextWorker(signal));
    const work = runOn(worker, task, signal);
    running.add(work);
    try {
      return await work;
    } finally {
      running.delete(work);
    }
  }

  async function nextWorker(signal: AbortSignal | undefined): Promise<ToolWorker> {
    if (line.size >= limits.waitingTasksMax) throw new StepFailure({ kind: 'overloaded' });
    const { promise, resolve, reject } = Promise.withResolvers<ToolWorker>();
    const waiter: Waiter = { take: leaveWith(resolve), turnAway: leaveWith(reject) };
    const onAbort = (): void => waiter.turnAway(new StepFailure({ kind: 'aborted' }));
    line.add(waiter);
    signal?.addEventListener('abort', onAbort);
    // One that is starting already is for whoever came first.
    if (starting < line.size && workers.size < limits.workersMax) addWorker();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }

    // At once, not when the promise is looked at: a worker that is free until then is for somebody else.
    function leaveWith<Answer>(answer: (value: Answer) => void): (value: Answer) => void {
      return (value) => {
        line.delete(waiter);
        answer(value);
      };
    }
  }

  function addWorker(): void {
    const worker = startToolWorker(starter, limits);
    workers.add(worker);
    let warm = false;
    starting += 1;
    // One that hangs is told by nothing else, and those in line wait for it.
    const stopTimer = deps.clock.after(limits.startTimeMs, () => worker.kill());
    void worker.ready
      .then(
        () => {
          warm = true;
          failedStarts = 0;
          return offer(worker);
        },
        (error: unknown) => {
          if (!closing) deps.log.warn({ err: error }, 'a tool worker did not start');
        },
      )
      .finally(() => {
        stopTimer();
        starting -= 1;
      });
    void worker.gone.then(() => (warm ? replace(worker) : giveUpOrTryAgain(worker)));
  }

  /** Whatever it died of, and whether it was at work or idle. */
  function replace(worker: ToolWorker): void {
    workers.delete(worker);
    const place = idle.indexOf(worker);
    if (place !== -1) idle.splice(place, 1);
    if (!closing) addWorker();
  }

  function giveUpOrTryAgain(worker: ToolWorker): void {
    workers.delete(worker);
    if (closing) return;
    failedStarts += 1;
    if (failedStarts < failedStartsMax) {
      addWorker();
      return;
    }
    // Whoever comes next tries again.
    failedStarts = 0;
    for (const waiter of line) waiter.turnAway(new StepFailure({ kind: 'crashed', detail: 'no worker starts' }));
  }

  function offer(worker: ToolWorker): void {
    const [next] = line;
    if (next === undefined) idle.push(worker);
    else next.take(worker);
  }

  async function runOn(worker: ToolWorker, task: Task, signal: AbortSignal | undefined): Promise<string> {
    let outOfTime = false;
    const stopTimer = deps.clock.after(limits.hardTimeMs, () => {
      outOfTime = true;
      worker.kill();
    });
    const onAbort = (): void => worker.kill();
    signal?.addEventListener('abort', onAbort);
    // It may have fired between the line and here.
    if (signal?.aborted === true) worker.kill();
    try {
      const reply = await worker.perform(task);
      // One that was killed a moment too late must not be given to anybody else.
      if (reply.isSpent === true) worker.kill();
      else if (!outOfTime && signal?.aborted !== true) offer(worker);
      if (reply.ok) return reply.text;
      throw new StepFailure(reply.reason);
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error;
      throw failureOf(error, { outOfTime, aborted: signal?.aborted === true });
    } finally {
      stopTimer();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  function failureOf(death: WorkerDied, why: { outOfTime: boolean; aborted: boolean }): StepFailure {
    if (why.outOfTime) return new StepFailure(limitReached('time'));
    if (why.aborted) return new StepFailure({ kind: 'aborted' });
    if (death.outOfMemory) return new StepFailure(limitReached('memory'));
    deps.log.warn({ err: death }, 'a tool worker died');
    return new StepFailure({ kind: 'crashed', detail: death.message }, { cause: death });
  }

  async function close(): Promise<void> {
    closing = true;
    for (const waiter of line) waiter.turnAway(new StepFailure({ kind: 'overloaded' }));
    // Bounded by the hard limit of each.
    await Promise.allSettled(running);
    for (const worker of workers) worker.kill();
    await Promise.all([...workers].map(async (worker) => await worker.gone));
    await starter.close();
  }

  addWorker();
  return { run, close };
}
