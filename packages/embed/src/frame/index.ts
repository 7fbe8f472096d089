import {
  handshakeTimeoutMs,
  isHostToFrame,
  isInit,
  protocolVersion,
  readyScheduleMs,
  type FrameToHost,
  type HostToFrame,
  type Init,
  type TokenReason,
} from '@microapp/contract/protocol';
import { isByHand, sendByHand } from './by-hand.ts';

// The frame's side of the protocol; requirements and steps stand above the messages in @microapp/contract/protocol.

/** What this side needs of a window. */
export type FrameWindow = Pick<Window, 'addEventListener' | 'setTimeout' | 'clearTimeout'> & {
  /** Who embeds us: the only one we listen to. */
  parent: Pick<Window, 'postMessage'>;
  location: Pick<Location, 'hash'>;
  crypto: Pick<Crypto, 'getRandomValues'>;
};

export type ConnectOptions = {
  /** The app that this document is for; absent where the host chooses it (the frame of a surface). */
  slug?: string | undefined;
  /** INIT has been accepted. `hostOrigin` is the origin that sent it, attested by the browser. Called once. */
  onInit: (init: Init, hostOrigin: string) => void;
  /** No INIT came within ten seconds. It is still taken when it comes after all. */
  onTimeout: () => void;
  window?: FrameWindow;
};

/** What a host answers when it is asked for a new session's credential. */
export type HostCredential = { token?: string; ticket?: string };

type Message<Type extends HostToFrame['type']> = Extract<HostToFrame, { type: Type }>;

export type HostLink = {
  /** The origin that INIT came from; empty until then. */
  readonly hostOrigin: string;
  /** Sends to the host that INIT came from. Before INIT there is nobody to send to, and nothing is sent. */
  send: (message: FrameToHost) => void;
  /** Calls `handler` with each message of that type; returns the function that ends it. */
  on<Type extends HostToFrame['type']>(type: Type, handler: (message: Message<Type>) => void): () => void;
  /**
   * Asks the host for a new ticket or token; callers at the same time share one request. A host written by hand cannot
   * be asked: the token of its INIT is the answer. Rejects when the host has none, or is silent for ten seconds.
   */
  requestToken: (reason: TokenReason) => Promise<HostCredential>;
  /** Ends everything: nothing is sent, heard or timed any more. */
  close: () => void;
};

/**
 * Says READY to the embedding page until INIT comes. INIT is taken once, from the parent, and only if it answers this
 * document's nonce and brings a port, or, from a host written by hand, comes after READY and has neither.
 */
export function connectToHost({ slug, onInit, onTimeout, window: win = window }: ConnectOptions): HostLink {
  const { parent } = win;
  const nonce = win.crypto.getRandomValues(new Uint32Array(4)).join('-');
  const handlers = new Set<{ type: string; handler: (message: never) => void }>();
  const closing = new AbortController();
  let saidReady = false;
  let hostOrigin = '';
  let post: ((message: FrameToHost) => void) | undefined;
  let keptToken: string | undefined;
  let asked: Promise<HostCredential> | undefined;

  const timers = readyScheduleMs.map((delayMs) => win.setTimeout(sayReady, delayMs));
  timers.push(win.setTimeout(onTimeout, handshakeTimeoutMs));
  win.addEventListener('message', hear, { signal: closing.signal });
  closing.signal.addEventListener('abort', stopWaiting);

  function stopWaiting(): void {
    for (const timer of timers) win.clearTimeout(timer);
  }

  function sayReady(): void {
    saidReady = true;
    // To whoever embeds us, because we cannot know who that is; it holds no secret.
    const id = win.location.hash.slice(1);
    parent.postMessage({ type: 'MICROAPP_EMBED_READY', protocol: [protocolVersion], id, nonce }, '*');
  }

  function hear(event: MessageEvent<unknown>): void {
    if (event.source !== parent) return;
    if (post === undefined) takeInit(event);
    // A host by hand speaks here for good; one with a port is never heard here again.
    else if (keptToken !== undefined && event.origin === hostOrigin) dispatch(event);
  }

  function takeInit({ data, origin, ports: [port] }: MessageEvent<unknown>): void {
    if (!saidReady || !isInit(data)) return;
    if (port ? data.nonce !== nonce : !isByHand(data)) return;
    if (slug !== undefined && (data.slug ?? slug) !== slug) return;
    // An opaque origin can be on no list, and cannot be answered.
    if (origin === 'null') return;

    stopWaiting();
    hostOrigin = origin;
    if (port) {
      post = (message) => port.postMessage(message);
      port.addEventListener('message', dispatch);
      port.start();
      closing.signal.addEventListener('abort', () => port.close());
    } else {
      keptToken = data.token;
      post = sendByHand(parent, origin);
    }
    // `location.ancestorOrigins` would add nothing: the same fact, and a page may hide it from its frames.
    onInit(data, origin);
  }

  function dispatch({ data }: MessageEvent<unknown>): void {
    if (!isHostToFrame(data)) return;
    if (data.type === 'MICROAPP_PING') link.send({ type: 'MICROAPP_PONG' });
    for (const { type, handler } of handlers) {
      // `on` has paired the handler with its type.
      if (type === data.type) handler(data as never);
    }
  }

  async function askForToken(reason: TokenReason): Promise<HostCredential> {
    // A host by hand cannot be asked.
    if (keptToken !== undefined) return { token: keptToken };
    const { promise, resolve, reject } = Promise.withResolvers<HostCredential>();
    const timer = win.setTimeout(() => reject(new Error('timeout')), handshakeTimeoutMs);
    closing.signal.addEventListener('abort', () => reject(new Error('closed')));
    const forget = link.on('MICROAPP_TOKEN', ({ error, ...credential }) =>
      error === undefined ? resolve(credential) : reject(new Error(error)),
    );
    link.send({ type: 'MICROAPP_TOKEN_REQUEST', reason });
    try {
      return await promise;
    } finally {
      forget();
      win.clearTimeout(timer);
      asked = undefined;
    }
  }

  const link: HostLink = {
    get hostOrigin() {
      return hostOrigin;
    },
    send: (message) => post?.(message),
    on(type, handler) {
      const entry = { type, handler };
      handlers.add(entry);
      return () => handlers.delete(entry);
    },
    requestToken: (reason) => (asked ??= askForToken(reason)),
    close() {
      post = undefined;
      closing.abort();
    },
  };
  return link;
}
