/**
 * Makes a worker's own JavaScript realm fit for expressions of strangers. JSONata is an interpreter inside this
 * realm, not a sandbox of its own, so whatever two runs share must not change:
 * - no new property on the built-in prototypes (`__proto__`, the way to them, is off by a flag of the process);
 * - no clock but the run's: `new Date()` is the run's `now` (JSONata takes `$now`, `$millis` and missing parts of dates
 *   from it) and the time zone is UTC (the sandbox asks this realm for it). `Date.now()` stays: JSONata measures its
 *   time limit with it and offers no way to call it.
 */
let toolNowMs = 0;

/** Sets what `new Date()` says until the next call. Milliseconds since the Unix epoch. */
export function setToolNow(nowMs: number): void {
  toolNowMs = nowMs;
}

/** Changes the realm for good; call it once, in a worker, before any untrusted work. */
export function hardenRealm(): void {
  closePrototypes();
  globalThis.Date = stoppedDate(Date);
}

function closePrototypes(): void {
  // Not frozen: with a frozen Object.prototype an expression could not make a key named `toString` or `constructor`.
  for (const { prototype } of [Object, Array, Function, String, Number, Boolean, RegExp, Promise, Error, Map, Set]) {
    void Object.preventExtensions(prototype);
  }
}

function stoppedDate(RealDate: DateConstructor): DateConstructor {
  // The sandbox's local time is this realm's, and a tool must not depend on where the server stands.
  RealDate.prototype.getTimezoneOffset = () => 0;
  class StoppedDate extends RealDate {
    constructor(...parts: []) {
      if (parts.length === 0) super(toolNowMs);
      else super(...parts);
    }
  }
  // A class cannot be called without `new`, which is the one thing that nobody here does.
  return StoppedDate as DateConstructor;
}
