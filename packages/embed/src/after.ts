/**
 * Resolves after so many milliseconds, or when `signal` aborts. Not by a timer of the page: it may have clocks of its own, as
 * tests do, and it counts what we leave.
 */
export function after(milliseconds: number, signal: AbortSignal): Promise<void> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
  if (over.aborted) return Promise.resolve();
  return new Promise((resolve) => over.addEventListener('abort', () => resolve()));
}
