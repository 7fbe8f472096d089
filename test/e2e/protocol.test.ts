import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { foreignTo } from '../../packages/server/src/testing/json-schema.ts';
import { expectStatus } from '../../packages/server/src/testing/scenario.ts';
import { browserFlags } from './browser/flags.ts';
import { messagesIn } from './stage/recorder.ts';
import { mountedInline, scriptTag, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';

/** Runs before any script of a window: what it sends over ports. */
function recordPorts(): void {
  const sent: unknown[] = [];
  Object.defineProperty(globalThis, 'sentOverPorts', { value: sent });
  // oxlint-disable-next-line typescript/unbound-method -- called with the port that it is called on
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown, ...rest: [never]) {
    sent.push(structuredClone(message));
    return postMessage.call(this, message, ...rest);
  };
}

const sentOverPorts = (window: Page | Frame): Promise<unknown[]> =>
  window.evaluate(() => (globalThis as unknown as { sentOverPorts: unknown[] }).sentOverPorts);

describeOnStage('the protocol', (stage) => {
  async function embedToken(): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] })).token;
  }

  async function clientToken(): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.surface(owner.workspaceId, { allowedOrigins: [shop] })).clientToken;
  }

  function frameOf(page: Page): Frame {
    const frame = page.frames().find((one) => one.url().startsWith(stage().base));
    if (frame === undefined) throw new Error('The page has no frame of ours.');
    return frame;
  }

  it('is spoken as it is published: every message of both sides is in the served schema, to the last field (M18, M19, M23)', async () => {
    const { base, site, newPage, scenario } = stage();
    const page = await newPage();
    await page.addInitScript(recordPorts);
    const options = { mtok: await embedToken(), toolSlug: 'loan-calculator', locale: 'de', currency: 'EUR' };
    await page.goto(site(shop, strictSite(mountedInline(base, options))));
    const { frame } = widgetOn(page, 'inline');
    await see(frame.getByRole('button', { name: /^Berechnen|^Ausführen|^Run/ }));
    await page.evaluate(() =>
      (globalThis as unknown as { widget: { open(): void; update(o: object): void } }).widget.update({
        locale: 'en',
        colorScheme: 'dark',
        texts: { title: 'Loan' },
      }),
    );
    await runLoan(frame);
    await frame.getByText('1,199.10').first().waitFor();
    await page.evaluate(() => (globalThis as unknown as { widget: { open(): void } }).widget.open());

    const { body: published } = await expectStatus(scenario.ask({ url: '/embed/protocol.schema.json' }), 200);
    const hostWindow = (await messagesIn(page.mainFrame())).map(({ text }) => JSON.parse(text) as unknown);
    const frameWindow = (await messagesIn(frameOf(page))).map(({ text }) => JSON.parse(text) as unknown);
    const exchanged = {
      ready: hostWindow,
      init: frameWindow,
      frameToHost: await sentOverPorts(frameOf(page)),
      hostToFrame: await sentOverPorts(page),
    };
    for (const [place, messages] of Object.entries(exchanged)) {
      expect(messages.length, place).toBeGreaterThan(0);
      const foreign = foreignTo(published.$defs[place], messages);
      expect(foreign, place).toEqual([]);
    }
    const types = new Set(Object.values(exchanged).flatMap((all) => all.map((one) => (one as { type: string }).type)));
    for (const type of ['ACK', 'AUTH_OK', 'RUN_START', 'RUN_OK', 'RESIZE', 'CONFIG', 'OPEN']) {
      expect(types).toContain(`MICROAPP_${type}`);
    }
  });

  it('begins anew when the frame loads again by itself: another READY, another INIT, and the visitor goes on (M18)', async () => {
    const { base, site, newPage } = stage();
    const page = await newPage();
    const options = { mtok: await embedToken(), toolSlug: 'loan-calculator' };
    await page.goto(site(shop, strictSite(mountedInline(base, options))));
    const { frame } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    await frameOf(page).evaluate(() => location.reload());
    const nonces = async (): Promise<Set<string>> => {
      const messages = await messagesIn(page.mainFrame());
      return new Set(messages.map(({ text }) => (JSON.parse(text) as { nonce: string }).nonce));
    };
    await expect.poll(async () => (await nonces()).size).toBe(2);
    await runLoan(frame, { principal: '100000', rate: '6', years: '30' });
    await seePayment(frame, '599.55');
    const inits = (await messagesIn(frameOf(page))).filter(({ type }) => type === 'MICROAPP_EMBED_INIT');
    expect(inits).toHaveLength(1);
  });

  it('begins anew when a visitor comes back to a page that was loaded afresh', async () => {
    const { base, site, newPage } = stage();
    const page = await newPage();
    const origin = site(shop, strictSite({ base, body: scriptTag(base, await clientToken()) }));
    await page.goto(origin);
    await widgetOn(page).launcher.click();
    await runLoan(widgetOn(page).frame);
    await seePayment(widgetOn(page).frame);
    await page.goto(`${origin}/another-page`);
    await page.goBack();
    await widgetOn(page).launcher.click();
    await runLoan(widgetOn(page).frame, { principal: '100000', rate: '6', years: '30' });
    await seePayment(widgetOn(page).frame, '599.55');
  });

  it('goes on when a visitor comes back to a page out of the back-forward cache', async () => {
    const { base, site, scenario } = stage();
    const told: URLSearchParams[] = [];
    scenario.server.server.on('request', ({ url = '' }) => {
      if (url.startsWith('/healthz?')) told.push(new URL(url, base).searchParams);
    });
    const options = { mtok: await embedToken(), toolSlug: 'loan-calculator', mode: 'inline', target: '#place' };
    const { body = '' } = mountedInline(base, {});
    // A page that drives itself: what drives a browser keeps frames that come out of the cache waiting for it.
    const script = `
      const tell = (what) => fetch(${JSON.stringify(base)} + '/healthz?' + new URLSearchParams(what), { mode: 'no-cors' });
      let height = 0, kept = false;
      const widget = MicroappWidget.mount({ ...${JSON.stringify(options)},
        onResize({ h }) {
          if (kept && h > height) tell({ grown: h - height });
          height = Math.max(height, h);
        },
        onAuthOk() { if (!kept) location.href = '/another-page?away'; },
      });
      if (location.search === '?away') history.back();
      addEventListener('pageshow', ({ persisted }) => {
        if (!persisted) return;
        kept = true;
        tell({ kept });
        // The frame hears of it and answers: its content is larger now.
        widget.update({ theme: { 'font-size': '24px' } });
      });`;
    const origin = site(shop, strictSite({ base, body, script }));
    const folder = await mkdtemp(join(tmpdir(), 'microapp-browser-'));
    const visitor = spawn(
      '/usr/bin/chromium',
      [...browserFlags, '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${folder}`, origin],
      { stdio: 'ignore' },
    );
    try {
      await expect.poll(() => told.some((one) => one.get('kept') === 'true')).toBe(true);
      await expect.poll(() => told.some((one) => one.has('grown'))).toBe(true);
    } finally {
      visitor.kill();
      await once(visitor, 'exit');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
