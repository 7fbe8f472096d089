import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Issue } from '@microapp/contract';
import { AppError, invalid } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { FoundThemes, Task } from './tasks.ts';

export type Reply = { found: FoundThemes } | { issues: Issue[] };

export type ThemeWorker = {
  /**
   * Does a task outside of the server's thread, one after the other. Rejects with `rate_limited` when too many of this
   * owner wait, with `unavailable` when too many of all do, and
   * with `validation_failed`, at the request's field, for an image that is none, and for what takes too long or too much
   * memory.
   */
  perform(task: Task, ownerId: string): Promise<FoundThemes>;
  /** To be called when nobody can ask any more. */
  close(): Promise<void>;
};

/** Does a task for an owner that is settled. */
export type PerformTask = (task: Task) => Promise<FoundThemes>;

/** The largest picture takes a tenth of it; what takes longer was made to. */
const timeoutMs = 20_000;
/** The decoders have bounds of their own, and stay below. */
const heapMegabytesMax = 256;
const tasksMax = 20;
/** At work and waiting. One owner who fills the line would keep everybody else waiting for minutes. */
const tasksOfOwnerMax = 4;
/** It takes half a second to start, and somebody who looks for a theme asks more than once. */
const restMs = 5 * 60_000;

/**
 * A thread for what is computed from strangers' pages and pictures: on the server's own, the largest would hold everybody's
 * requests up for two seconds. It is started by the first task, and given up when it has had nothing to do for five minutes,
 * when a task ran into a bound, and when it died.
 */
export function createThemeWorker({ clock }: { clock: Clock }): ThemeWorker {
  let thread: Worker | undefined;
  let cancelRest: (() => void) | undefined;
  let tasks = 0;
  const tasksOf = new Map<string, number>();
  let last: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    const started = new Worker(new URL('./worker-thread.ts', import.meta.url), {
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
    });
    // Whoever waits for it is told; of a thread that dies at rest nobody has to hear.
    started.on('error', () => undefined);
    started.once('exit', () => {
      if (thread === started) thread = undefined;
    });
    return started;
  }

  async function giveUp(): Promise<void> {
    cancelRest?.();
    const given = thread;
    thread = undefined;
    await given?.terminate();
  }

  function finish(ownerId: string): void {
    tasks -= 1;
    const others = (tasksOf.get(ownerId) ?? 1) - 1;
    if (others > 0) tasksOf.set(ownerId, others);
    else tasksOf.delete(ownerId);
  }

  async function performNow(task: Task): Promise<FoundThemes> {
    cancelRest?.();
    thread ??= start();
    let reply: Reply;
    try {
      reply = await replyOf(thread, task, clock);
    } catch (error) {
      await giveUp();
      throw error;
    }
    // Nothing that rests keeps the process.
    thread.unref();
    cancelRest = clock.after(restMs, () => void giveUp());
    if ('issues' in reply) throw invalid(reply.issues);
    return reply.found;
  }

  return {
    async perform(task, ownerId) {
      const own = tasksOf.get(ownerId) ?? 0;
      if (own >= tasksOfOwnerMax) {
        throw new AppError('rate_limited', {
          message: 'Too many websites and images of yours are being read at once.',
          hint: 'Wait until one of them is done, and try again.',
          reason: 'theme_tasks_of_owner',
          headers: { 'retry-after': '5' },
        });
      }
      if (tasks >= tasksMax) {
        throw new AppError('unavailable', { reason: 'theme_worker_busy', headers: { 'retry-after': '5' } });
      }
      tasks += 1;
      tasksOf.set(ownerId, own + 1);
      const turn = last.then(() => performNow(task)).finally(() => finish(ownerId));
      last = turn.catch(() => undefined);
      return turn;
    },
    close: giveUp,
  };
}

async function replyOf(thread: Worker, task: Task, clock: Clock): Promise<Reply> {
  const path = task.do === 'read-image' ? 'image' : 'url';
  const tooMuch = (): AppError => invalid([{ path, message: 'takes too long to be read; give a smaller one' }]);
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(timeoutMs, () => late.reject(tooMuch()));
  thread.ref();
  try {
    const answered = once(thread, 'message') as Promise<[Reply]>;
    thread.postMessage(task);
    const [reply] = await Promise.race([answered, late.promise]);
    return reply;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') throw tooMuch();
    throw error;
  } finally {
    cancel();
  }
}
