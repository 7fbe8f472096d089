/** CSS pixels. Taller content scrolls inside the frame. */
const heightMax = 10_000;

/** Growth that follows our own resize this closely, this often, is the frame reacting to being resized. */
const echoMs = 250;
const echoesMax = 5;

/**
 * Decides which of the frame's RESIZE messages to follow: newer ones only, within bounds, and not for ever when each
 * resize makes the content grow again. `now` is in milliseconds, monotonic. Answers the new height, or undefined.
 */
export function createHeight(): (h: number, seq: number, now: number) => number | undefined {
  let seqSeen = 0;
  let height = 0;
  let changedAt = 0;
  let echoes = 0;

  return (h, seq, now) => {
    if (!(seq > seqSeen && h > 0)) return;
    seqSeen = seq;
    echoes = h > height && now - changedAt < echoMs ? echoes + 1 : 0;
    changedAt = now;
    if (echoes > echoesMax) return;
    height = Math.min(heightMax, Math.ceil(h));
    return height;
  };
}
