import type { ErrorCode as ApiErrorCode } from '@microapp/contract/errors';
import type { FrameConfig, FrameToHost } from '@microapp/contract/protocol';

// The public face of the host side. Callers see these types, so they change only by additions.

/** `floating`: a launcher in the corner. `modal`: opened by `handle.open()` or a trigger. `inline`: stands in `target`. */
export type Mode = 'floating' | 'modal' | 'inline';

/** The corner of the window in which launcher and panel stand. */
export type Anchor = 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left';

/**
 * When the session and the frame come: `intent`, when somebody points at the launcher or opens the widget, is what floating and
 * modal widgets wait for; `visible`, when it comes near the view, what inline ones wait for; `eager` is at once.
 */
export type Load = 'intent' | 'visible' | 'eager';

/** What only the browser side can run into. */
export type HostErrorCode =
  /** Options that cannot work: no credential, or one that does not belong into a page. */
  | 'bad_options'
  /** There is no `target` so far. */
  | 'no_target'
  /** The rest of the script did not arrive. */
  | 'script_blocked'
  /** Nothing came within `timeoutMs`. */
  | 'timeout'
  /** No request gets to the server, or no answer back. */
  | 'no_network'
  /** This page's own Content-Security-Policy has no place for us. */
  | 'blocked_by_csp'
  /** Something in the browser or the network stops this address, while others get through: an ad blocker, a firewall. */
  | 'blocked_by_client'
  /** An answer has lost the headers that let the page read it. */
  | 'blocked_by_cors'
  /** The page isolates itself, and the frame has lost the headers that let it in. */
  | 'blocked_by_coep'
  /** The page is https, and the installation is not. */
  | 'mixed_content'
  /** The browser has the frame's document and refuses to show it on this page. */
  | 'frame_refused'
  /** `getToken` failed, or gave no ticket. */
  | 'no_ticket'
  /** Script and frame share no version of the protocol. */
  | 'version_skew'
  /** The frame reloads without end. */
  | 'reload_loop';

export type ErrorCode = ApiErrorCode | HostErrorCode;

/** The first failing link, or `ok`, in words for the page's developer. */
export type Diagnosis = {
  code: ErrorCode | 'ok';
  /** The whole of it, as one line of the console has it. */
  message: string;
  /** What is wrong. */
  text?: string;
  /** What to do about it. */
  mend?: string | undefined;
  /** This page's, where it is about that. */
  origin?: string;
  /** What was seen: an address, a directive, a number. */
  detail?: string;
};

/** What is wrong, and what mends it. */
export type Problem = Diagnosis & { code: ErrorCode };

/** Why a new ticket is needed: the first one, or what the frame says. */
export type TicketReason = 'start' | 'expired' | 'refused' | 'retry';

/** What a backend of the host got from the session endpoint; `frameUrl` is needed unless `toolSlug` names the app. */
export type Ticket = { ticket: string; expiresIn?: number; frameUrl?: string };

type FrameMessage<Type extends FrameToHost['type']> = Extract<FrameToHost, { type: Type }>;

/** What happens to a widget, and what is told about it. */
export type Events = {
  /** The frame has drawn itself and answered; again after it has been loaded anew. */
  ready: Handle;
  /** The visitor has a session. */
  authOk: Diagnosis;
  /** No session, or none any more; or the widget does not work for another reason. */
  authErr: Problem;
  runStart: FrameMessage<'MICROAPP_RUN_START'>;
  runSuccess: FrameMessage<'MICROAPP_RUN_OK'>;
  runError: FrameMessage<'MICROAPP_RUN_ERR'>;
  /** A visitor has left a lead; what it says depends on the form. */
  lead: unknown;
  /** CSS pixels of the frame's content. */
  resize: { w: number; h: number };
  open: undefined;
  close: undefined;
};

/** The same, as options: `onReady`, `onAuthOk`, … */
export type Callbacks = { [Name in keyof Events as `on${Capitalize<Name>}`]?: (detail: Events[Name]) => void };

/** Reads and keeps one text, which says nothing to anybody but the frame. Either may answer later. */
export type Resume = {
  get: () => string | null | undefined | Promise<string | null | undefined>;
  set: (text: string) => unknown;
};

/**
 * Which widget, how and where. Exactly one credential: `embedKey`, `mtok` with `toolSlug`, or `getToken`.
 * The attributes of the script tag are the same options (`data-embed-key`, `data-color-scheme`, …), as texts.
 */
export type MountOptions = Omit<FrameConfig, 'theme' | 'resume'> &
  Callbacks & {
    /** Design tokens by name; or `inherit`: colors, font and corners of the page around the place of the widget. */
    theme?: Record<string, string> | 'inherit';
    /** Where the page keeps what finds a visitor's work again; without it that is forgotten with the page. */
    resume?: Resume;
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
    anchor?: Anchor;
    /** CSS pixels between the launcher and the sides of the window; 20 by default. */
    offsetX?: number | string;
    offsetY?: number | string;
    /**
     * Opens the widget as soon as it can be there. A floating one leaves the keyboard's focus where it is, and stays closed on a
     * phone, whose page it would cover. As an attribute it has the value `true`.
     */
    autoOpen?: boolean | string;
    load?: Load;
    /**
     * Accepted, and not needed: nothing is inline here, and the browser hands the script tag's own nonce on to what the script
     * imports.
     */
    nonce?: string;
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
  readonly ready: Promise<unknown>;
  /** Shows the widget, and takes the focus into it. An inline widget is always open. */
  open: () => void;
  close: () => void;
  toggle: () => void;
  /** Changes how the frame shows things, and callbacks. */
  update: (options: Partial<FrameConfig> & Callbacks) => void;
  /** Calls `listener` with each event of that name, until `signal` aborts or the widget goes. */
  on: <Name extends keyof Events>(
    name: Name,
    listener: (detail: Events[Name]) => void,
    options?: { signal?: AbortSignal },
  ) => void;
  /** Connects, unless that has happened, and names the first failing link and its mend, or `ok`. */
  diagnose: () => Promise<Diagnosis>;
  /** Takes everything away at once: nodes, listeners, timers, requests. Does nothing the second time. */
  unmount: () => void;
};
