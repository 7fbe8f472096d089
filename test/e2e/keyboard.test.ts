import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { scriptTag, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { widgetOn, type Widget } from './stage/widget.ts';

const shop = 'shop.example.test';

describeOnStage('the keyboard', (stage) => {
  async function openByKeyboard(): Promise<{ page: Page; widget: Widget }> {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const { clientToken } = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
    const page = await newPage();
    await page.goto(site(shop, strictSite({ base, body: `<a href="/">Before</a>${scriptTag(base, clientToken)}` })));
    const widget = widgetOn(page);
    await widget.launcher.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await hasFocus(widget)).toBe(true);
    await page.keyboard.press('Enter');
    // The focus goes into the frame, to the first field.
    await expect.poll(() => widget.frame.locator('input:focus').count()).toBe(1);
    return { page, widget };
  }

  it('opens the widget, and Escape inside the frame closes it and gives the focus back', async () => {
    const { page, widget } = await openByKeyboard();
    await page.keyboard.press('Escape');
    await widget.dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => hasFocus(widget)).toBe(true);
    await expect.poll(() => widget.launcher.getAttribute('aria-expanded')).toBe('false');

    // And again and again: what was there is still there, and takes the focus as soon as it is drawn.
    for (let round = 0; round < 5; round++) {
      await page.keyboard.press('Enter');
      await expect.poll(() => widget.frame.locator('input:focus').count()).toBe(1);
      await page.keyboard.press('Escape');
      await expect.poll(() => hasFocus(widget)).toBe(true);
    }
  });

  it('closes the widget by Escape from the page around the frame, too', async () => {
    const { page, widget } = await openByKeyboard();
    await widget.dialog.getByRole('button', { name: 'Close' }).focus();
    await page.keyboard.press('Escape');
    await widget.dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => hasFocus(widget)).toBe(true);
  });

  it('is not trapped: Tab leaves the floating widget', async () => {
    const { page } = await openByKeyboard();
    const isInWidget = (): Promise<boolean> =>
      page.evaluate(() => document.activeElement?.localName.startsWith('microapp-') ?? false);
    expect(await isInWidget()).toBe(true);
    for (let press = 0; press < 30 && (await isInWidget()); press++) await page.keyboard.press('Tab');
    expect(await isInWidget()).toBe(false);
  });
});

function hasFocus({ launcher }: Widget): Promise<boolean> {
  return launcher.evaluate((button) => button.matches(':focus') && document.hasFocus());
}
