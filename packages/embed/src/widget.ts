import type { Handle, Mode, MountOptions, State } from './options.ts';

/** One widget on a page: what the loader has made, and hands to the runtime. */
export type Widget = {
  options: MountOptions;
  mode: Mode;
  /** The address of the installation, ending in a slash. */
  base: string;
  /** Names the frame to the host in READY; stands in the frame's fragment. */
  id: string;
  shadow: ShadowRoot;
  launcher: HTMLButtonElement;
  /** Aborts with unmount; everything that outlives a function hangs on it. */
  signal: AbortSignal;
  /** Calls `failed` with `timeout` unless it is called again in time; without an argument it only stops. */
  watch: (failed?: (error: Error) => void) => void;
  state: State;
  /** Says once that the widget is ready. */
  becomeReady: () => void;
  handle: Handle;
};

/** What the runtime can do once it is there. */
export type Runtime = {
  open: () => void;
  close: () => void;
  toggle: () => void;
  update: () => void;
};

export type RuntimeModule = { start: (widget: Widget) => Runtime };
