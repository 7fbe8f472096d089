import type { FrameConfig } from '@microapp/contract/protocol';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { Case } from '../../packages/react/src/testing/page.tsx';
import { renderOnServer } from '../../packages/react/src/testing/render-on-server.ts';
import { bundlePage } from './stage/bundle-page.ts';
import { violationsIn } from './stage/recorder.ts';
import { strictSite } from './stage/sites.ts';
import { describeOnStage, type Stage } from './stage/stage.ts';
import { runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';
const app = 'loan-calculator';

describeOnStage('the React component', (stage) => {
  let script: string;
  let serverToken: string;
  let clientToken: string;
  beforeAll(async () => {
    script = await bundlePage('packages/react/src/testing/page.tsx');
    const { owner } = stage().scenario;
    const { token } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop], use: 'server' });
    serverToken = token;
    ({ clientToken } = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] }));
  });

  /** A page of the shop with React on it, and what its console says. */
  async function open(markup = ''): Promise<{ page: Page; complaints: string[] }> {
    const { base, site, newPage } = stage();
    const page = await newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      // This browser says so on every http page that is isolated.
      if (message.text().startsWith('The Cross-Origin-Opener-Policy header has been ignored')) return;
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    const body = `<div id="react">${markup}</div><script type="module" src="/page.js"></script>`;
    const { files, headers } = strictSite({ base, body });
    const origin = site(shop, { files: { ...files, '/page.js': script }, headers });
    await page.exposeFunction('fetchTicket', (slug: string) => ticketFor(stage(), { slug, origin, serverToken }));
    await page.goto(origin);
    return { page, complaints };
  }

  function render(page: Page, cases: Case[], round?: string): Promise<void> {
    return page.evaluate(([cases, round]) => window.reactPage.render(JSON.parse(cases) as Case[], round), [
      JSON.stringify(cases),
      round,
    ] as const);
  }

  function inline(more: Omit<FrameConfig, 'resume'> & { app?: string } = {}): Case {
    return { props: { baseUrl: stage().base, embedKey: clientToken, mode: 'inline', ...more } };
  }

  /** Marks the frame, so that another in its place is noticed. */
  function mark(page: Page): Promise<void> {
    return widgetOn(page, 'inline').iframe.evaluate((frame) => frame.setAttribute('data-marked', ''));
  }

  function isMarked(page: Page): Promise<boolean> {
    return widgetOn(page, 'inline').iframe.evaluate((frame) => frame.hasAttribute('data-marked'));
  }

  it('puts one widget on the page in StrictMode, which mounts twice, and takes it away without a trace (H6, K4)', async () => {
    const { page, complaints } = await open();
    await render(page, [inline()]);
    const { frame, root } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    expect(await root.count()).toBe(1);
    expect(page.frames()).toHaveLength(2);
    expect(await root.evaluate((one) => one.parentElement?.closest('#react') !== null)).toBe(true);
    await page.evaluate(() => window.reactPage.unmount());
    expect(await page.locator('microapp-inline').count()).toBe(0);
    await expect.poll(() => page.frames().length).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('calls the newest callbacks, those that keep work included, and keeps the widget where only functions and objects are new', async () => {
    const { page } = await open();
    const texts = { run: 'Calculate' };
    await render(page, [{ ...inline({ texts }), keepsWork: true }], 'first');
    const { frame, root } = widgetOn(page, 'inline');
    await see(frame.getByLabel('Loan amount'));
    expect(await page.evaluate(() => window.reactPage.calls)).toContain('asked for work first');
    await mark(page);
    await render(page, [{ ...inline({ texts: { ...texts } }), keepsWork: true }], 'second');
    // As the frame's EVENT arrives at the widget's root.
    await root.evaluate((element) => element.dispatchEvent(new CustomEvent('resume', { detail: 'work' })));
    await frame.getByRole('button', { name: 'Calculate' }).click();
    await expect.poll(() => page.evaluate(() => window.reactPage.calls)).toContain(`${app} second`);
    expect(await page.evaluate(() => window.reactPage.calls)).toContain('work second');
    expect(await page.evaluate(() => window.reactPage.calls)).not.toContain('work first');
    expect(await isMarked(page)).toBe(true);
    expect(await page.evaluate(() => window.reactPage.calls)).not.toContain(`${app} first`);
  });

  it('passes a change of language and currency to the running widget, and takes it back', async () => {
    const { page } = await open();
    await render(page, [inline({ locale: 'en', currency: 'EUR' })]);
    const { frame } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame, '€1,199.10');
    await mark(page);
    await render(page, [inline({ locale: 'en', currency: 'USD' })]);
    await seePayment(frame, '$1,199.10');
    expect(await isMarked(page)).toBe(true);
    await render(page, [inline({ locale: 'en' })]);
    await runLoan(frame);
    await seePayment(frame);
  });

  it('replaces the widget where the credential changes, by the ticket that the backend of the page asks for (K29, K65, M17)', async () => {
    const { page } = await open();
    await render(page, [inline()]);
    await see(widgetOn(page, 'inline').frame.getByLabel('Loan amount'));
    await mark(page);
    const { embedKey: _, ...byTicket } = inline({ app }).props;
    await render(page, [{ props: byTicket }], 'first');
    const { frame, root, iframe } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    expect(await root.count()).toBe(1);
    expect(await isMarked(page)).toBe(false);
    expect(await iframe.getAttribute('src')).toContain('/embed/apps/loan-calculator?for=etok_');
    expect(await page.evaluate(() => window.reactPage.calls)).toContain('ticket first');
    expect(await page.content()).not.toContain(serverToken);
  });

  it('shows several widgets, and its ref opens a modal one', async () => {
    const { page } = await open();
    const props = { baseUrl: stage().base, embedKey: clientToken, mode: 'modal' as const };
    await render(page, [inline(), { props }, { ...inline(), withHook: true }]);
    expect(await page.locator('microapp-inline').count()).toBe(2);
    for (const one of await page.locator('microapp-inline').all()) {
      await see(one.frameLocator('iframe').getByLabel('Loan amount'));
    }
    await page.getByRole('button', { name: /Render again/ }).click();
    await see(page.getByRole('button', { name: 'Render again (1), ready' }));
    expect(await page.locator('microapp-inline').count()).toBe(2);
    await page.evaluate(() => window.reactPage.handles[1]?.open());
    const modal = widgetOn(page, 'modal');
    await runLoan(modal.frame);
    await seePayment(modal.frame);
    await page.evaluate(() => window.reactPage.handles[1]?.close());
    await modal.dialog.waitFor({ state: 'hidden' });
  });

  it('has its place in what a server renders: nothing moves when the widget comes, and no style is refused', async () => {
    const cases = [inline()];
    const markup = renderOnServer(cases);
    expect(markup).not.toContain('style=');
    const { page, complaints } = await open(markup);
    const topOfBelow = () => page.locator('#below').evaluate((one) => one.getBoundingClientRect().top);
    const atFirst = await topOfBelow();
    expect(atFirst).toBeGreaterThan(360);
    await page.evaluate((cases) => window.reactPage.hydrate(JSON.parse(cases) as Case[]), JSON.stringify(cases));
    await page.locator('microapp-inline').waitFor({ state: 'attached' });
    expect(await topOfBelow()).toBe(atFirst);
    await see(widgetOn(page, 'inline').frame.getByLabel('Loan amount'));
    expect(await page.locator('svg').count()).toBe(0);
    expect(await page.locator('microapp-inline').count()).toBe(1);
    expect(await violationsIn(page.mainFrame())).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

/** What the backend of a page does for it: the embed token stays there, the ticket is good once. */
async function ticketFor(
  { scenario }: Stage,
  { slug, origin, serverToken }: { slug: string; origin: string; serverToken: string },
): Promise<{ ticket: string; frameUrl: string }> {
  const headers = { 'x-microapp-embed-token': serverToken };
  const { body } = await scenario.ask({
    method: 'POST',
    url: '/v1/embed/sessions',
    headers,
    body: { app: slug, origin },
  });
  return { ticket: String(body.ticket), frameUrl: String(body.frameUrl) };
}
