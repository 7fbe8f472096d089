import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { mountedInline, scriptTag, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, runButton, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';
const minuteMs = 60_000;

/**
 * How often the page or its frame has asked each address of the embed API and got an answer. Not `requestfinished`: of a
 * stream that was read to its end the browser reports now and then that it was aborted.
 */
function countsOf(page: Page): (path: string) => number {
  const counts = new Map<string, number>();
  page.on('response', (answer) => {
    if (answer.request().method() !== 'POST') return;
    const { pathname } = new URL(answer.url());
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
  });
  return (path) => counts.get(path) ?? 0;
}

describeOnStage('time', (stage) => {
  /** Lets time pass, for the server and in the browser. */
  async function pass(page: Page, milliseconds: number): Promise<void> {
    stage().scenario.clock.advance(milliseconds);
    await page.clock.fastForward(milliseconds);
  }

  it.each([
    ['ten minutes ahead', 10 * minuteMs],
    ['ten minutes behind', -10 * minuteMs],
  ])('of a visitor whose clock is %s, and is then set right, changes nothing', async (_, skewMs) => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const { clientToken } = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
    const page = await newPage();
    const count = countsOf(page);
    await page.clock.install({ time: scenario.clock.now() + skewMs });
    await page.goto(site(shop, strictSite({ base, body: scriptTag(base, clientToken) })));
    const { launcher, frame } = widgetOn(page);
    await launcher.click();
    await runLoan(frame);
    await seePayment(frame);
    expect(count('/v1/embed/sessions/refresh')).toBe(0);

    // Somebody notices, and sets it right.
    await page.clock.setSystemTime(scenario.clock.now());
    await runLoan(frame);
    await seePayment(frame);
    await pass(page, 4 * minuteMs);
    await expect.poll(() => count('/v1/embed/sessions/refresh')).toBe(1);
    await runLoan(frame, { principal: '300000', rate: '6', years: '30' });
    await seePayment(frame, '1,798.65');
    // The first session is over by now; what runs here runs in the second.
    await pass(page, 2 * minuteMs);
    await runLoan(frame, { principal: '100000', rate: '6', years: '30' });
    await seePayment(frame, '599.55');
    expect(count('/v1/embed/sessions')).toBe(1);
  });

  it('of forty minutes passes in one session after another, and the visitor notices none of it (H32)', async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const { clientToken } = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
    const page = await newPage();
    const count = countsOf(page);
    const refused: string[] = [];
    page.on('response', (answer) => {
      const { pathname } = new URL(answer.url());
      if (answer.status() >= 400 && pathname !== '/v1/embed/sessions/refresh') refused.push(pathname);
    });
    await page.clock.install({ time: scenario.clock.now() });
    await page.goto(site(shop, strictSite({ base, body: scriptTag(base, clientToken) })));
    const { launcher, frame } = widgetOn(page);
    await launcher.click();
    await runLoan(frame);
    await seePayment(frame);
    await frame.getByLabel('Loan amount').fill('345678');

    for (let minute = 4; minute <= 40; minute += 4) {
      const renewals = (): number => count('/v1/embed/sessions/refresh') + count('/v1/embed/sessions/redeem');
      const before = renewals();
      await pass(page, 4 * minuteMs);
      await expect.poll(renewals).toBeGreaterThan(before);
      await runButton(frame).click();
      await expect.poll(() => count('/api/tools/loan-calculator/run')).toBe(1 + minute / 4);
      await runButton(frame).and(frame.locator(':enabled')).waitFor();
    }
    await seePayment(frame, '2,072.51');

    expect(await frame.getByRole('alert').count()).toBe(0);
    expect(await frame.getByLabel('Loan amount').inputValue()).toMatch(/345,?678/);
    expect(refused).toEqual([]);
    // One new ticket of the host page when half an hour was over, and refreshes around it.
    expect(count('/v1/embed/sessions')).toBe(2);
    expect(count('/v1/embed/sessions/redeem')).toBe(2);
    expect(count('/v1/embed/sessions/refresh')).toBeGreaterThanOrEqual(9);
  });

  it('without a network is made up for at once when it is back: one refresh, and the run that waited is run', async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const { clientToken } = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
    const page = await newPage();
    const count = countsOf(page);
    await page.clock.install({ time: scenario.clock.now() });
    await page.goto(site(shop, strictSite({ base, body: scriptTag(base, clientToken) })));
    const { launcher, frame } = widgetOn(page);
    await launcher.click();
    await runLoan(frame);
    await seePayment(frame);

    await page.context().setOffline(true);
    await pass(page, 4 * minuteMs);
    await runLoan(frame, { principal: '300000', rate: '6', years: '30' });
    expect(count('/v1/embed/sessions/refresh')).toBe(0);
    await page.context().setOffline(false);
    await seePayment(frame, '1,798.65');
    await expect.poll(() => count('/v1/embed/sessions/refresh')).toBe(1);
    expect(count('/api/tools/loan-calculator/run')).toBe(2);
    expect(count('/v1/embed/sessions')).toBe(1);
  });

  it('of a long sleep ends in a new session at the first run, with the token that the page still has', async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const { token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
    const page = await newPage();
    await page.clock.install({ time: scenario.clock.now() });
    await page.goto(site(shop, strictSite(mountedInline(base, { mtok, toolSlug: 'loan-calculator' }))));
    const { frame } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    await pass(page, 8 * 60 * minuteMs);
    await runLoan(frame, { principal: '100000', rate: '6', years: '30' });
    await seePayment(frame, '599.55');
  });
});
