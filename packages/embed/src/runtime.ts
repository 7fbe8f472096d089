import type { FrameConfig, FrameToHost, HostToFrame, TokenReason } from '@microapp/contract/protocol';
import { createFrame } from './host/create-frame.ts';
import { explain } from './host/explain.ts';
import { linkFrame } from './host/frame-link.ts';
import { createHeight } from './host/height.ts';
import { nextCredential, type Credential } from './host/next-credential.ts';
import { createPanel, failureNotice } from './host/panel.ts';
import type { Callbacks, ErrorCode, TicketReason } from './options.ts';
import type { Runtime, Widget } from './widget.ts';

// Everything of the host side that is not needed before somebody shows interest: session, frame, handshake, panel.

/** What the page hears of as it is. */
const callbacks = {
  MICROAPP_AUTH_OK: 'onAuthOk',
  MICROAPP_RUN_START: 'onRunStart',
  MICROAPP_RUN_OK: 'onRunSuccess',
  MICROAPP_RUN_ERR: 'onRunError',
} as const;

/** Connects the widget, an inline one when it comes near the view, and takes its orders. */
export function start(widget: Widget): Runtime {
  const { options, base, id, shadow, launcher, mode, signal, watch } = widget;
  const { dialog, placeholder, show } = createPanel(widget, () => emit('onClose'));
  let attempt: AbortController | undefined;
  let frame: HTMLIFrameElement | undefined;
  let send: ((message: HostToFrame) => void) | undefined;
  let follow = createHeight();
  let wantsFocus = false;
  let lastLine = '';

  signal.addEventListener('abort', end);
  if (dialog || options.load === 'eager') connect();
  else whenNearView(placeholder, connect);

  /** One attempt: a credential, the frame that it names, the handshake; one watchdog over all of it, until the frame speaks. */
  function connect(): void {
    attempt = new AbortController();
    const ended = attempt.signal;
    const failed = (error: Error) => ended.aborted || fail(error);
    watch(failed);
    widget.state = 'connecting';
    frame = undefined;
    next('start')
      .then((credential) => ended.aborted || showFrame(credential, ended, failed))
      .catch(failed);
  }

  function next(reason: TicketReason): Promise<Credential> {
    return nextCredential(options, base, reason, signal);
  }

  function showFrame(first: Credential, ended: AbortSignal, failed: (error: Error) => void): void {
    // The credential that names the frame serves once: a ticket is good for one handshake.
    let unused: Credential | undefined = first;
    frame = createFrame(`${first.frameUrl}#${id}`, () => {
      // Whatever was loaded: a window around the page may put its own document in the place of ours.
      watch(failed);
      send?.({ type: 'MICROAPP_PING' });
    });
    follow = createHeight();
    send = linkFrame({
      window,
      frame,
      origin: new URL(first.frameUrl).origin,
      id,
      signal: ended,
      async init() {
        const { secret } = unused ?? (await next('retry'));
        unused = undefined;
        const slug = options.toolSlug ?? options.app;
        return { ...secret, ...(slug && { slug }), config: config() };
      },
      onMessage: react,
      onFailure: failed,
    });
    show(frame);
  }

  /** What the frame may know of the options. */
  function config(): FrameConfig {
    const { locale, currency, timeZone, colorScheme, theme, texts, context, prefill } = options;
    // What is absent is undefined here, which the frame takes for absent.
    return { locale, currency, timeZone, colorScheme, theme, texts, context, prefill } as FrameConfig;
  }

  function end(): void {
    attempt?.abort();
    watch();
  }

  function fail({ message, cause }: Error): void {
    end();
    widget.state = 'error';
    // Ours are texts; another's is shown as it prints.
    const line = report(message, cause as string);
    const { unavailable = 'Not available right now.', retry = 'Try again' } = options.texts ?? {};
    show(failureNotice(line ?? unavailable, retry, tryAgain));
  }

  function tryAgain(): void {
    wantsFocus = true;
    connect();
  }

  function react(message: FrameToHost): void {
    const { type } = message;
    watch();
    if (type === 'MICROAPP_ACK') becomeReady(message.title);
    if (type === 'MICROAPP_RESIZE') resize(message);
    if (type === 'MICROAPP_TOKEN_REQUEST') void answer(message.reason);
    if (type === 'MICROAPP_CLOSE') dialog?.close();
    // The visitor reads about it in the frame.
    if (type === 'MICROAPP_AUTH_ERR' || type === 'MICROAPP_ERROR') report(message.code, message.message);
    if (type in callbacks) emit(callbacks[type as keyof typeof callbacks], message as never);
  }

  function becomeReady(title: string): void {
    if (frame) frame.title = title;
    if (dialog) dialog.ariaLabel = title;
    widget.state = 'ready';
    widget.becomeReady();
    emit('onReady', widget.handle);
    // Not from wherever the visitor has gone meanwhile.
    if (wantsFocus && (shadow.activeElement ?? isNowhere())) focusFrame();
    wantsFocus = false;
  }

  function focusFrame(): void {
    frame?.focus();
    send?.({ type: 'MICROAPP_OPEN' });
  }

  function resize(message: { w: number; h: number; seq: number }): void {
    const height = follow(message.h, message.seq, window.performance.now());
    if (!height || !frame) return;
    frame.height = `${height}`;
    emit('onResize', message);
  }

  /** A new ticket, or the embed token again; or why there is none, which the frame then shows. */
  async function answer(reason: TokenReason): Promise<void> {
    const reply = send;
    const { secret } = await next(reason).catch(({ message }: Error) => ({ secret: { error: message } }));
    reply?.({ type: 'MICROAPP_TOKEN', ...secret });
  }

  /** Tells the developer and the page; the line comes back where the widget may show it, too. */
  function report(code: string, detail: string | undefined): string | undefined {
    const { origin, hostname } = window.location;
    const line = explain(code, detail, origin, frame?.src ?? base);
    if (line !== lastLine) window.console.error(`Microapp: ${line}`);
    lastLine = line;
    // The server's codes, the frame's and our own.
    emit('onAuthErr', { code: code as ErrorCode, message: line });
    return options.debug || /^(localhost$|127\.)/.test(hostname) ? line : undefined;
  }

  function emit<Name extends keyof Callbacks>(name: Name, ...details: Parameters<NonNullable<Callbacks[Name]>>): void {
    const callback = options[name] as ((...details: unknown[]) => void) | undefined;
    // Apart from us: what the page does in there, its errors included, is the page's.
    if (callback) queueMicrotask(() => signal.aborted || callback(...details));
  }

  function open(): void {
    if (widget.state === 'error') connect();
    if (dialog && !dialog.open) {
      // Closing gives the focus back to where it was; some browsers do not focus a button that is clicked.
      if (isNowhere()) launcher.focus();
      if (mode === 'modal' || window.innerWidth <= 480) dialog.showModal();
      else dialog.show();
      launcher.ariaExpanded = 'true';
      emit('onOpen');
    }
    if (widget.state === 'ready') focusFrame();
    else wantsFocus = true;
  }

  return {
    open,
    close: () => dialog?.close(),
    toggle: () => (dialog?.open ? dialog.close() : open()),
    update: () => send?.({ type: 'MICROAPP_CONFIG', config: config() }),
  };
}

/** Calls `begin` once. An element that has left the page is never near, and is not kept from the garbage collector. */
function whenNearView(element: Element, begin: () => void): void {
  const watcher = new IntersectionObserver(
    ([entry]) => {
      if (!entry?.isIntersecting) return;
      watcher.disconnect();
      begin();
    },
    { rootMargin: '200px' },
  );
  watcher.observe(element);
}

/** Whether the keyboard's focus is on nothing, as after a focused button was taken away. */
function isNowhere(): boolean {
  return document.activeElement === document.body;
}
