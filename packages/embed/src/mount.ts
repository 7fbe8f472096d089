import { handshakeTimeoutMs } from '@microapp/contract/protocol';
import { keepInPage } from './keep-in-page.ts';
import { launcherStyle, nameLauncher } from './launcher.ts';
import type { Handle, MountOptions } from './options.ts';
import { problemOf } from './problem-of.ts';
import type { Runtime, RuntimeModule, Widget } from './widget.ts';

export type MountDeps = {
  /** The address of the installation where the options name none. */
  base: string;
  /** Loads the rest of the host side. `attempt` counts from 0: a browser may remember that an address failed. */
  loadRuntime: (attempt: number) => Promise<RuntimeModule>;
};

/**
 * Makes the function that puts a widget on the page. It draws the launcher and nothing else: the runtime, the frame and
 * the session come when somebody points at it, or at once for a widget that stands in the page.
 */
export function createMount(deps: MountDeps): (options: MountOptions) => Handle {
  /** Which places in the corner are taken, counted from the bottom. */
  const places = new Set<number>();
  let count = 0;
  return (options) => mountWidget(deps, places, `w${++count}`, { ...options });
}

function mountWidget({ base, loadRuntime }: MountDeps, places: Set<number>, id: string, options: MountOptions): Handle {
  const { mode = 'floating', target, trigger, toolSlug, app = toolSlug } = options;
  const gone = new AbortController();
  const { signal } = gone;
  const ready = Promise.withResolvers<void>();
  const root = document.createElement(`microapp-${mode}`);
  const shadow = root.attachShadow({ mode: 'open' });
  const launcher = document.createElement('button');
  const sheet = new CSSStyleSheet();
  const openers = `[data-microapp-open${app ? `="${app}"` : ''}]`;
  const triggers = typeof trigger === 'string' ? `${openers},${trigger}` : openers;
  let place = 0;
  let attempts = 0;
  let watchdog = 0;
  let loading: Promise<Runtime | undefined> | undefined;

  const handle: Handle = {
    get state() {
      return widget.state;
    },
    ready: ready.promise,
    open() {
      load();
      tell('open');
    },
    close: () => tell('close'),
    toggle() {
      load();
      tell('toggle');
    },
    update(changes) {
      Object.assign(options, changes);
      tell('update');
    },
    unmount() {
      widget.state = 'unmounted';
      gone.abort();
      watch();
      root.remove();
    },
  };
  const widget: Widget = {
    options,
    mode,
    base: (options.baseUrl ?? base).replace(/\/*$/, '/'),
    id,
    shadow,
    launcher,
    signal,
    watch,
    state: 'idle',
    becomeReady: ready.resolve,
    handle,
  };

  function watch(failed?: (error: Error) => void): void {
    window.clearTimeout(watchdog);
    if (failed) watchdog = window.setTimeout(failed, options.timeoutMs ?? handshakeTimeoutMs, new Error('timeout'));
  }

  function load(): void {
    if (problem || loading || signal.aborted) return;
    nameLauncher(launcher, options.label);
    loading = new Promise<RuntimeModule>((resolve, reject) => {
      watch(reject);
      loadRuntime(attempts++).then(resolve, reject);
    })
      .finally(watch)
      .then(({ start }) => (signal.aborted ? undefined : start(widget)))
      .catch((error: unknown) => {
        if (signal.aborted) return undefined;
        loading = undefined;
        // Whatever it is, it is shown as it prints.
        complain(`did not load. ${error as string}`);
        nameLauncher(launcher, 'Try again');
        // Not put there again: under the pointer it would be entered once more, and load without end.
        if (!launcher.isConnected) shadow.append(launcher);
        return undefined;
      });
  }

  function tell(order: keyof Runtime): void {
    void loading?.then((runtime) => signal.aborted || runtime?.[order]());
  }

  function complain(problem: string): void {
    widget.state = 'error';
    window.console.error(`Microapp: ${problem}`);
  }

  const problem = problemOf(options);
  if (problem) {
    complain(problem);
    return handle;
  }

  nameLauncher(launcher, options.label);
  launcher.ariaExpanded = 'false';
  if (mode === 'floating') {
    while (places.has(place)) place++;
    places.add(place);
    signal.addEventListener('abort', () => places.delete(place));
    shadow.append(launcher);
  }
  shadow.adoptedStyleSheets = [sheet];
  sheet.replaceSync(launcherStyle(20 + 68 * place, options));
  launcher.addEventListener('pointerenter', load);
  launcher.addEventListener('focus', load);
  launcher.addEventListener('click', handle.toggle);

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
  if (!root.isConnected && document.readyState !== 'loading') complain('target not found yet.');
  options.signal?.addEventListener('abort', handle.unmount, { signal });
  if (options.signal?.aborted) handle.unmount();
  if (mode === 'inline' || options.load === 'eager') load();
  return handle;
}
