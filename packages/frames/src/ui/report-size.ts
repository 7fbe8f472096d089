import type { FrameToHost } from '@microapp/contract/protocol';

/** CSS pixels. Taller content scrolls inside the frame. */
const heightMax = 10_000;

/** What this needs of an element. */
type Box = Pick<HTMLElement, 'offsetWidth' | 'offsetHeight'>;

/**
 * Answers with a function that reports the size of the frame's content, so that the host can give it room. `seq` tells
 * the host which report is the newest. Only the content's own box counts, never the window's: a height that followed
 * the window's would grow with every answer of the host.
 */
export function sizeReporter(send: (message: FrameToHost) => void): (box: Box) => void {
  let seq = 0;
  return ({ offsetWidth: w, offsetHeight }) => {
    seq += 1;
    send({ type: 'MICROAPP_RESIZE', w, h: Math.min(heightMax, offsetHeight), seq });
  };
}
