import type { ErrorCode, Handle, MountOptions, State } from './options.ts';

/** The parts of the embed API's answers, good and bad, that are read in the host page. */
export type Answer = {
  ticket?: string;
  frameUrl?: string;
  ui?: { theme?: Record<string, string>; texts?: Record<string, string> };
  code?: ErrorCode;
  error?: string;
  hint?: string;
};

/** The handle, as we see it. */
export type OwnHandle = Omit<Handle, 'state'> & { state: State };

/** A call of the embed API. Rejects when there is no answer, or one that is no JSON. */
export type Ask = (path: string, body: object, signal: AbortSignal) => Promise<Answer>;

/** What the runtime can do once it is there. */
export type Runtime = {
  /** Tells how it went, anew after a failure. */
  check: () => void;
  open: () => void;
  close: () => void;
  toggle: () => void;
  update: () => void;
};

/** One widget on a page: what the loader has made, and hands to the runtime. A list, because each name of a member would be bytes. */
export type Widget = [
  options: MountOptions,
  /** The address of the installation, ending in a slash. */
  base: string,
  /** Names the frame to the host in READY; stands in the frame's fragment. */
  id: string,
  /** Listeners hang on it, each under the name of its event. */
  root: HTMLElement,
  shadow: ShadowRoot,
  launcher: HTMLButtonElement,
  /** Aborts with unmount; everything that outlives a function hangs on it. */
  signal: AbortSignal,
  /** Calls `failed` with `timeout` unless it is called again in time; without an argument it only stops. */
  watch: (failed?: (error: Error) => void) => void,
  handle: OwnHandle,
  ask: Ask,
];

export type RuntimeModule = { start: (...widget: Widget) => Runtime };
