import { request as ask, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Page, Request } from 'playwright-core';
import { expect, it } from 'vitest';
import { pinnedScriptTag } from '../../packages/dashboard/src/features/surfaces/snippets.ts';
import { expectStatus } from '../../packages/server/src/testing/scenario.ts';
import { violationsIn } from './stage/recorder.ts';
import { scriptTag, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';

/** Runs before any script of the page: when the launcher was put there, and what moved. */
function watchThePage(): void {
  const watched: Watched = { launcherAt: Infinity, shifts: [] };
  Object.defineProperty(globalThis, 'watched', { value: watched });
  new MutationObserver(() => {
    if (document.querySelector('microapp-floating'))
      watched.launcherAt = Math.min(watched.launcherAt, performance.now());
  }).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries() as LayoutShift[]) {
      // What is inside of our own shadow tree has no name out here.
      const names = sources.map(({ node }) => (node instanceof Element ? node.localName : node?.nodeName));
      for (const name of names) watched.shifts.push(name === undefined ? 'the panel' : `${name}, by ${value}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

type Watched = { launcherAt: number; shifts: string[] };

/** Of the Layout Instability API, which the DOM's types leave out. */
type LayoutShift = PerformanceEntry & {
  value: number;
  sources: { node: Node | null }[];
};

const watchedIn = (page: Page): Promise<Watched> =>
  page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched);

describeOnStage('what a page loads', (stage) => {
  async function clientToken(): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.surface(owner.workspaceId, { allowedOrigins: [shop] })).clientToken;
  }

  async function pinned(version: string): Promise<{ url: string; integrity: string; runtimeUrl: string }> {
    const { body } = await expectStatus(stage().scenario.ask({ url: '/v1/embed/releases' }), 200);
    const release = body.data.find((one: { version: string }) => one.version === version);
    if (release === undefined) throw new Error(`${version} is not among the releases.`);
    return release;
  }

  it('may be the first release, pinned by its SRI value as the dashboard prints it: it and its own runtime work with this server (H46, H47)', async () => {
    const { base, site, newPage } = stage();
    const release = await pinned('0.1.0');
    const page = await newPage();
    const loaded: string[] = [];
    page.on('response', (answer) => loaded.push(answer.url()));
    await page.goto(site(shop, strictSite({ base, body: pinnedScriptTag(release, await clientToken()) })));
    const { launcher, frame } = widgetOn(page);
    await launcher.click();
    await runLoan(frame);
    await seePayment(frame);
    // Host code of that day and no other.
    expect(loaded.filter((url) => /\/embed[@.]|\/runtime-/.test(url))).toEqual([release.url, release.runtimeUrl]);
    expect(await violationsIn(page.mainFrame())).toEqual([]);
  });

  it('is refused by the browser when one byte of it is not what was pinned', async () => {
    const { base, site, newPage } = stage();
    const release = await pinned('0.1.0');
    const page = await newPage();
    await page.route(release.url, async (route) => {
      const answer = await route.fetch();
      // One that changes nothing of what the script does.
      await route.fulfill({ response: answer, body: `${await answer.text()}\n` });
    });
    const complaint = page.waitForEvent('console', (line) => line.text().includes('integrity'));
    await page.goto(site(shop, strictSite({ base, body: pinnedScriptTag(release, await clientToken()) })));
    await complaint;
    expect(await widgetOn(page).launcher.count()).toBe(0);
  });

  it('comes over the wire in the smallest form that it takes, to be measured by the page, and not again while it has it', async () => {
    const { base } = stage();
    const { url: released, runtimeUrl } = await pinned('0.1.0');
    const frame = await (await fetch(`${base}/embed/apps/loan-calculator`)).text();
    const assets = [...frame.matchAll(/"(\/embed\/assets\/tool-[^"]+)"/g)].map(([, path]) => `${base}${path}`);
    expect(assets.map((url) => url.replace(/.*\./, '')).toSorted()).toEqual(['css', 'js']);
    for (const url of [`${base}/embed.js`, `${base}/embed-element.js`, released, runtimeUrl, ...assets]) {
      const plain = await sent(url, { 'accept-encoding': 'identity' });
      expect(plain.headers).toMatchObject(readable);
      expect(plain.headers['content-encoding']).toBeUndefined();
      // Whoever asks for nothing gets nothing that it might not understand.
      expect((await sent(url, {})).body.equals(plain.body)).toBe(true);
      for (const [accepted, coding, decompress] of [
        ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
        ['gzip, deflate', 'gzip', gunzipSync],
      ] as const) {
        const { headers, body } = await sent(url, { 'accept-encoding': accepted });
        expect(headers).toMatchObject({ ...readable, 'content-encoding': coding, 'content-length': `${body.length}` });
        expect(body.length).toBeLessThan(plain.body.length * 0.6);
        expect(decompress(body).equals(plain.body)).toBe(true);
        const again = await sent(url, { 'accept-encoding': accepted, 'if-none-match': String(headers['etag']) });
        expect({ status: again.status, length: again.body.length }).toEqual({ status: 304, length: 0 });
        expect(again.headers).toMatchObject({ ...readable, etag: headers['etag'] });
      }
    }
  });

  it('may be a script that a cache has kept since a release whose runtime is gone: it gets the current one (H46, H47)', async () => {
    const { base, site, newPage } = stage();
    const page = await newPage();
    await page.route(`${base}/embed.js`, async (route) => {
      const answer = await route.fetch();
      const kept = (await answer.text()).replace(/-[\w-]{8}\.js/, '-0fLong4go.js');
      await route.fulfill({ response: answer, body: kept });
    });
    const runtime = page.waitForResponse((answer) => answer.url().includes('/runtime-0fLong4go.js'));
    await page.goto(site(shop, strictSite({ base, body: scriptTag(base, await clientToken()) })));
    const { launcher, frame } = widgetOn(page);
    await launcher.click();
    expect((await runtime).headers()['cache-control']).toBe('no-store');
    await runLoan(frame);
    await seePayment(frame);
  });

  it('is one small script before the launcher, nothing of a third party ever, and moves nothing on the page (H39, H43)', async () => {
    const { base, site, newPage } = stage();
    const page = await newPage();
    await page.addInitScript(watchThePage);
    const requests: Request[] = [];
    page.on('request', (request) => requests.push(request));
    const text = '<p>Text of the page, which has to stay where it is.</p>'.repeat(20);
    const tag = scriptTag(base, await clientToken());
    const origin = site(shop, strictSite({ base, body: `${text}${tag}${text}` }));
    await page.goto(origin);
    const { launcher, dialog, frame } = widgetOn(page);
    await see(launcher);

    const { launcherAt, shifts } = await watchedIn(page);
    expect(shifts).toEqual([]);
    const before = await page.evaluate(
      (at) =>
        performance
          .getEntriesByType('resource')
          .filter(({ startTime }) => startTime <= at)
          .map(({ name }) => name),
      launcherAt,
    );
    expect(before).toEqual([`${base}/embed.js`]);
    const loader = requests.find((request) => request.url() === `${base}/embed.js`);
    const sent = await loader?.sizes();
    expect(sent?.responseBodySize).toBeLessThanOrEqual(2_000);

    await launcher.click();
    await runLoan(frame);
    await seePayment(frame);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect([...new Set(requests.map((request) => new URL(request.url()).origin))].toSorted()).toEqual(
      [origin, base].toSorted(),
    );
    // What the host page may measure, because we let it: sizes and times of our files.
    const measured = await page.evaluate(
      (url) => (performance.getEntriesByName(url)[0] as PerformanceResourceTiming).encodedBodySize,
      `${base}/embed.js`,
    );
    expect(measured).toBe(sent?.responseBodySize);
    // An open panel grows over the page as its content comes, and nothing of the page moves with it.
    expect((await watchedIn(page)).shifts.filter((what) => what !== 'the panel')).toEqual([]);
  });
});

/** What lets a page of another site load a file, and measure how long that took; and a cache keep each form apart. */
const readable = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'timing-allow-origin': '*',
  vary: 'Accept-Encoding',
};

type Sent = { status: number | undefined; headers: IncomingMessage['headers']; body: Buffer };

/** The bytes as they come over the wire, which `fetch` would decompress. */
async function sent(url: string, headers: Record<string, string>): Promise<Sent> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    ask(url, { headers }, resolve).on('error', reject).end();
  });
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
}
