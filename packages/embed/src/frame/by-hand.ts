import type { FrameToHost, Init } from '@microapp/contract/protocol';

// Hosts that do not speak the protocol as it is now: those written by hand, as the FAQ shows it, `{ type, slug, token, config? }`.
// Another version of the protocol, once there is one, is adapted here, too: what is behind this knows the present one alone.
//
//   - It has no port, so it is answered at its window, at the origin that the browser attested for INIT.
//   - It has no nonce, so it is taken after READY only, and only with a token, which the frame keeps: it cannot be asked again.

/** Whether an INIT without a port is one of a host written by hand. With a nonce it is one of ours that has lost its port. */
export function isByHand({ nonce, token }: Init): boolean {
  return nonce === undefined && token !== undefined;
}

/** Answers such a host, and nobody else. */
export function sendByHand(host: Pick<Window, 'postMessage'>, origin: string): (message: FrameToHost) => void {
  return (message) => host.postMessage(message, origin);
}
