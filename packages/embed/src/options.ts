import type { ErrorCode as ApiErrorCode } from '@microapp/contract';
import type { FrameConfig, FrameToHost } from '@microapp/contract/protocol';

// The public face of the host side. Callers see these types, so they change only by additions.

/** `floating`: a launcher in the corner. `modal`: opened by `handle.open()` or a trigger. `inline`: stands in `target`. */
export type Mode = 'floating' | 'modal' | 'inline';

/**
 * When the session and the frame come: `intent`, when somebody points at the launcher or opens the widget, is what floating and
 * modal widgets wait for; `visible`, when it comes near the view, what inline ones wait for; `eager` is at once.
 */
export type Load = 'intent' | 'visible' | 'eager';

/** What only the browser side can run into. */
export type HostErrorCode =
  /** Nothing came within `timeoutMs`; so it is, too, when the browser refuses to show the frame on this page. */
  | 'timeout'
  /** The call failed before it became a request: this page's policy, an ad blocker, a firewall, no network. */
  | 'no_network'
  /** `getToken` failed, or gave no ticket. */
  | 'no_ticket'
  /** Script and frame share no version of the protocol. */
  | 'version_skew'
  /** The frame reloads without end. */
  | 'reload_loop';

export type ErrorCode = ApiErrorCode | HostErrorCode;

/** What is wrong, and what mends it, in words for the page's developer. */
export type Problem = { code: ErrorCode; message: string };

/** Why a new ticket is needed: the first one, or what the frame says. */
export type TicketReason = 'start' | 'expired' | 'refused' | 'retry';

/** What a backend of the host got from the session endpoint; `frameUrl` is needed unless `toolSlug` names the app. */
export type Ticket = { ticket: string; expiresIn?: number; frameUrl?: string };

type FrameMessage<Type extends FrameToHost['type']> = Extract<FrameToHost, { type: Type }>;

export type Callbacks = {
  /** The frame has drawn itself and answered; again after it has been loaded anew. */
  onReady?: (handle: Handle) => void;
  /** The visitor has a session. */
  onAuthOk?: () => void;
  /** No session, or none any more. */
  onAuthErr?: (problem: Problem) => void;
  onRunStart?: (run: FrameMessage<'MICROAPP_RUN_START'>) => void;
  onRunSuccess?: (run: FrameMessage<'MICROAPP_RUN_OK'>) => void;
  onRunError?: (run: FrameMessage<'MICROAPP_RUN_ERR'>) => void;
  /** CSS pixels of the frame's content. */
  onResize?: (size: { w: number; h: number }) => void;
  onOpen?: () => void;
  onClose?: () => void;
};

/**
 * Which widget, how and where. Exactly one credential: `embedKey`, `mtok` with `toolSlug`, or `getToken`.
 * The attributes of the script tag are the same options (`data-embed-key`, `data-color-scheme`, …), as texts.
 */
export type MountOptions = FrameConfig &
  Callbacks & {
    /** Where Microapp is; by default where the script came from. */
    baseUrl?: string;
    /** A surface's client token, `wk_pub_…`. */
    embedKey?: string;
    /** An embed token, `mtok_…`. */
    mtok?: string;
    /** The id of the embed token's record, `etok_…`; the frame's policy then comes from that record's list. */
    tokenId?: string;
    /** Asks the host's own backend, which holds the credential. `signal` ends the request with the widget. */
    getToken?: (request: { reason: TicketReason; signal: AbortSignal }) => Promise<Ticket>;
    toolSlug?: string;
    /** The same as `toolSlug`. */
    app?: string;
    mode?: Mode;
    /** Where the widget stands: an element, or a selector; by default at the end of the page. */
    target?: Element | string;
    /** What opens the widget when it is clicked: an element, or a selector, also of elements that come later. */
    trigger?: Element | string;
    load?: Load;
    /** What the launcher says; without it the launcher is an icon. */
    label?: string;
    /** How long to wait for the session and the frame before saying so, in milliseconds; 10,000 by default. */
    timeoutMs?: number;
    /** Explains failures in the widget, too, as it does on localhost. */
    debug?: boolean | string;
    /** Unmounts when it aborts. */
    signal?: AbortSignal;
  };

/** `idle` until somebody shows interest; then `connecting`; `ready` once the frame answered. */
export type State = 'idle' | 'connecting' | 'ready' | 'error' | 'unmounted';

export type Handle = {
  readonly state: State;
  /** Resolves when the widget is first ready. */
  readonly ready: Promise<void>;
  /** Shows the widget, and takes the focus into it. An inline widget is always open. */
  open: () => void;
  close: () => void;
  toggle: () => void;
  /** Changes how the frame shows things, and callbacks. */
  update: (options: FrameConfig & Callbacks) => void;
  /** Takes everything away at once: nodes, listeners, timers, requests. Does nothing the second time. */
  unmount: () => void;
};
