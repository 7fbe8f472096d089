import type { Browser, Page } from 'playwright-core';

/** What one visit took. Milliseconds, bytes as transferred with their headers, and layout shift scores. */
export type Visit = {
  /** From the start of the navigation until the launcher was painted. */
  launcherMs: number;
  /** Until the page's own text was painted. */
  paintMs: number;
  /** From the start of the navigation. */
  clickedMs: number;
  requestsBefore: number;
  bytesBefore: number;
  /** From the click on the launcher until the form's button could be pressed. */
  formMs: number;
  longTasksMs: number;
  longTasksAfterMs: number;
  shift: number;
  shiftAfter: number;
};

/** The same page without anything of ours, for as long as the visit with it took until the click. */
export type ControlVisit = Pick<Visit, 'paintMs' | 'longTasksMs' | 'shift'>;

/** Lighthouse's slow 4G. */
const network = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const cpuSlowdown = 4;
const patienceMs = 60_000;

type Timeline = {
  launcherAt?: number;
  formAt?: number;
  clickedAt?: number;
  tasks: { at: number; ms: number }[];
  shifts: { at: number; value: number }[];
};

/** One visitor who has never been here: opens the page, and then the widget. */
export async function visit(browser: Browser, { page: address, base }: { page: string; base: string }): Promise<Visit> {
  return await asNewVisitor(browser, address, async (page) => {
    await page.waitForFunction(() => 'launcherAt' in (globalThis as unknown as { timeline: Timeline }).timeline);
    const before = await timelineOf(page);
    const launcherMs = defined(before.launcherAt);
    const loaded = await page.evaluate(
      ({ origin, until }) =>
        (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
          .filter(({ name, startTime }) => name.startsWith(origin) && startTime <= until)
          .map(({ transferSize }) => transferSize),
      { origin: base, until: launcherMs },
    );

    await page.locator('microapp-floating button').click();
    const frame = page.frameLocator('microapp-floating iframe');
    await frame.getByRole('button', { name: /^Run/ }).waitFor({ timeout: patienceMs });
    const inside = page.frames().find((one) => one.url().startsWith(base));
    if (inside === undefined) throw new Error('the widget has no frame');
    const [after, ofFrame] = [await timelineOf(page), await timelineOf(inside)];
    const clickedAt = defined(after.clickedAt);
    // Both in milliseconds since the epoch: frame and page began at different times.
    const [pageStart, frameStart] = await Promise.all(
      [page.mainFrame(), inside].map((window) => window.evaluate(() => performance.timeOrigin)),
    );
    const formMs = defined(frameStart) + defined(ofFrame.formAt) - (defined(pageStart) + clickedAt);
    const isBefore = ({ at }: { at: number }): boolean => at < clickedAt;
    const isAfter = ({ at }: { at: number }): boolean => at >= clickedAt;
    return {
      launcherMs,
      paintMs: await paintOf(page),
      clickedMs: clickedAt,
      requestsBefore: loaded.length,
      bytesBefore: sum(loaded),
      formMs,
      longTasksMs: sum(after.tasks.filter(isBefore).map(({ ms }) => ms)),
      // A page's observer hears of its frames' tasks, too.
      longTasksAfterMs: sum(after.tasks.filter(isAfter).map(({ ms }) => ms)),
      shift: sum(after.shifts.filter(isBefore).map(({ value }) => value)),
      shiftAfter: sum(after.shifts.filter(isAfter).map(({ value }) => value)),
    };
  });
}

/** One who has never been here either, on a page without us, who stays for `untilMs` from the start of the navigation. */
export async function visitWithoutUs(
  browser: Browser,
  { page: address, untilMs }: { page: string; untilMs: number },
): Promise<ControlVisit> {
  return await asNewVisitor(browser, address, async (page) => {
    await page.waitForFunction((until) => performance.now() >= until, untilMs, { timeout: patienceMs });
    const { tasks, shifts } = await timelineOf(page);
    const isWithin = ({ at }: { at: number }): boolean => at < untilMs;
    return {
      paintMs: await paintOf(page),
      longTasksMs: sum(tasks.filter(isWithin).map(({ ms }) => ms)),
      shift: sum(shifts.filter(isWithin).map(({ value }) => value)),
    };
  });
}

async function asNewVisitor<Seen>(
  browser: Browser,
  address: string,
  look: (page: Page) => Promise<Seen>,
): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
  try {
    await context.addInitScript(keepTimeline);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', network);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown });
    await page.goto(address, { timeout: patienceMs });
    return await look(page);
  } finally {
    await context.close();
  }
}

/** Runs before any script of page and frame, and writes down when what was to be seen. */
function keepTimeline(): void {
  const timeline: Timeline = { tasks: [], shifts: [] };
  Object.defineProperty(globalThis, 'timeline', { value: timeline });
  // The paint follows the next frame's callbacks.
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- this function alone goes to the browser
  const afterPaint = (done: () => void): void => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', done);
      port1.start();
      port2.postMessage('');
    });
  };
  const watcher = new MutationObserver(() => {
    if (timeline.launcherAt === undefined && document.querySelector('microapp-floating')) {
      timeline.launcherAt = NaN;
      afterPaint(() => {
        timeline.launcherAt = performance.now();
      });
    }
    if (timeline.formAt === undefined && document.querySelector('form button[type=submit]:enabled')) {
      timeline.formAt = NaN;
      afterPaint(() => {
        timeline.formAt = performance.now();
      });
    }
  });
  watcher.observe(document, { childList: true, subtree: true });
  addEventListener('click', ({ timeStamp }) => (timeline.clickedAt = timeStamp), { capture: true });
  new PerformanceObserver((list) => {
    for (const { startTime: at, duration: ms } of list.getEntries()) timeline.tasks.push({ at, ms });
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      // Of the Layout Instability API, which the DOM's types leave out.
      const {
        startTime: at,
        value,
        hadRecentInput,
      } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
      if (!hadRecentInput) timeline.shifts.push({ at, value });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

function timelineOf(window: Pick<Page, 'evaluate'>): Promise<Timeline> {
  return window.evaluate(() => (globalThis as unknown as { timeline: Timeline }).timeline);
}

async function paintOf(page: Page): Promise<number> {
  return defined(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint').at(0)?.startTime));
}

function defined(value: number | undefined): number {
  if (value === undefined || Number.isNaN(value)) throw new Error('something was not seen in time');
  return value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
