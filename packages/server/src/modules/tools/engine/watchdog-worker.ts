import { workerData } from 'node:worker_threads';

/**
 * Ends the worker process when one task has held it for too long and nobody else has done so. That is the server's job,
 * but a server that was killed cannot do it, and a process in an endless built-in would spin for ever.
 */
const { progress, patienceMs } = workerData as { progress: Int32Array; patienceMs: number };
const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

let begunBefore = -1;
for (;;) {
  const begun = Atomics.load(progress, 0);
  const busy = begun !== Atomics.load(progress, 1);
  if (busy && begun === begunBefore) process.kill(process.pid, 'SIGKILL');
  begunBefore = begun;
  Atomics.wait(never, 0, 0, patienceMs);
}
