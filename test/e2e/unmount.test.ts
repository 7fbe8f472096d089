/* oxlint-disable typescript/unbound-method, typescript/no-unnecessary-type-assertion -- prototypes are patched to count, and each call is given its `this` */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';

/** What a script can leave behind in a page, counted. */
type Left = { nodes: number; listeners: string[]; timers: number; observers: number };

describeOnStage('unmounting', (stage) => {
  it.each(['inline', 'floating'] as const)(
    'of a used %s widget leaves nothing in the page, and may be repeated',
    async (mode) => {
      const { base, site, newPage, scenario } = stage();
      const { owner } = scenario;
      const { token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
      const page = await newPage();
      await page.addInitScript(keepCount);
      const body = `<div id="place"></div><script src="${base}/microapp-widget.js"></script>`;
      await page.goto(site(shop, strictSite({ base, body })));
      const before = await left(page);

      const options = { mtok, toolSlug: 'loan-calculator', mode, target: mode === 'inline' ? '#place' : undefined };
      await page.evaluate(mountInPage, options);
      const widget = widgetOn(page, mode);
      if (mode === 'floating') await widget.launcher.click();
      await runLoan(widget.frame);
      await seePayment(widget.frame);
      const mounted = await left(page);
      expect(mounted.nodes).toBeGreaterThan(before.nodes);
      expect(mounted.listeners.length).toBeGreaterThan(before.listeners.length);
      expect(page.frames()).toHaveLength(2);

      // Synchronous: what is left is counted in the same turn, before anything could clean up by itself.
      expect(await page.evaluate(unmountTwiceAndCount)).toEqual(before);
      await expect.poll(() => page.frames().length).toBe(1);
    },
  );
});

/** The page's own functions; they are made by `keepCount` and `mountInPage`, in the page. */
type Counting = {
  left(): Left;
  handle: { unmount(): void };
  MicroappWidget: { mount(options: object): { unmount(): void } };
};

function left(page: Page): Promise<Left> {
  return page.evaluate(() => (globalThis as unknown as Counting).left());
}

function mountInPage(options: object): void {
  const counting = globalThis as unknown as Counting;
  counting.handle = counting.MicroappWidget.mount(options);
}

function unmountTwiceAndCount(): Left {
  const counting = globalThis as unknown as Counting;
  counting.handle.unmount();
  counting.handle.unmount();
  return counting.left();
}

/** Runs in the page before any script of it: counts what our scripts add to the page, and not what the test driver does. */
function keepCount(): void {
  const isOurs = (): boolean => /microapp-widget\.js|\/embed\/assets\//.test(new Error('who').stack ?? '');
  const listeners = new Set<{
    type: string;
    target: EventTarget;
    listener: unknown;
    signal: AbortSignal | undefined;
  }>();
  const add = EventTarget.prototype.addEventListener;
  const remove = EventTarget.prototype.removeEventListener;
  EventTarget.prototype.addEventListener = function (this: EventTarget, type, listener, options) {
    const target = this ?? window;
    if ((target === window || target === document) && isOurs()) {
      const signal = typeof options === 'object' ? options.signal : undefined;
      listeners.add({ type, target, listener, signal });
    }
    add.call(target, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (this: EventTarget, type, listener, options) {
    const target = this ?? window;
    for (const one of listeners) {
      if (one.type === type && one.target === target && one.listener === listener) listeners.delete(one);
    }
    remove.call(target, type, listener, options);
  };

  const timers = new Set<number>();
  const { setTimeout: set, clearTimeout: clear } = window;
  window.setTimeout = ((task: () => void, delayMs?: number, ...rest: unknown[]) => {
    const id = set(
      (...given: unknown[]) => {
        timers.delete(id);
        (task as (...all: unknown[]) => void)(...given);
      },
      delayMs,
      ...rest,
    );
    if (isOurs()) timers.add(id);
    return id;
  }) as typeof window.setTimeout;
  window.clearTimeout = (id) => {
    timers.delete(Number(id));
    clear(id);
  };

  const observing = new Set<object>();
  for (const observer of [MutationObserver, IntersectionObserver, ResizeObserver]) {
    const { observe, disconnect } = observer.prototype;
    observer.prototype.observe = function (this: object, ...given: never[]) {
      if (isOurs()) observing.add(this);
      return (observe as (...all: never[]) => void).apply(this, given);
    };
    observer.prototype.disconnect = function (this: object) {
      observing.delete(this);
      disconnect.call(this as never);
    };
  }

  (globalThis as unknown as Counting).left = () => ({
    nodes: document.querySelectorAll('*').length,
    listeners: [...listeners].filter(({ signal }) => signal?.aborted !== true).map(({ type }) => type),
    timers: timers.size,
    observers: observing.size,
  });
}
