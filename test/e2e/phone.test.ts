import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { scriptTag, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** What a phone's keyboard leaves of the screen, in CSS pixels. */
const aboveKeyboard = 420;

/**
 * Runs in the page before any script of it. No browser without a phone shows a keyboard: what one does to a page is that its visual
 * viewport is smaller, and may be scrolled within the window.
 */
function fakeKeyboard(): void {
  const view = new EventTarget();
  Object.assign(view, { scale: 1, offsetTop: 0, height: 844, width: 390 });
  Object.defineProperty(globalThis, 'visualViewport', { value: view });
}

function moveKeyboard(page: Page, now: { height: number; offsetTop: number; scale?: number }): Promise<void> {
  return page.evaluate((values) => {
    const view = globalThis.visualViewport as VisualViewport; // the fake one
    Object.assign(view, { scale: 1, ...values });
    view.dispatchEvent(new Event('resize'));
  }, now);
}

describeOnStage('on a phone a widget', (stage) => {
  it('takes the whole screen, keeps the field that is typed in above the keyboard, and gives the screen back', async () => {
    const { base, site, newPage, scenario } = stage();
    const { clientToken } = await scenario.owner.surface(scenario.owner.workspaceId, { allowedOrigins: [shop] });
    const page = await newPage(phone);
    await page.addInitScript(fakeKeyboard);
    await page.goto(site(shop, strictSite({ base, body: scriptTag(base, clientToken) })));
    const { launcher, dialog, frame } = widgetOn(page);
    await launcher.tap();
    const field = frame.getByLabel('Term in years');
    await field.tap();
    expect(await dialog.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });

    // The browser has scrolled the window below the keyboard, too.
    await moveKeyboard(page, { height: aboveKeyboard, offsetTop: 60 });
    await expect.poll(() => dialog.boundingBox()).toEqual({ x: 0, y: 60, width: 390, height: aboveKeyboard });
    await expect
      .poll(async () => {
        const { y = 0, height = Infinity } = (await field.boundingBox()) ?? {};
        return y >= 60 && y + height <= 60 + aboveKeyboard;
      })
      .toBe(true);
    expect(await field.evaluate((input) => input.matches(':focus'))).toBe(true);
    const close = await dialog.getByRole('button', { name: 'Close' }).boundingBox();
    expect(close?.y).toBeGreaterThanOrEqual(60);
    expect(Math.min(close?.width ?? 0, close?.height ?? 0)).toBeGreaterThanOrEqual(44);

    // Somebody who zooms in wants to see a part of it, and not a smaller whole.
    await moveKeyboard(page, { height: 300, offsetTop: 100, scale: 2 });
    await expect.poll(() => dialog.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });

    await moveKeyboard(page, { height: 844, offsetTop: 0 });
    await runLoan(frame);
    await seePayment(frame);
    expect(await dialog.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    // All four columns, to the last digit.
    const table = frame.getByRole('region').filter({ has: frame.getByRole('table') });
    expect(await table.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
    await dialog.getByRole('button', { name: 'Close' }).tap();
    await dialog.waitFor({ state: 'hidden' });
  });

  it('that is turned upright while it is open keeps the field that is typed in above the keyboard, too', async () => {
    const { base, site, newPage, scenario } = stage();
    const { clientToken } = await scenario.owner.surface(scenario.owner.workspaceId, { allowedOrigins: [shop] });
    const page = await newPage({ ...phone, viewport: { width: 844, height: 390 } });
    await page.addInitScript(fakeKeyboard);
    await page.goto(site(shop, strictSite({ base, body: scriptTag(base, clientToken) })));
    const { launcher, dialog, frame } = widgetOn(page);
    await launcher.tap();
    await frame.getByLabel('Loan amount').waitFor();
    const arrived = page.waitForResponse('**/embed/assets/extras-*');
    await page.setViewportSize(phone.viewport);
    await arrived;
    await moveKeyboard(page, { height: aboveKeyboard, offsetTop: 60 });
    await expect.poll(() => dialog.boundingBox()).toEqual({ x: 0, y: 60, width: 390, height: aboveKeyboard });
  });

  it('keeps clear of notches, loads nothing more than it needs, and does not cover the page by itself', async () => {
    const { base, site, newPage, scenario } = stage();
    const { clientToken } = await scenario.owner.surface(scenario.owner.workspaceId, { allowedOrigins: [shop] });
    const page = await newPage(phone);
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    const tag = scriptTag(base, clientToken, 'data-auto-open="true" async');
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setSafeAreaInsetsOverride', { insets: { top: 47, bottom: 34 } });
    await page.goto(site(shop, strictSite({ base, body: tag })));
    const { launcher, dialog, frame } = widgetOn(page);
    await frame.getByLabel('Loan amount').waitFor({ state: 'attached' });
    expect(await dialog.isVisible()).toBe(false);
    await launcher.tap();
    await frame.getByLabel('Loan amount').waitFor();
    const padding = () =>
      dialog.evaluate((element) => [getComputedStyle(element).paddingTop, getComputedStyle(element).paddingBottom]);
    await expect.poll(padding).toEqual(['47px', '34px']);
    expect((await dialog.getByRole('button', { name: 'Close' }).boundingBox())?.y).toBeGreaterThanOrEqual(47);
    expect((await dialog.boundingBox())?.height).toBe(844);
    expect(loaded.filter((path) => path.startsWith('/embed/assets/extras-'))).toHaveLength(1);
    expect(loaded.filter((path) => path.startsWith('/embed/assets/diagnosis-'))).toEqual([]);
  });
});
