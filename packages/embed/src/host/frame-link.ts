import {
  isSmall,
  protocolVersion,
  type FrameToHost,
  type HostToFrame,
  type Init,
  type Ready,
} from '@microapp/contract/protocol';

// The host's side of the protocol; requirements and steps stand above the messages in @microapp/contract/protocol.

/** A frame that shakes hands more often than this in a minute is in a reload loop, and gets no further credential. */
const handshakesPerMinuteMax = 3;

/** What the frame needs for a session, and nobody else may see. */
export type Secret = Pick<Init, 'token' | 'ticket'>;

/**
 * Answers the frame's READY with INIT, once per nonce, and from then on speaks over INIT's port. Returns the function
 * that sends to the frame, and does nothing while there is no port. Ends with `signal`.
 */
export function linkFrame(
  window: Pick<Window, 'addEventListener'>,
  frame: { readonly contentWindow: Pick<Window, 'postMessage'> | null },
  /** The only origin that is listened to and spoken to. */
  origin: string,
  signal: AbortSignal,
  /** What one INIT says; called once for each. */
  init: () => Promise<Secret & Pick<Init, 'slug' | 'config'>>,
  onMessage: (message: FrameToHost) => void,
  /** With an Error whose message is `reload_loop` or `version_skew`, or with what `init` threw. */
  onFailure: (error: Error) => void,
): (message: HostToFrame) => void {
  const startedAt: number[] = [];
  let nonce: string | undefined;
  let port: MessagePort | undefined;

  window.addEventListener('message', hear, { signal });
  signal.addEventListener('abort', () => port?.close());

  function hear({ data, origin: from, source, timeStamp }: MessageEvent<unknown>): void {
    if (!source || source !== frame.contentWindow || from !== origin) return;
    const { type, protocol, nonce: said } = (data ?? {}) as Partial<Ready>;
    // Only lists have `map`, and one of no version says nothing.
    if (type !== 'MICROAPP_EMBED_READY' || !said || said === nonce) return;
    if (!(protocol?.map && protocol[0])) return;
    // Before there were as many it compares with nothing, which is false.
    if (timeStamp - Number(startedAt[handshakesPerMinuteMax - 1]) < 60_000) return onFailure(new Error('reload_loop'));
    startedAt.unshift(timeStamp);
    if (!protocol.includes(protocolVersion)) return onFailure(new Error('version_skew'));
    // A new document: the old one's port is not for it.
    port?.close();
    nonce = said;
    shakeHands(nonce).catch(onFailure);
  }

  async function shakeHands(answered: string): Promise<void> {
    const said = await init();
    // Meanwhile the widget may have gone, or the frame may have loaded another document.
    if (signal.aborted || answered !== nonce) return;
    const { port1, port2 } = new MessageChannel();
    port = port1;
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the port is ours alone, and starts by this
    port.onmessage = ({ data }: MessageEvent<Partial<FrameToHost> | null>) => {
      // Only texts have it. What a frame of a later version says is ignored by whoever reacts.
      if (data?.type?.startsWith && isSmall(data)) onMessage(data as FrameToHost);
    };
    const message: Init = { type: 'MICROAPP_EMBED_INIT', protocol: protocolVersion, nonce, ...said };
    frame.contentWindow?.postMessage(message, origin, [port2]);
  }

  return (message) => port?.postMessage(message);
}
