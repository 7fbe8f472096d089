import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { mountedInline, scriptTag, strictSite } from './stage/sites.ts';
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

    // Beside the open panel the launcher, too, is a place to close it from.
    await page.keyboard.press('Enter');
    await expect.poll(() => widget.frame.locator('input:focus').count()).toBe(1);
    await widget.launcher.focus();
    await page.keyboard.press('Escape');
    await widget.dialog.waitFor({ state: 'hidden' });
    expect(await hasFocus(widget)).toBe(true);
  });

  /** A page with a link before and one after the place of a widget that is open. */
  async function openBetweenLinks(mode: 'floating' | 'inline' | 'modal'): Promise<{ page: Page; widget: Widget }> {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const { clientToken } = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
    const { body = '', script = '' } = mountedInline(base, { embedKey: clientToken, mode });
    const page = await newPage();
    const links = `<a id="before" href="/">Before</a>${body}<a id="after" href="/" data-microapp-open>After</a>`;
    await page.goto(site(shop, strictSite({ base, body: links, script })));
    const widget = widgetOn(page, mode);
    if (mode !== 'inline') await page.locator('#after').click();
    await widget.frame.getByLabel('Loan amount').waitFor();
    return { page, widget };
  }

  /** Presses `key` until the focus is on `end`, and answers where it was, one after the other. */
  async function walk(page: Page, key: string, end: string): Promise<string[]> {
    const seen: string[] = [];
    for (let press = 0; press < 40 && seen.at(-1) !== end; press++) {
      await page.keyboard.press(key);
      const place = await focusedPlace(page);
      if (place !== seen.at(-1)) seen.push(place);
    }
    return seen;
  }

  it.each([
    ['inline', ['iframe']],
    ['floating', ['button', 'iframe']],
  ] as const)(
    'goes by Tab through a widget that is %s, to what follows it, and back by Shift+Tab',
    async (mode, inside) => {
      const { page } = await openBetweenLinks(mode);
      await page.locator('#before').focus();
      expect(await walk(page, 'Tab', 'after')).toEqual([...inside, 'after']);
      expect(await walk(page, 'Shift+Tab', 'before')).toEqual([...inside.toReversed(), 'before']);
    },
  );

  it('stays by Tab and Shift+Tab inside of a modal widget, until its close button gives the focus back', async () => {
    const { page, widget } = await openBetweenLinks('modal');
    for (const key of ['Tab', 'Shift+Tab']) {
      const seen = await walk(page, key, 'nowhere');
      expect(seen).toEqual(expect.arrayContaining(['button', 'iframe']));
      expect(seen).not.toContain('before');
      expect(seen).not.toContain('after');
    }
    await widget.dialog.getByRole('button', { name: 'Close' }).focus();
    await page.keyboard.press('Enter');
    await widget.dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => focusedPlace(page)).toBe('after');
  });
});

/** The id of what has the focus, or what it is, also in the widget. */
function focusedPlace(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.id || (activeElement?.shadowRoot?.activeElement ?? activeElement)?.localName || '';
  });
}

function hasFocus({ launcher }: Widget): Promise<boolean> {
  return launcher.evaluate((button) => button.matches(':focus') && document.hasFocus());
}
