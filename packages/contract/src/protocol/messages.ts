/**
 * The protocol between a host page and a frame, version 1.
 *
 * Requirements
 *   - A token reaches the frame only after the frame said READY, only at the frame's exact origin, and never by `*`.
 *   - The frame takes INIT only from its own parent, only as an answer to its own READY (the nonce), and only once.
 *   - After INIT everything goes over the port that INIT transferred: no other window can listen or speak.
 *   - A document that replaces the frame's has neither the nonce nor the port.
 *
 * Steps
 *   1. frame → parent, to `*` because it holds no secret:      MICROAPP_EMBED_READY { protocol: [1], id, nonce }
 *      repeated at 0, 250, 1000 and 3000 ms until INIT arrives.
 *   2. host → frame, to the frame's exact origin, once the source window and the origin of READY are the frame's:
 *      MICROAPP_EMBED_INIT { protocol: 1, id, nonce, slug?, token | ticket, config } and one MessagePort.
 *      One INIT per READY nonce. A new READY (a reload) closes the old port; at most 3 handshakes a minute.
 *   3. Over the port: the messages below, both ways. FOCUS_EDGE is reserved: Tab leaves a frame by itself.
 *
 * `id` is the fragment of the frame's address, for hosts that tell their frames by it. Ours knows a frame by its window, gives it
 * no fragment, and says no `id` in INIT.
 *
 * A host written by hand sends INIT as { type, slug, token, config? }, without nonce and port. It is taken once, after
 * READY, and the frame answers by `postMessage` to the verified origin of INIT's sender.
 */
export const protocolVersion = 1;

/** When READY is sent, in milliseconds after the frame has started. */
export const readyScheduleMs = [0, 250, 1000, 3000];

/** How long either side waits for the other before it says so visibly. */
export const handshakeTimeoutMs = 10_000;

/** Characters of a message as JSON; a larger one is ignored. */
export const messageLengthMax = 64 * 1024;

export type Ready = { type: 'MICROAPP_EMBED_READY'; protocol: number[]; id: string; nonce: string };

/** What a host may say about how the frame shows things. All optional; unknown fields are ignored. */
export type FrameConfig = {
  /** What the frame has asked the host to keep, by an EVENT `resume` with that text as its detail. */
  resume?: string;
  locale?: string;
  currency?: string;
  timeZone?: string;
  colorScheme?: 'light' | 'dark' | 'auto';
  /** Design tokens by name, for example `accent: '#5753c6'`; colors and lengths only. */
  theme?: Record<string, string>;
  /** Texts by key; they replace the frame's own. */
  texts?: Record<string, string>;
  /** Facts about the page. One that has the key of a field is what the field starts with. At most 8 kB as JSON. */
  context?: Record<string, unknown>;
  /** What the fields start with, by key; before `context`, where both name a field. At most 8 kB as JSON. */
  prefill?: Record<string, unknown>;
};

export type Init = {
  type: 'MICROAPP_EMBED_INIT';
  protocol?: number;
  id?: string;
  nonce?: string;
  slug?: string;
  /** An embed token; the frame exchanges it and forgets it. */
  token?: string;
  /** A one-use ticket of the session endpoint. */
  ticket?: string;
  config?: FrameConfig;
};

/** Why the frame asks the host for a new ticket or token. */
export type TokenReason = 'expired' | 'refused' | 'retry';

export type FrameToHost =
  | { type: 'MICROAPP_ACK'; title: string; minSize?: { w: number; h: number } }
  | { type: 'MICROAPP_AUTH_OK' }
  | { type: 'MICROAPP_AUTH_ERR'; code: string; message?: string }
  | { type: 'MICROAPP_RUN_START'; slug: string }
  | { type: 'MICROAPP_RUN_OK'; slug: string; runId: string; durationMs: number }
  | { type: 'MICROAPP_RUN_ERR'; slug: string; code: string }
  | { type: 'MICROAPP_RESIZE'; w: number; h: number; seq: number }
  | { type: 'MICROAPP_TOKEN_REQUEST'; reason: TokenReason }
  | { type: 'MICROAPP_FOCUS_EDGE'; edge: 'start' | 'end' }
  | { type: 'MICROAPP_CLOSE' }
  | { type: 'MICROAPP_EVENT'; name: string; detail: unknown }
  | { type: 'MICROAPP_ERROR'; code: string; message: string }
  | { type: 'MICROAPP_PONG' };

export type HostToFrame =
  | { type: 'MICROAPP_TOKEN'; token?: string; ticket?: string; error?: string }
  | { type: 'MICROAPP_CONFIG'; config: FrameConfig }
  /** `slug`: the app that was asked for, where the frame is for several. */
  | { type: 'MICROAPP_OPEN'; slug?: string }
  | { type: 'MICROAPP_CLOSE' }
  | { type: 'MICROAPP_PING' };
