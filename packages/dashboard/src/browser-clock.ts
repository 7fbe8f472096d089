/** The person's own wall clock, in epoch milliseconds. It may be wrong: nothing but words on the screen follows it. */
export function nowMs(): number {
  return Date.now();
}
