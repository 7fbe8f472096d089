import {
  handshakeTimeoutMs,
  isFrameToHost,
  isReady,
  protocolVersion,
  type FrameConfig,
  type FrameToHost,
  type HostToFrame,
  type Init,
} from '@microapp/contract/protocol';

/** What a preview's frame begins with; the server makes one for each handshake. */
export type FrameTicket = { ticket: string; frameUrl: string };

export type FrameHostOptions = {
  iframe: HTMLIFrameElement;
  /** Tells this frame from others of the page; stands in its address. */
  id: string;
  /** Asked at the start, after each reload of the frame, and when its session has ended. */
  requestTicket: () => Promise<FrameTicket>;
  config: () => FrameConfig;
  onMessage: (message: FrameToHost) => void;
  /** Nothing came of it: there was no ticket, or the frame said nothing in time. */
  onFailure: (error: Error) => void;
};

export type FrameHost = {
  /** Tells the frame of a config that has changed. */
  configure: (config: FrameConfig) => void;
  close: () => void;
};

/** A document that reloads itself without end must not take a ticket each time. */
const handshakesMax = 10;

/**
 * The dashboard's side of the protocol, whose requirements stand above the messages in @microapp/contract/protocol: INIT
 * goes to the frame's exact origin, once for each READY of it, with a port over which everything else goes.
 */
export function openFrame({ iframe, id, requestTicket, config, onMessage, onFailure }: FrameHostOptions): FrameHost {
  const life = new AbortController();
  const answered = new Set<string>();
  let first: FrameTicket | undefined;
  let port: MessagePort | undefined;
  let timer: number | undefined;

  life.signal.addEventListener('abort', () => {
    window.clearTimeout(timer);
    port?.close();
  });
  window.addEventListener('message', hear, { signal: life.signal });
  void start();

  async function start(): Promise<void> {
    const ticket = await ticketOrFailure();
    if (ticket === undefined) return;
    first = ticket;
    iframe.src = `${ticket.frameUrl}#${id}`;
    timer = window.setTimeout(() => onFailure(new Error('The preview did not start in time.')), handshakeTimeoutMs);
  }

  async function ticketOrFailure(): Promise<FrameTicket | undefined> {
    try {
      const ticket = await requestTicket();
      return life.signal.aborted ? undefined : ticket;
    } catch (error) {
      if (!life.signal.aborted) onFailure(error instanceof Error ? error : new Error('There is no preview.'));
      return undefined;
    }
  }

  function hear({ source, origin, data }: MessageEvent<unknown>): void {
    if (first === undefined || source === null || source !== iframe.contentWindow) return;
    if (origin !== new URL(first.frameUrl).origin || !isReady(data) || data.id !== id) return;
    // READY is repeated until INIT arrives; another nonce is another document.
    if (answered.has(data.nonce) || answered.size >= handshakesMax) return;
    answered.add(data.nonce);
    void answer(data.nonce, origin);
  }

  async function answer(nonce: string, origin: string): Promise<void> {
    // A ticket is good once: the first document gets the one that its address came with.
    const ticket = answered.size === 1 ? first : await ticketOrFailure();
    if (ticket === undefined) return;
    window.clearTimeout(timer);
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.addEventListener('message', (event: MessageEvent<unknown>) => take(event.data), { signal: life.signal });
    port.start();
    const init: Init = {
      type: 'MICROAPP_EMBED_INIT',
      protocol: protocolVersion,
      id,
      nonce,
      ticket: ticket.ticket,
      config: config(),
    };
    iframe.contentWindow?.postMessage(init, origin, [channel.port2]);
  }

  function take(data: unknown): void {
    if (!isFrameToHost(data)) return;
    if (data.type === 'MICROAPP_TOKEN_REQUEST') void bringTicket();
    onMessage(data);
  }

  async function bringTicket(): Promise<void> {
    const ticket = await ticketOrFailure();
    post(
      ticket === undefined
        ? { type: 'MICROAPP_TOKEN', error: 'refused' }
        : { type: 'MICROAPP_TOKEN', ticket: ticket.ticket },
    );
  }

  function post(message: HostToFrame): void {
    port?.postMessage(message);
  }

  return {
    configure: (changed) => post({ type: 'MICROAPP_CONFIG', config: changed }),
    close: () => life.abort(),
  };
}
