import { parentPort } from 'node:worker_threads';
import { AppError } from '../../platform/app-error.ts';
import { perform, type Task } from './tasks.ts';
import type { Reply } from './theme-worker.ts';

/** The entry of the worker thread that theme-worker.ts starts: does one task after the other until it is stopped. */
parentPort?.on('message', (task: Task) => {
  parentPort?.postMessage(replyTo(task));
});

/** A refusal crosses as its parts: of an error's own class nothing arrives on the other side. */
function replyTo(task: Task): Reply {
  try {
    return { found: perform(task) };
  } catch (error) {
    if (error instanceof AppError && error.issues !== undefined) return { issues: error.issues };
    throw error;
  }
}
