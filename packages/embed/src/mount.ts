import { handshakeTimeoutMs } from '@microapp/contract/protocol';
import { keepInPage } from './keep-in-page.ts';
import { launcherStyle } from './launcher.ts';
import { hasCredential } from './has-credential.ts';
import type { Diagnosis, Handle, MountOptions } from './options.ts';
import type { Answer, Fail, LoadPart, OwnHandle, Runtime, RuntimeModule } from './widget.ts';

export type MountDeps = {
  /** The address of the installation where the options name none. */
  base: string;
  /** Loads a part of the host side. `attempt` counts from 0: a browser may remember that an address failed. */
  load: LoadPart;
};

/**
 * Makes the function that puts a widget on the page. It draws the launcher and nothing else: the runtime, the frame and
 * the session come when somebody points at it, or at once for a widget that stands in the page.
 */
export function createMount(deps: MountDeps): (options: MountOptions) => Handle {
  /** Which places in the corners are taken, counted from the edge. */
  const places = new Set<number>();
  let count = 0;
  return (options) => mountWidget(deps, places, `w${++count}`, { ...options });
}

function mountWidget(
  { base, load: loadPart }: MountDeps,
  places: Set<number>,
  id: string,
  options: MountOptions,
): Handle {
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
  } = options;
  const home = (options.baseUrl ?? base).replace(/\/*$/, '/');
  const gone = new AbortController();
  const { signal } = gone;
  const root = document.createElement(`microapp-${mode}`);
  const shadow = root.attachShadow({ mode: 'open' });
  const launcher = document.createElement('button');
  const sheet = new CSSStyleSheet();
  const openers = `[data-microapp-open${app ? `="${app}"` : ''}]`;
  const triggers = typeof trigger === 'string' ? `${openers},${trigger}` : openers;
  if (app) options.app = app;
  let place = 0;
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
      if (loading) tell('update');
    },
    on,
    diagnose: () => diagnose(),
    unmount() {
      handle.state = 'unmounted';
      gone.abort();
      watch();
      root.remove();
    },
  };

  const diagnose = (...failure: Partial<Parameters<Fail>>): Promise<Diagnosis> =>
    loadPart('diagnosis', attempts)
      .then((module) => module.diagnose(options, home, loadPart, ...failure))
      .catch(() => {
        const [code = 'script_blocked', message = `${code}: check CSP and network.`] = failure;
        return { code, message };
      });

  const fail: Fail = async (...failure) => {
    handle.state = 'error';
    const problem = await diagnose(...failure);
    // Meanwhile it may work, or be gone.
    if (handle.state !== 'error') return undefined;
    if (problem.message !== told) window.console.error('Microapp:', (told = problem.message));
    return problem;
  };

  function watch(failed?: (error: Error) => void): void {
    window.clearTimeout(watchdog);
    if (failed) watchdog = window.setTimeout(failed, options.timeoutMs ?? handshakeTimeoutMs, new Error('timeout'));
  }

  async function ask(path: string, body: object, during: AbortSignal): Promise<Answer> {
    const response = await fetch(`${home}v1/embed/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: during,
    });
    // Or another's: every part is looked at before it is used.
    return response.json() as Promise<Answer>;
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
        signal.aborted ? undefined : start(options, home, id, root, shadow, launcher, signal, watch, handle, ask, fail),
      )
      .catch(() => {
        if (signal.aborted) return undefined;
        loading = undefined;
        void fail('script_blocked');
        dress('Try again');
        // Not put there again: under the pointer it would be entered once more, and load without end.
        if (!launcher.isConnected) shadow.append(launcher);
        return undefined;
      }));
  }

  function tell(order: keyof Runtime): void {
    void load().then((runtime) => signal.aborted || runtime?.[order]());
  }

  /** Without a label the launcher is an icon, and says what it does to those who do not see it. */
  function dress(label = options.label ?? options.texts?.['launcher'] ?? ''): void {
    launcher.textContent = label;
    launcher.ariaLabel = label || 'Open';
    // Strangers choose it: as a property, nothing but a color gets in.
    launcher.style.backgroundColor = options.theme?.['accent'] ?? '';
  }

  /** Asks how the launcher is to look; whether the visitor may have more is decided when there is interest. */
  async function greet(): Promise<void> {
    if (attempts || signal.aborted) return;
    const { ui } = await ask('hello', { key: embedKey }, signal);
    options.theme = { ...ui?.theme, ...options.theme };
    options.texts = { ...ui?.texts, ...options.texts };
    // What failed meanwhile is what the launcher says.
    if (handle.state !== 'error') dress();
  }

  if (!hasCredential(options)) {
    void fail('bad_options');
    // Nothing is loaded or drawn, whatever is asked of it.
    gone.abort();
    return handle;
  }

  if (mode === 'floating') {
    while (places.has(place)) place++;
    places.add(place);
    signal.addEventListener('abort', () => places.delete(place));
    shadow.append(launcher);
  }
  sheet.replaceSync(launcherStyle(`${anchor.replace('-', `:${+offsetY + 68 * place}px;`)}:${offsetX}px`, options));
  shadow.adoptedStyleSheets = [sheet];
  dress();
  Object.assign(launcher, { onpointerenter: load, onfocus: load, onclick: handle.toggle, ariaExpanded: 'false' });

  // The widget of the very app is asked before one that is for several.
  (app ? document : window).addEventListener(
    'click',
    (event) => {
      // Documents and windows match nothing.
      const opener = event.composedPath().find((node) => node === trigger || (node as Element).matches?.(triggers));
      if (!opener || event.defaultPrevented) return;
      // A link leads elsewhere where there is no script; and no other widget opens by the same click.
      event.preventDefault();
      handle.open();
    },
    { signal },
  );

  const parentOf = () => (typeof target === 'string' ? document.querySelector(target) : (target ?? document.body));
  keepInPage(root, parentOf, signal);
  if (!root.isConnected && document.readyState !== 'loading') void fail('no_target');
  options.signal?.addEventListener('abort', handle.unmount, { signal });
  if (options.signal?.aborted) handle.unmount();
  if (mode === 'inline' || options.load === 'eager') void load();
  // That nobody answers matters to nobody yet.
  if (embedKey) (window.requestIdleCallback ?? window.setTimeout)(() => void greet().catch(() => {}));
  return handle;
}
