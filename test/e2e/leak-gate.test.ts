/* oxlint-disable typescript/unbound-method -- timers are patched to count, and called as they were */
import type { CDPSession, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';

/** What the browser counts in the page's process, after its garbage is collected; what our scripts still wait for. */
type Counts = { documents: number; nodes: number; jsEventListeners: number; frames: number; timers: number };

describeOnStage('a page that lives long', (stage) => {
  async function visit(): Promise<{ page: Page; count: () => Promise<Counts>; options: object }> {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const { token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
    const page = await newPage();
    await page.addInitScript(countTimers);
    const body = `<div id="place"></div><script src="${base}/embed-element.js"></script>`;
    await page.goto(site(shop, strictSite({ base, body })));
    const session = await page.context().newCDPSession(page);
    return { page, count: () => countsOf(page, session), options: { mtok, toolSlug: 'loan-calculator' } };
  }

  /** Waits until the counts are what they were: what a page has let go of is collected when the browser pleases. */
  async function expectBackAt(before: Counts, count: () => Promise<Counts>): Promise<void> {
    await expect.poll(count, { timeout: 15_000 }).toEqual(before);
  }

  it('is after 100 widgets, unmounted at every stage of their lives, as it was before: nodes, listeners, frames, timers, windows', async () => {
    const { page, count, options } = await visit();
    // What a first widget leaves is code and style sheets that the browser keeps for the next one.
    await page.evaluate(mountAndUnmount, { options, cycles: stagesOfLife });
    const before = await settled(count);
    const { reached, timers } = await page.evaluate(mountAndUnmount, { options, cycles: 100 });
    expect(reached).toEqual({ idle: 25, connecting: 25, framed: 25, ready: 25 });
    // Counted in the turn of the last unmount: given time, a forgotten timer fires and is gone.
    expect(timers).toBe(0);
    expect(await page.evaluate(() => window.length)).toBe(0);
    await expectBackAt(before, count);
    await expect.poll(() => page.frames().length).toBe(1);
  }, 120_000);

  it('is as it was before, too, after dialogs, elements, widgets with every extra, and ones that had failed', async () => {
    const { page, count, options } = await visit();
    const { scenario } = stage();
    const { clientToken } = await scenario.owner.surface(scenario.owner.workspaceId, { allowedOrigins: [] });
    const given = { options, refused: { embedKey: clientToken } };
    await page.evaluate(liveAndGo, { ...given, rounds: 1 });
    const before = await settled(count);
    expect(await page.evaluate(liveAndGo, { ...given, rounds: 5 })).toEqual({ lived: 20, timers: 0, windows: 0 });
    await expectBackAt(before, count);
  }, 120_000);

  it('has no more of anything after its widget was opened and closed 20 times', async () => {
    const { page, count, options } = await visit();
    await page.evaluate((given) => {
      Object.assign(globalThis, { widget: (globalThis as unknown as Embed).MicroappWidget.mount(given) });
    }, options);
    const { launcher, frame } = widgetOn(page);
    await launcher.click();
    await runLoan(frame);
    await seePayment(frame);
    await page.evaluate(openAndClose, 2);
    const before = await settled(count);
    expect(await page.evaluate(openAndClose, 20)).toBe(20);
    await expectBackAt(before, count);
    // One frame for all of it, which kept what the visitor had.
    expect(page.frames()).toHaveLength(2);
    await launcher.click();
    await seePayment(frame);
  }, 60_000);
});

/** How many stages `mountAndUnmount` lets a widget reach, in turn. */
const stagesOfLife = 4;

type Handle = { state: string; ready: Promise<void>; open(): void; close(): void; unmount(): void };
type Embed = { MicroappWidget: { mount(options: object): Handle }; widget: Handle; pendingTimers: Set<number> };

async function countsOf(page: Page, session: CDPSession): Promise<Counts> {
  await session.send('HeapProfiler.collectGarbage');
  const { documents, nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const frames = metrics.find(({ name }) => name === 'Frames')?.value;
  if (frames === undefined) throw new Error('the browser does not count frames');
  const timers = await page.evaluate(() => (globalThis as unknown as Embed).pendingTimers.size);
  return { documents, nodes, jsEventListeners, frames, timers };
}

/** The counts as soon as two in a row are the same. */
async function settled(count: () => Promise<Counts>): Promise<Counts> {
  let latest = await count();
  await expect
    .poll(async () => {
      const previous = latest;
      latest = await count();
      return JSON.stringify(previous) === JSON.stringify(latest);
    })
    .toBe(true);
  return latest;
}

/** Runs in the page before any script: counts timers that are set and have neither fired nor been cleared. */
function countTimers(): void {
  const pending = new Set<number>();
  Object.defineProperty(globalThis, 'pendingTimers', { value: pending });
  const { setTimeout: set, clearTimeout: clear } = window;
  window.setTimeout = ((task: (...given: unknown[]) => void, delayMs?: number, ...given: unknown[]) => {
    const id = set(() => {
      pending.delete(id);
      task(...given);
    }, delayMs);
    pending.add(id);
    return id;
  }) as typeof window.setTimeout;
  window.clearTimeout = (id) => {
    pending.delete(Number(id));
    clear(id);
  };
}

/** Runs in the page. Each widget reaches one stage further than the last; floating ones and inline ones in turn. */
async function mountAndUnmount({
  options,
  cycles,
}: {
  options: object;
  cycles: number;
}): Promise<{ reached: Record<string, number>; timers: number }> {
  const { MicroappWidget, pendingTimers } = globalThis as unknown as Embed;
  const reached: Record<string, number> = { idle: 0, connecting: 0, framed: 0, ready: 0 };
  const nextTurn = (): Promise<void> =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => {
        port1.close();
        resolve();
      });
      port1.start();
      port2.postMessage(undefined);
    });
  for (let cycle = 0; cycle < cycles; cycle++) {
    const isFloating = cycle % 8 < 4;
    const handle = MicroappWidget.mount({ ...options, ...(isFloating ? {} : { mode: 'inline', target: '#place' }) });
    const root = document.querySelector(isFloating ? 'microapp-floating' : 'microapp-inline');
    const stage = (['idle', 'connecting', 'framed', 'ready'] as const)[cycle % 4] ?? 'idle';
    if (stage !== 'idle' && isFloating) handle.open();
    if (stage === 'connecting') while (handle.state !== 'connecting') await nextTurn();
    if (stage === 'framed') while (!root?.shadowRoot?.querySelector('iframe')?.contentWindow) await nextTurn();
    if (stage === 'ready') await handle.ready;
    reached[stage] = (reached[stage] ?? 0) + 1;
    handle.unmount();
  }
  return { reached, timers: pendingTimers.size };
}

/** Runs in the page. One after the other: a dialog, an element, a widget with extras and one that is refused, each until it is what it is. */
async function liveAndGo({
  options,
  refused,
  rounds,
}: {
  options: object;
  refused: object;
  rounds: number;
}): Promise<{ lived: number; timers: number; windows: number }> {
  const { MicroappWidget, pendingTimers } = globalThis as unknown as Embed;
  let lived = 0;
  for (let round = 0; round < rounds; round++) {
    const dialog = MicroappWidget.mount({ ...options, mode: 'modal' });
    dialog.open();
    await dialog.ready;
    dialog.unmount();
    lived += 1;

    const element = document.createElement('microapp-embed') as HTMLElement & { options: object; handle: Handle };
    element.options = options;
    document.body.append(element);
    await element.handle.ready;
    element.remove();
    // An element that is put in again within the task goes on.
    await Promise.resolve();
    lived += 1;

    const resume = { get: () => 'kept', set: () => {} };
    const extended = MicroappWidget.mount({ ...options, autoOpen: true, theme: 'inherit', resume });
    await extended.ready;
    extended.unmount();
    lived += 1;

    let told: (problem: unknown) => void = () => {};
    const failed = new Promise((resolve) => (told = resolve));
    const last = MicroappWidget.mount({ ...refused, mode: 'inline', target: '#place', onAuthErr: told });
    await failed;
    last.unmount();
    lived += 1;
  }
  return { lived, timers: pendingTimers.size, windows: window.length };
}

/** Runs in the page: opens its widget and closes it, so many times. Answers how often it was open. */
async function openAndClose(times: number): Promise<number> {
  const { widget } = globalThis as unknown as Embed;
  const dialog = document.querySelector('microapp-floating')?.shadowRoot?.querySelector('dialog');
  if (!dialog) throw new Error('the widget has no dialog');
  let opened = 0;
  for (let time = 0; time < times; time++) {
    widget.open();
    while (!dialog.open) await Promise.resolve();
    opened += 1;
    const closed = new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
    widget.close();
    await closed;
  }
  return opened;
}
