import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialClassOf, findCredentials } from '@microapp/contract';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  freePort,
  killLeftServers,
  startServer,
  type ServerProcess,
} from '../../packages/server/src/testing/server-process.ts';
import { sharedBrowser } from './browser/browser.ts';
import { findings } from './stage/findings.ts';
import { recordInPage, violationsIn } from './stage/recorder.ts';
import { runButton, runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

/** Everything that a page's visit has said and asked for. */
type Visit = { page: Page; complaints: string[] };

/** What a signed token of ours looks like: three parts of base64url. */
const jwt = /eyJ[\w-]+\.[\w-]+\.[\w-]+/;

const colorOf = (locator: Locator): Promise<string> =>
  locator.evaluate((element) => getComputedStyle(element).backgroundColor);

describe('the demo that a first start prints', () => {
  let browser: Browser;
  let context: BrowserContext;
  let dataDir: string;
  let running: ServerProcess;
  const addresses: string[] = [];
  const lookedAt = new Set<string>();
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'microapp-demo-'));
    browser = await sharedBrowser('quick');
    context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
    await context.addInitScript(recordInPage);
    running = await start({});
  });
  afterAll(async () => {
    killLeftServers();
    await context.close();
    await rm(dataDir, { recursive: true });
  });

  /** As `npm start` does, on ports that are free. */
  async function start(settings: Record<string, string>): Promise<ServerProcess> {
    const demoPort = String(await freePort());
    return startServer({ DATA_DIR: dataDir, DEMO: '', DEMO_PORT: demoPort, LOG_LEVEL: 'silent', ...settings });
  }

  /** The demo's address, as it was printed. */
  function demoUrl(): string | undefined {
    return /Demo page +(http\S+)/.exec(running.output())?.[1];
  }

  /** Opens a page, uses it, and fails when the page has complained, keeps somebody out, or holds or asked for more than it may. */
  async function visit(path: string, use: (page: Page) => Promise<void>): Promise<void> {
    const { page, complaints } = await open(`${demoUrl()}${path}`);
    await use(page);
    if (!lookedAt.has(path)) await expectOpenToAll(page);
    lookedAt.add(path);
    expect({ path, complaints }).toEqual({ path, complaints: [] });
    expect(await violationsIn(page.mainFrame())).toEqual([]);
    const classes = findCredentials(await page.content()).map(credentialClassOf);
    expect(classes.filter((found) => found !== 'client_token')).toEqual([]);
    await page.close();
  }

  /** In light on a desk, in dark on a phone: nobody is kept out, and nothing stands beside the screen. */
  async function expectOpenToAll(page: Page): Promise<void> {
    expect(await findings(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await findings(page)).toEqual([]);
    const beside = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(beside).toBe(0);
  }

  async function open(url: string): Promise<Visit> {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => addresses.push(request.url()));
    page.on('framenavigated', (frame) => addresses.push(frame.url()));
    await page.goto(url);
    return { page, complaints };
  }

  async function useCornerButton(page: Page): Promise<void> {
    const { launcher, frame } = widgetOn(page);
    await launcher.click();
    await runLoan(frame);
    await seePayment(frame);
  }

  it('stands on another site, and one pasted line is all that its first page needs (H2, H3, H5, H6, M23)', async () => {
    expect(running.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(demoUrl()).toMatch(/^http:\/\/localhost:\d+$/);
    await visit('/', async (page) => {
      expect(await page.locator('script').evaluateAll((all) => all.map((one) => one.outerHTML.length > 0))).toEqual([
        true,
      ]);
      await useCornerButton(page);
    });
  });

  it('has a tool in an article, in the colors of its site (K5)', async () => {
    await visit('/journal', async (page) => {
      await page.locator('#list').scrollIntoViewIfNeeded();
      const { frame } = widgetOn(page, 'inline');
      expect(await colorOf(runButton(frame))).toBe('rgb(61, 90, 55)');
      await runButton(frame).click();
      await see(frame.getByRole('cell', { name: 'Lamp' }).first());
    });
  });

  it('has a dialog that its own button opens, and a tool in it that asks the server of the site', async () => {
    await visit('/houses', async (page) => {
      const button = page.getByRole('button', { name: 'What does a sample box cost?' });
      await button.click();
      const { frame, dialog } = widgetOn(page, 'modal');
      await runButton(frame).click();
      await see(frame.getByRole('cell', { name: 'Economy' }));
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      expect(await button.evaluate((one) => one === document.activeElement)).toBe(true);
    });
  });

  it('has a React page whose server keeps the token: for a widget by a ticket, without a frame by proxy (K4, K29, K65)', async () => {
    await visit('/finance', async (page) => {
      const { frame, root } = widgetOn(page, 'inline');
      await runLoan(frame);
      await seePayment(frame, '€1,199.10');
      await see(page.getByText('One plan so far.'));
      await page.getByRole('radio', { name: 'Swiss francs' }).check();
      await seePayment(frame, 'CHF 1,199.10');
      expect(await root.count()).toBe(1);

      const slip = page.getByRole('form', { name: 'On the back of an envelope' });
      await slip.getByRole('button').click();
      // By the closed form: 200,000 at 3.4 % over 20 years.
      await see(slip.getByText('CHF 1,149.67'));
    });
  });

  it('has a page that is locked by nonce, strict-dynamic, Trusted Types and COEP, and its tool works', async () => {
    await visit('/documents', async (page) => {
      const { frame } = widgetOn(page, 'inline');
      await runLoan(frame);
      await seePayment(frame, '€1,199.10');
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    });
  });

  it('has a page whose host is written by hand: it sends token and configuration after READY (M17, M19)', async () => {
    await visit('/by-hand', async (page) => {
      const frame = page.frameLocator('iframe');
      expect(await colorOf(runButton(frame))).toBe('rgb(61, 90, 55)');
      await runLoan(frame);
      await seePayment(frame, '€1,199.10');
      const hidden = () => frame.locator('html').evaluate((html) => html.scrollHeight - html.clientHeight);
      await expect.poll(hidden).toBe(0);
      expect(await page.locator('iframe').getAttribute('src')).toBe(`${running.url}/embed/apps/loan-calculator`);
    });
  });

  it('has a page with a copied address, which the frame takes out of its own', async () => {
    await visit('/copied-url', async (page) => {
      const frame = page.frameLocator('iframe');
      await runLoan(frame);
      await seePayment(frame);
      const inside = page.frames().find((one) => one.url().startsWith(running.url));
      expect(await inside?.evaluate(() => location.href)).toMatch(/\/embed\/apps\/loan-calculator\?for=etok_\w+$/);
    });
  });

  it('takes a token of its customer that is made in the dashboard, until it is revoked there', async () => {
    const dashboard = await browser.newPage({ permissions: ['clipboard-read', 'clipboard-write'] });
    await dashboard.goto(`${running.url}/sign-in?returnTo=/customers`);
    await dashboard.getByLabel('Owner key').fill((await readFile(join(dataDir, 'owner-key'), 'utf8')).trim());
    await dashboard.getByRole('button', { name: 'Sign in' }).click();
    await dashboard.getByRole('link', { name: 'Manage Demo: Larkholt' }).click();
    await dashboard.getByRole('tab', { name: 'Embed URLs' }).click();
    await dashboard.getByRole('button', { name: 'Create Embed Token' }).click();
    const dialog = dashboard.getByRole('dialog', { name: 'Create embed token' });
    await dialog.getByLabel('Label').fill('Partner page');
    await dialog.getByRole('radio', { name: 'Iframe' }).check();
    await dialog.getByRole('combobox', { name: 'Apps' }).click();
    await dashboard.getByRole('option', { name: 'Loan calculator' }).click();
    await dashboard.keyboard.press('Escape');
    await dialog.getByLabel('Allowed origins').fill(new URL(demoUrl() ?? '').host);
    await dialog.getByRole('button', { name: 'Generate' }).click();
    await dashboard.getByRole('button', { name: 'I have stored it' }).click();
    await dashboard.getByRole('button', { name: 'Copy URL of “Partner page”' }).click();
    await see(dashboard.getByText('The URL is copied.'));
    const copied = await dashboard.evaluate(() => navigator.clipboard.readText());
    await dashboard.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

    const visitor = await browser.newPage();
    await visitor.goto(`${demoUrl()}/copied-url`);
    // What the page's own script does with the address that its server gives it.
    await visitor.locator('#calculator').evaluate((frame, address) => frame.setAttribute('src', address), copied);
    const frame = visitor.frameLocator('#calculator');
    await runLoan(frame);
    await seePayment(frame);

    await dashboard.getByRole('button', { name: 'Actions for “Partner page”' }).click();
    await dashboard.getByRole('menuitem', { name: 'Revoke' }).click();
    await dashboard.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await see(dashboard.getByText('“Partner page” is revoked.'));
    await runButton(frame).click();
    await see(frame.getByRole('alert'));
    await dashboard.context().close();
    await visitor.context().close();
  });

  it('has a page on an address that is not listed: the visitor reads a short sentence, the developer what mends it (R2)', async () => {
    const { page, complaints } = await open(`${demoUrl()?.replace('localhost', 'not-listed.localhost')}/refused`);
    const [visitor, developer] = [page.locator('#visitor microapp-inline'), page.locator('#developer microapp-inline')];
    await see(visitor.getByRole('button', { name: 'Try again' }));
    await see(developer.getByText('is not an allowed origin'));
    const { origin } = new URL(page.url());
    expect(await visitor.getByText(origin).count()).toBe(0);
    await see(developer.getByText(origin));
    await see(page.locator('#told').getByText('origin_not_allowed'));
    expect(complaints.filter((line) => line.startsWith('Microapp:') && line.includes(origin)).length).toBeGreaterThan(
      0,
    );
    await expectOpenToAll(page);
    await page.close();
  });

  it('leads from each page to all others, by keyboard too', async () => {
    await visit('/', async (page) => {
      const links = page.getByRole('navigation', { name: 'Ways to embed' }).getByRole('link');
      const paths = await links.evaluateAll((all) =>
        all.map((one) => new URL((one as HTMLAnchorElement).href).pathname),
      );
      expect(paths).toEqual([
        '/',
        '/journal',
        '/houses',
        '/finance',
        '/documents',
        '/by-hand',
        '/copied-url',
        '/refused',
      ]);
      await page.keyboard.press('Tab');
      await see(page.getByRole('link', { name: 'Skip to the page' }));
    });
  });

  it('has asked for no address with a token in it, but for the copied one, behind its # (M1, M24, M27)', () => {
    expect(addresses.length).toBeGreaterThan(60);
    const withToken = addresses.filter((url) => findCredentials(url).length > 0 || jwt.test(url));
    expect(withToken.filter((url) => !/\/embed\/apps\/loan-calculator\?for=etok_\w+#token=/.test(url))).toEqual([]);
  });

  it('is there again after a restart, on other ports too', async () => {
    expect(await running.end('SIGTERM')).toBe(0);
    running = await start({});
    await visit('/', useCornerButton);
  });

  it('is not there when it is off', async () => {
    expect(await running.end('SIGTERM')).toBe(0);
    running = await start({ NODE_ENV: 'production' });
    expect(demoUrl()).toBeUndefined();
  });
});
