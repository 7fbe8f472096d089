/** How long an answer is repeated (spec 7). */
export const rememberedMs = 24 * 60 * 60 * 1000;
/** How long a key stays taken by a process that died: a live one renews its lease as long as it works. */
export const leaseMs = 30_000;
export const leaseRenewalMs = 10_000;
export const sweepIntervalMs = 10 * 60_000;
/** What a repeat is told to wait while the first request is under way. */
export const retryAfterSeconds = 1;
