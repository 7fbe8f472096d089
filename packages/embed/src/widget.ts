import type { Diagnosis, ErrorCode, Handle, MountOptions, State } from './options.ts';

/** The parts of the embed API's answers, good and bad, that are read in the host page. */
export type Answer = {
  ticket?: string;
  frameUrl?: string;
  ui?: { theme?: Record<string, string>; texts?: Record<string, string>; lang: string; dir: string };
  code?: ErrorCode;
  error?: string;
  hint?: string;
};

/** The handle, as we see it. */
export type OwnHandle = Omit<Handle, 'state'> & { state: State };

/** A call of the embed API. Rejects when there is no answer, or one that is no JSON. */
export type Ask = (path: string, body: object, signal: AbortSignal) => Promise<Answer>;

/**
 * The widget has failed: says so in its state, and tells the developer why in one console line, unless the last line said the
 * same. Resolves with what was told, or with nothing where the widget works again, or is gone.
 */
export type Fail = (
  code: ErrorCode,
  /** The server's own words, or the frame's. */
  said?: string,
  /** The address of the frame, where it had come to that. */
  frameUrl?: string,
  /** What the visitor reads; where the developer is the one who looks it becomes the same line. */
  words?: Text,
) => Promise<Diagnosis | undefined>;

/** What the runtime can do once it is there. */
export type Runtime = {
  /** `slug`: which app, where there are several. */
  open: (slug?: string) => void;
  close: () => void;
  toggle: () => void;
  update: () => void;
};

/** The options of one widget, its own copy. */
export type OwnOptions = MountOptions & {
  /** What the frame has asked the page to keep. */
  kept?: string;
};

/** One widget on a page: what the loader has made, and hands to the runtime. A list, because each name of a member would be bytes. */
export type Widget = [
  /** With texts of whatever kind: what the page says beside what the server does. */
  options: OwnOptions & { texts: Readonly<Record<string, string>> },
  /** The address of the installation, ending in a slash. */
  base: string,
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
  fail: Fail,
];

export type RuntimeModule = { start: (...widget: Widget) => Runtime };

/**
 * Names the first failing link between this page and its widget, and its mend. Without a `code` of what has failed it tries
 * every link up to a session. Leaves nothing behind, and never rejects. Pages pin older scripts than the server has: arguments
 * are only ever added, at the end.
 */
export type Diagnose = (
  options: MountOptions,
  /** The address of the installation, ending in a slash. */
  base: string,
  load: LoadPart,
  /** Aborts with unmount. */
  gone: AbortSignal,
  code?: ErrorCode,
  said?: string,
  frameUrl?: string,
  words?: Text,
) => Promise<Diagnosis>;

/** What is loaded later, each as it is needed. */
export type Parts = { runtime: RuntimeModule; diagnosis: { diagnose: Diagnose } };

/** Loads a part of the host side. `attempt` counts from 0: a browser may remember that an address failed. */
export type LoadPart = <Part extends keyof Parts>(part: Part, attempt: number) => Promise<Parts[Part]>;
