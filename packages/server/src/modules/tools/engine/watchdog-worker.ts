import { workerData } from 'node:worker_threads';

/**
 * Ends the worker process when one task has held it for too long and nobody else has done so, or when the process that
 * started it is gone. Both are the server's job and its starter's, but one that was killed cannot do it, and a process in
 * an endless built-in hears nothing: it would spin for ever.
 */
const { progress, patienceMs } = workerData as { progress: Int32Array; patienceMs: number };
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const lookEveryMs = Math.min(500, patienceMs);

const starter = process.ppid;
let begunBefore = -1;
let waitedMs = patienceMs;
for (;;) {
  // An orphan is given to another parent.
  if (process.ppid !== starter) process.kill(process.pid, 'SIGKILL');
  if (waitedMs >= patienceMs) {
    const begun = Atomics.load(progress, 0);
    const busy = begun !== Atomics.load(progress, 1);
    if (busy && begun === begunBefore) process.kill(process.pid, 'SIGKILL');
    begunBefore = begun;
    waitedMs = 0;
  }
  Atomics.wait(never, 0, 0, lookEveryMs);
  waitedMs += lookEveryMs;
}
