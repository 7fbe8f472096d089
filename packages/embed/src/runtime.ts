import { handshakeTimeoutMs, type FrameConfig, type FrameToHost, type HostToFrame } from '@microapp/contract/protocol';
import { createFrame } from './host/create-frame.ts';
import { linkFrame, type Secret } from './host/frame-link.ts';
import { nextCredential, type Credential } from './host/next-credential.ts';
import { element } from './host/element.ts';
import { panelStyle } from './host/panel-style.ts';
import type { ErrorCode, Events, Problem, TicketReason } from './options.ts';
import type { Fail, Runtime, Widget } from './widget.ts';

// Everything of the host side that is not needed before somebody shows interest: session, frame, handshake, panel.

/** Connects the widget, an inline one when it comes near the view, and takes its orders. */
export function start(...widget: Widget): Runtime {
  const [options, base, root, shadow, launcher, signal, watch, handle, ask, tellWhy] = widget;
  // In the root, over the whole screen on phones. An inline widget has none, and is always open.
  const dialog =
    options.mode === 'inline'
      ? undefined
      : element('dialog', {
          className: options.mode ?? '',
          ariaLabel: launcher.ariaLabel,
          // However it was closed: by us, by Escape, by a phone's back gesture.
          onclose() {
            launcher.ariaExpanded = `${dialog?.open}`;
            // One that has opened by itself knows of no focus to give back.
            if (isNowhere()) launcher.focus();
            emit('close', undefined);
          },
        });
  // By itself Escape closes a modal dialog only; and the keyboard may be on the launcher beside an open panel.
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the root is ours alone
  root.onkeydown = ({ key }) => {
    // Without an answer: `false` would keep every other key from doing what it does.
    if (key === 'Escape') close();
  };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(panelStyle);
  shadow.adoptedStyleSheets.push(sheet);
  const closer = element('button', { textContent: '✕', onclick: close });
  const placeholder = element('p', {});
  let shown: HTMLElement = placeholder;
  dialog?.append(closer, placeholder);
  shadow.append(dialog ?? placeholder);
  // Where one without a launcher had failed to load it offered to try again.
  if (!launcher.ariaExpanded) launcher.remove();
  show(placeholder);
  let attempt: AbortController | undefined;
  let frame: HTMLIFrameElement | undefined;
  let send: ((message: HostToFrame) => void) | undefined;
  let wantsFocus = false;
  /** The app that was asked for, of several. */
  let wanted: string | undefined;
  let asking: Promise<Credential> | undefined;
  let extended: Promise<unknown> | undefined;

  signal.addEventListener('abort', end);
  if (options.resume || `${options.autoOpen}` === 'true' || options.theme === 'inherit') extend();
  if (dialog) {
    fitScreen();
    // A phone that is turned, a window that is made narrow.
    window.addEventListener('resize', fitScreen, { signal });
  }
  if (dialog || options.load === 'eager') connect();
  else {
    // An element that has left the page is never near, and is not kept from the garbage collector.
    new IntersectionObserver(
      (entries, watcher) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        watcher.disconnect();
        connect();
      },
      { rootMargin: '200px' },
    ).observe(placeholder);
  }

  function fitScreen(): void {
    if (innerWidth <= 480) extend();
  }

  /** Before the frame is told anything. What does not come in time is done without. */
  function extend(): void {
    extended ??= new Promise((done) => {
      // Not by a timer of the page, which counts what we leave.
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the signal is ours alone
      AbortSignal.timeout((options.timeoutMs ?? handshakeTimeoutMs) / 2).onabort = done;
      // oxlint-disable-next-line promise/no-callback-in-promise -- it waits for whichever comes first
      import('./extras/index.ts').then((extras) => extras.extend(options, root, dialog, signal)).then(done, done);
    });
  }

  /** One attempt: a credential, the frame that it names, the handshake; one watchdog over all of it, until the frame speaks. */
  function connect(): void {
    // One that the frame has refused goes on: it may ask for another credential.
    if (attempt && !attempt.signal.aborted) return;
    attempt = new AbortController();
    const ended = attempt.signal;
    const failed = (error: Error) => ended.aborted || fail(error);
    watch(failed);
    handle.state = 'connecting';
    frame = undefined;
    next('start').then(showFrame).catch(failed);

    function showFrame([first, frameUrl]: Credential): void {
      if (ended.aborted) return;
      // The credential that names the frame serves once: a ticket is good for one handshake.
      let unused: Secret | undefined = first;
      frame = createFrame(frameUrl, () => {
        // Whatever was loaded: a window around the page may put its own document in the place of ours.
        watch(failed);
        send?.({ type: 'MICROAPP_PING' });
      });
      const init = async () => {
        await extended;
        const secret = unused ?? (await next('retry'))[0];
        unused = undefined;
        // What is undefined is absent to the frame.
        return { ...secret, slug: options.app, config: config() } as Secret;
      };
      send = linkFrame(window, frame, new URL(frameUrl).origin, ended, init, react, failed);
      show(frame);
    }
  }

  /** One at a time: whoever asks meanwhile shares the answer. One that does not come is given up. */
  function next(reason: TicketReason): Promise<Credential> {
    if (asking) return asking;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? handshakeTimeoutMs)]);
    const mine = nextCredential(options, new URL(base, location.href).href, reason, patience, ask).finally(forget);
    // A page's own function may not look at the signal: it is not waited for any longer, and the next one is asked anew.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the signal is ours alone
    patience.onabort = forget;
    return (asking = mine);

    // An answer that comes after it was given up is not the one that is waited for by then.
    function forget(): void {
      if (asking === mine) asking = undefined;
    }
  }

  /** What the frame may know of the options. */
  function config(): FrameConfig {
    const { locale, currency, timeZone, colorScheme, theme, texts, context, prefill, kept: resume } = options;
    // What is absent is undefined here, which the frame takes for absent.
    return { locale, currency, timeZone, colorScheme, theme, texts, context, prefill, resume } as FrameConfig;
  }

  function end(): void {
    attempt?.abort();
    watch();
  }

  function fail({ message, cause }: Error): void {
    end();
    const { unavailable = 'Not available right now.', retry = 'Try again' } = options.texts;
    const words = new Text(unavailable);
    const notice = element('p', { role: 'alert' });
    notice.append(words, element('button', { textContent: retry, onclick: handle.open }));
    // The server's own words, where it was the server.
    void report(message as ErrorCode, cause as string | undefined, frame?.src, words);
    show(notice);
  }

  /** Replaces what stands there: the placeholder, a frame, or what went wrong. */
  function show(content: HTMLElement): void {
    shown.replaceWith((shown = content));
    dressCloser();
  }

  /** The panel's head looks as the launcher does, whose text can be read on any color. It closes wherever it is pressed. */
  function dressCloser(): void {
    closer.ariaLabel = options.texts['close'] ?? 'Close';
    closer.style.cssText = launcher.style.cssText;
  }

  /** What each message of the frame does, by its type less the prefix; others are of a later version. */
  const reactions: {
    [Type in FrameToHost['type'] as Type extends `MICROAPP_${infer Name}` ? Name : never]?: (
      message: Extract<FrameToHost, { type: Type }>,
    ) => unknown;
  } = {
    ACK({ title }) {
      if (frame) frame.title = title;
      if (dialog) dialog.ariaLabel = title;
      handle.state = 'ready';
      emit('ready', handle);
      // Not from wherever the visitor has gone meanwhile.
      if (wantsFocus && (shadow.activeElement ?? isNowhere())) focusFrame();
      wantsFocus = false;
    },
    // The port keeps the order, and is another one after a reload: `seq` says nothing here.
    RESIZE(message) {
      if (!(frame && message.h > 0)) return;
      frame.height = `${message.h}`;
      emit('resize', message);
    },
    /** A new ticket, or the embed token again; or why there is none, which the frame then shows. */
    async TOKEN_REQUEST({ reason }) {
      const reply = send;
      const [secret] = await next(reason).catch(({ message }: Error) => [{ error: message }]);
      reply?.({ type: 'MICROAPP_TOKEN', ...secret });
    },
    CLOSE: close,
    AUTH_OK() {
      handle.state = 'ready';
      emit('authOk', { code: 'ok', message: 'Works.' });
    },
    // The visitor reads about it in the frame.
    AUTH_ERR: refused,
    ERROR: refused,
    RUN_START: (run) => emit('runStart', run),
    RUN_OK: (run) => emit('runSuccess', run),
    RUN_ERR: (run) => emit('runError', run),
    EVENT: ({ name, detail }) => emit(name as 'lead', detail),
  };

  function react(message: FrameToHost): void {
    watch();
    // Since it was drawn the server may have said its words and colors, and the page others: the frame answers to those.
    dressCloser();
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- one that is not among them does nothing
    reactions[message.type.slice(9) as 'ACK']?.(message as never);
  }

  function refused({ code, message = code }: { code: string; message?: string }): void {
    void report(code as ErrorCode, message, frame?.src);
  }

  /** Tells the page and its developer why the widget has failed; the latter, where it is one who looks, in these words, too. */
  async function report(...failure: Parameters<Fail>): Promise<void> {
    const problem = (await tellWhy(...failure)) as Problem | undefined; // of a failure it is never `ok`
    if (problem) emit('authErr', problem);
  }

  function close(): void {
    dialog?.close();
  }

  function focusFrame(): void {
    frame?.focus();
    send?.({ type: 'MICROAPP_OPEN', slug: wanted as string }); // undefined is absent to the frame
  }

  /** Apart from us: what the page does in there, its errors included, is the page's. */
  function emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    queueMicrotask(() => {
      if (signal.aborted) return;
      root.dispatchEvent(new CustomEvent(name, { detail }));
      options[`on${name.replace(/./, (first) => first.toUpperCase())}` as 'onLead']?.(detail);
    });
  }

  function open(slug?: string): void {
    wanted = slug;
    // Closing gives the focus back to where it was; some browsers do not focus a button that is clicked.
    if (isNowhere()) launcher.focus();
    connect();
    if (dialog && !dialog.open) {
      if (options.mode === 'modal' || innerWidth <= 480) dialog.showModal();
      else dialog.show();
      launcher.ariaExpanded = 'true';
      emit('open', undefined);
    }
    if (handle.state === 'connecting') wantsFocus = true;
    else focusFrame();
  }

  return {
    open,
    close,
    toggle: () => (dialog?.open ? close() : open()),
    update: () => send?.({ type: 'MICROAPP_CONFIG', config: config() }),
  };
}

/** Whether the keyboard's focus is on nothing, as after a focused button was taken away. */
function isNowhere(): boolean {
  return document.activeElement === document.body;
}
