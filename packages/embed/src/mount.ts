import { handshakeTimeoutMs } from '@microapp/contract/protocol';
import { keepInPage } from './keep-in-page.ts';
import { launcherStyle } from './launcher.ts';
import { hasCredential } from './has-credential.ts';
import type { Diagnosis, Handle, MountOptions } from './options.ts';
import type { Answer, Fail, LoadPart, OwnHandle, Runtime, RuntimeModule, Widget } from './widget.ts';

/**
 * Makes the function that puts a widget on the page. It draws the launcher and nothing else: the runtime, the frame and
 * the session come when somebody points at it, or at once for a widget that stands in the page. `base` is the address of the
 * installation where the options name none; `load` gets a part of the host side.
 */
export function createMount(base: string, load: LoadPart): (options: MountOptions) => Handle {
  /** Which places in the corners are taken, counted from the edge. */
  const places: boolean[] = [];
  return (options) => mountWidget(base, load, places, { ...options });
}

function mountWidget(base: string, loadPart: LoadPart, places: boolean[], options: MountOptions): Handle {
  const {
    mode = 'floating',
    target,
    trigger,
    embedKey,
    toolSlug,
    app = toolSlug,
    anchor = 'bottom-right',
    offsetX = 20,
    offsetY = 20,
    colorScheme = 'auto',
  } = options;
  const home = (options.baseUrl ?? base).replace(/\/*$/, '/');
  const gone = new AbortController();
  const { signal } = gone;
  const root = document.createElement(`microapp-${mode}`);
  const shadow = root.attachShadow({ mode: 'open' });
  const launcher = document.createElement('button');
  const sheet = new CSSStyleSheet();
  const triggers = `[data-microapp-open${app ? `="${app}"` : ''}]${typeof trigger === 'string' ? `,${trigger}` : ''}`;
  if (app) options.app = app;
  /** What the server says of launcher and panel: the surface's color, and words in the visitor's language. */
  let ui: Answer['ui'];
  let place = -1;
  let attempts = 0;
  let watchdog = 0;
  let told: string | undefined;
  let loading: Promise<Runtime | undefined> | undefined;

  const on: Handle['on'] = (name, listener, during) =>
    // `emit` has made it, with a detail that belongs to the name.
    root.addEventListener(name, (event) => listener((event as CustomEvent<never>).detail), during);

  const handle: OwnHandle = {
    state: 'idle',
    ready: new Promise((resolve) => on('ready', resolve)),
    open: () => tell('open'),
    close: () => loading && tell('close'),
    toggle: () => tell('toggle'),
    update(changes) {
      Object.assign(options, changes);
      dress();
      if (loading) tell('update');
    },
    on,
    diagnose: () => diagnose(),
    unmount() {
      handle.state = 'unmounted';
      gone.abort();
      places[place] = false;
      // Another's by the time that this is called again.
      place = -1;
      watch();
      root.remove();
    },
  };

  const diagnose = (...failure: Partial<Parameters<Fail>>): Promise<Diagnosis> =>
    loadPart('diagnosis', attempts)
      .then((module) => module.diagnose(options, home, loadPart, signal, ...failure))
      .catch(() => {
        const [code = 'script_blocked', message = `${code}: see CSP`] = failure;
        return { code, message };
      });

  const fail: Fail = (...failure) => {
    handle.state = 'error';
    return diagnose(...failure).then((problem) => {
      // Meanwhile it may work, or be gone.
      if (handle.state !== 'error') return undefined;
      if (problem.message !== told) window.console.error('Microapp:', (told = problem.message));
      return problem;
    });
  };

  function watch(failed?: (error: Error) => void): void {
    clearTimeout(watchdog);
    if (failed) watchdog = window.setTimeout(failed, options.timeoutMs ?? handshakeTimeoutMs, new Error('timeout'));
  }

  function ask(path: string, body: object, during: AbortSignal): Promise<Answer> {
    return fetch(`${home}v1/embed/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ locale: options.locale, ...body }),
      signal: during,
    })
      .then((response) => response.json() as Promise<Answer>)
      .then(learn);
  }

  /** Or another's answer: every part is looked at before it is used. */
  function learn(answer: Answer): Answer {
    ui = answer.ui ?? ui;
    // What failed meanwhile is what the launcher says.
    if (handle.state !== 'error') dress();
    return answer;
  }

  async function load(): Promise<Runtime | undefined> {
    if (signal.aborted) return undefined;
    dress();
    return (loading ??= new Promise<RuntimeModule>((resolve, reject) => {
      watch(reject);
      loadPart('runtime', attempts++).then(resolve, reject);
    })
      .finally(watch)
      .then(({ start }) =>
        signal.aborted
          ? undefined
          : start(options as Widget[0], home, root, shadow, launcher, signal, watch, handle, ask, fail),
      )
      .catch(() => {
        if (signal.aborted) return undefined;
        loading = undefined;
        void fail('script_blocked');
        dress('retry');
        // Where there was none so far.
        if (mode !== 'floating') shadow.append(launcher);
        return undefined;
      }));
  }

  function tell(order: keyof Runtime, slug?: string): void {
    void load().then((runtime) => signal.aborted || runtime?.[order](slug));
  }

  /** Without a label the launcher is an icon, and says what it does to those who do not see it. */
  function dress(failed?: 'retry'): void {
    // The server's words are what the page's own texts inherit from: they count where the page says nothing, and a frame, which
    // is told what is the page's own, is not told them.
    const texts = (options.texts = { __proto__: ui?.texts, ...options.texts } as unknown as Record<string, string>);
    const label = failed ? (texts['retry'] ?? 'Try again') : (options.label ?? texts['launcher'] ?? '');
    if (ui) ({ lang: root.lang, dir: root.dir } = ui);
    launcher.textContent = label;
    launcher.ariaLabel = label || texts['open'] || 'Open';
    // Strangers choose it: as a property, nothing but a color gets in. A browser that cannot compute contrast leaves white.
    // Of the text `inherit` nothing is called so.
    launcher.style.backgroundColor =
      (options.theme as Record<string, string> | undefined)?.['accent'] ?? ui?.theme?.['accent'] ?? '';
    launcher.style.color = `contrast-color(${launcher.style.backgroundColor})`;
  }

  /** Asks how the launcher is to look and to speak; whether the visitor may have more is decided when there is interest. */
  function greet(): void {
    // A client token's session says it, too; with other credentials the page is told by nothing else.
    if (embedKey && attempts) return;
    // That nobody answers matters to nobody yet.
    ask('hello', { key: embedKey }, signal).catch(() => {});
  }

  // Throws the browser's own words for a `trigger` that is no selector, at whoever wrote it, and not at each click.
  root.matches(triggers);
  if (!hasCredential(options)) {
    void fail('bad_options');
    // Nothing is loaded or drawn, whatever is asked of it.
    gone.abort();
    return handle;
  }

  const parentOf = () => (typeof target === 'object' ? target : document.querySelector(target ?? 'body'));
  // Throws, too, for a `target` that is no selector; before anything of ours is in the page.
  keepInPage(root, parentOf, signal);
  // oxlint-disable unicorn/prefer-add-event-listener -- each name of a method is bytes, and the button is nobody else's
  if (mode === 'floating') {
    while (places[++place]);
    places[place] = true;
    launcher.ariaExpanded = 'false';
    // Interest is enough. One that offers to try again would be gone before it is pressed.
    launcher.onpointerenter = launcher.onfocus = load;
    shadow.append(launcher);
  }
  sheet.replaceSync(
    `*{color-scheme:${colorScheme.replace('auto', 'light dark')}}${launcherStyle}` +
      `[aria-expanded],dialog{position:fixed;${anchor.replace('-', `:${+offsetY + 68 * place}px;`)}:${offsetX}px}`,
  );
  shadow.adoptedStyleSheets = [sheet];
  dress();
  launcher.onclick = handle.toggle;
  // oxlint-enable unicorn/prefer-add-event-listener

  // The widget of the very app is asked before one that is for several.
  (app ? document : window).addEventListener(
    'click',
    ((event: PointerEvent) => {
      // Documents and windows match nothing.
      const opener = event.composedPath().find((node) => node === trigger || (node as Element).matches?.(triggers)) as
        | HTMLElement
        | undefined;
      // With a key held it is the browser's: a new tab, a new window.
      if (!opener || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
      // A link leads elsewhere where there is no script; and no other widget opens by the same click.
      event.preventDefault();
      tell('open', opener.dataset['microappOpen']);
    }) as EventListener,
    { signal },
  );

  if (!root.isConnected && document.readyState !== 'loading') void fail('no_target');
  options.signal?.addEventListener('abort', handle.unmount, { signal });
  if (options.signal?.aborted) handle.unmount();
  if (mode === 'inline' || options.load === 'eager' || `${options.autoOpen}` === 'true') void load();
  (window.requestIdleCallback ?? window.setTimeout)(greet);
  return handle;
}
