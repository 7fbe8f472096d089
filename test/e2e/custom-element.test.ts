import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { violationsIn } from './stage/recorder.ts';
import { strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';

/** What the page itself has: the element, and what it has heard. */
type InPage = { element: HTMLElement & { handle?: { state: string }; options: object }; heard: string[] };

describeOnStage('the element <microapp-embed>', (stage) => {
  async function surface(): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.surface(owner.workspaceId, { allowedOrigins: [shop] })).clientToken;
  }

  /** A page with `body`, the element's script after it, and `script`. */
  async function visit(body: string, script = ''): Promise<Page> {
    const { base, site, newPage } = stage();
    const page = await newPage();
    const tag = `<script src="${base}/embed-element.js" async></script>`;
    await page.goto(site(shop, strictSite({ base, body: `${body}${tag}`, script })));
    return page;
  }

  const stateOf = (page: Page): Promise<string | undefined> =>
    page.evaluate(() => document.querySelector<InPage['element']>('microapp-embed')?.handle?.state);

  it('stands where it is written, also on a strict page and before its script has come, and tells what happens as events', async () => {
    const key = await surface();
    const page = await visit(
      `<main><microapp-embed embed-key="${key}" locale="de-DE" texts='{"run":"Rechnen"}'></microapp-embed></main>`,
      `globalThis.heard = [];
      document.querySelector('microapp-embed').options = { onReady: () => heard.push('onReady') };
      for (const name of ['ready', 'auth-ok', 'run-start', 'run-success'])
        addEventListener('microapp-' + name, ({ target, detail }) => heard.push(name + ' ' + target.localName + ' ' + (detail?.slug ?? '')));`,
    );
    const { frame } = widgetOn(page, 'inline');
    await frame.getByRole('button', { name: 'Rechnen' }).click();
    await seePayment(frame, '1.199,10');
    expect(await page.locator('main > microapp-embed > microapp-inline').count()).toBe(1);
    const heard = (): Promise<string[]> => page.evaluate(() => (globalThis as unknown as InPage).heard);
    await expect
      .poll(heard)
      .toEqual([
        'ready microapp-embed ',
        'onReady',
        'auth-ok microapp-embed ',
        'run-start microapp-embed loan-calculator',
        'run-success microapp-embed loan-calculator',
      ]);
    expect(await violationsIn(page.mainFrame())).toEqual([]);
  });

  it('tells its frame of a new locale, and starts anew with another mode, without an attribute that says nothing of the widget', async () => {
    const page = await visit(`<microapp-embed embed-key="${await surface()}"></microapp-embed>`);
    const { frame, iframe } = widgetOn(page, 'inline');
    await runLoan(frame);
    const first = await iframe.elementHandle();
    await page.locator('microapp-embed').evaluate((element) => {
      element.setAttribute('class', 'wide');
      element.setAttribute('locale', 'de-DE');
    });
    await seePayment(frame, '1.199,10');
    expect(await iframe.evaluate((now, before) => now === before, first)).toBe(true);

    await page.locator('microapp-embed').evaluate((element) => element.setAttribute('mode', 'floating'));
    await see(widgetOn(page).launcher);
    expect(await iframe.count()).toBe(0);
    expect(await page.locator('microapp-inline').count()).toBe(0);
  });

  it('keeps its widget where it is moved, and takes everything along when it goes', async () => {
    const page = await visit(
      `<section id="left"><microapp-embed embed-key="${await surface()}"></microapp-embed></section><section id="right"></section>`,
    );
    const { frame } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    // The browser keeps what is in the frame.
    const isSame = await page.evaluate(() => {
      const [element, right] = [
        document.querySelector<InPage['element']>('microapp-embed'),
        document.querySelector('#right'),
      ];
      const before = element?.handle;
      (right as unknown as { moveBefore(node: Element | null, before: null): void }).moveBefore(element, null);
      return before !== undefined && element?.handle === before;
    });
    expect(isSame).toBe(true);
    await seePayment(frame);

    // Taken out and put in again, the browser loads the frame anew; the widget goes on.
    const kept = await page.evaluate(async () => {
      const element = document.querySelector<InPage['element']>('microapp-embed');
      const before = element?.handle;
      document.querySelector('#left')?.append(element ?? '');
      await Promise.resolve();
      return before !== undefined && element?.handle === before;
    });
    expect(kept).toBe(true);
    await runLoan(frame);
    await seePayment(frame);

    const left = await page.evaluate(async () => {
      const element = document.querySelector<InPage['element']>('microapp-embed');
      const handle = element?.handle;
      element?.remove();
      await Promise.resolve();
      return {
        state: handle?.state,
        handle: typeof element?.handle,
        roots: document.querySelectorAll('microapp-inline').length,
      };
    });
    expect(left).toEqual({ state: 'unmounted', handle: 'undefined', roots: 0 });
    await expect.poll(() => page.frames().length).toBe(1);
  });

  it('is one family with the script tag, loaded twice and together, and takes its credential from a property', async () => {
    const { base, scenario } = stage();
    const { token: mtok } = await scenario.owner.embedToken(scenario.owner.workspaceId, { allowedOrigins: [shop] });
    const twice = `<script src="${base}/v1/embed-element.js" async></script>`;
    const page = await visit(
      `<script src="${base}/embed.js" data-embed-key="${await surface()}" async></script>${twice}`,
      `globalThis.element = document.createElement('microapp-embed');
      element.options = ${JSON.stringify({ mtok, toolSlug: 'loan-calculator' })};
      document.body.append(element);`,
    );
    const { frame } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    await see(widgetOn(page).launcher);
    expect(await widgetOn(page).launcher.count()).toBe(1);
    expect(await stateOf(page)).toBe('ready');
    expect(await page.locator('microapp-embed').getAttribute('mtok')).toBeNull();
  });

  it('has its widget once a trigger that is no selector is mended, and beside a loader that is pinned and knows no events', async () => {
    const { base, site, newPage } = stage();
    const key = await surface();
    const page = await newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    const body = `<script src="${base}/embed@0.1.0.js"></script><button id="go">Go</button>
      <microapp-embed id="wrong" embed-key="${key}" mode="modal" trigger="#1"></microapp-embed>
      <microapp-embed id="right" embed-key="${key}"></microapp-embed>`;
    const own = body.slice(body.indexOf('<button'));
    await page.goto(site(shop, strictSite({ base, body: `${own}<script src="${base}/embed-element.js"></script>` })));
    await expect.poll(() => errors).toEqual([expect.stringContaining('is not a valid selector')]);
    await page.locator('#wrong').evaluate((element) => element.setAttribute('trigger', '#go'));
    await page.getByRole('button', { name: 'Go' }).click();
    await see(widgetOn(page, 'modal').frame.getByText('Loan amount'));
    expect(errors).toHaveLength(1);

    const pinned = await newPage();
    pinned.on('pageerror', ({ message }) => errors.push(message));
    const quiet = body.replace(/<microapp-embed id="wrong".*/, '');
    await pinned.goto(
      site(shop, strictSite({ base, body: `${quiet}<script src="${base}/embed-element.js"></script>` })),
    );
    await see(widgetOn(pinned, 'inline').frame.getByText('Loan amount'));
    expect(errors).toHaveLength(1);
  });

  it('says what is missing where it has no credential, and works once it has one', async () => {
    const key = await surface();
    const { base, site, newPage } = stage();
    const page = await newPage();
    const line = page.waitForEvent('console', (message) => message.text().startsWith('Microapp:'));
    const body = `<microapp-embed></microapp-embed><script src="${base}/embed-element.js" async></script>`;
    await page.goto(site(shop, strictSite({ base, body })));
    expect((await line).text()).toContain('embedKey');
    await page.locator('microapp-embed').evaluate((element, value) => element.setAttribute('embed-key', value), key);
    await see(widgetOn(page, 'inline').frame.getByText('Loan amount'));
  });
});
