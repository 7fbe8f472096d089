import type { Locator, Page, Route } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { everyField } from './stage/every-field.ts';
import { findings } from './stage/findings.ts';
import { mountedInline, scriptTag, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { smallTargets } from './stage/targets.ts';
import { runButton, runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';

/** Light on a desk, dark on a phone. */
const screens = [
  { where: 'light, on a desk', options: { colorScheme: 'light' } },
  {
    where: 'dark, on a phone',
    options: { colorScheme: 'dark', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  },
] as const;

describeOnStage('for people who use assistive technology', (stage) => {
  beforeAll(() => stage().scenario.owner.tool('every-field', everyField));

  async function clientToken(settings: object = {}): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.surface(owner.workspaceId, { allowedOrigins: [shop], ...settings })).clientToken;
  }

  describe.each(screens)('$where', ({ options }) => {
    /** What keeps somebody out, and on a phone what a finger misses, too. */
    async function obstacles(page: Page): Promise<string[]> {
      return [...(await findings(page)), ...('isMobile' in options ? await smallTargets(page) : [])];
    }

    it('nothing stands in the way, closed, open, with a result and with a problem', async () => {
      const { base, site, newPage } = stage();
      const page = await newPage(options);
      await page.goto(site(shop, strictSite({ base, body: scriptTag(base, await clientToken()) })));
      const { launcher, frame } = widgetOn(page);
      await launcher.waitFor();
      expect(await findings(page)).toEqual([]);

      await launcher.click();
      await runButton(frame).waitFor();
      // Who lists the landmarks tells it from the main part of the page around.
      await see(frame.getByRole('main', { name: 'Loan calculator' }));
      expect(await obstacles(page)).toEqual([]);

      await runLoan(frame);
      await seePayment(frame);
      expect(await obstacles(page)).toEqual([]);

      await runLoan(frame, { principal: '', rate: '900', years: '1.5' });
      await frame.locator('[aria-invalid=true]').first().waitFor();
      expect(await obstacles(page)).toEqual([]);
    });

    it('nothing stands in the way when a session is refused', async () => {
      const { base, site, newPage, scenario } = stage();
      const { owner } = scenario;
      const { token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: ['elsewhere.example'] });
      const page = await newPage(options);
      await page.goto(site(shop, strictSite(mountedInline(base, { mtok, toolSlug: 'loan-calculator' }))));
      await widgetOn(page, 'inline').frame.getByRole('alert').waitFor();
      expect(await findings(page)).toEqual([]);
    });

    it('nothing stands in the way of who reads from right to left, in an element, a dialog, and beside a widget that does not work', async () => {
      const { base, site, newPage } = stage();
      const page = await newPage(options);
      const arabic = JSON.stringify({ mode: 'modal', trigger: '#open', locale: 'ar' });
      const refused = await clientToken({ allowedOrigins: ['elsewhere.example'] });
      const body = `
        <button id="open">Open</button>
        <microapp-embed embed-key="${await clientToken({ apps: ['every-field'] })}" locale="ar-EG"></microapp-embed>
        <microapp-embed id="refused" embed-key="${refused}"></microapp-embed>
        <script src="${base}/embed-element.js"></script>`;
      const script = `MicroappWidget.mount({ ...${arabic}, embedKey: '${await clientToken()}' });`;
      await page.goto(site(shop, strictSite({ base, body, script })));
      const element = page.locator('microapp-embed').first().locator('iframe').contentFrame();
      await see(element.locator('button[type=submit]'));
      await see(page.locator('#refused').getByRole('alert').getByRole('button', { name: 'Try again' }));
      expect(await obstacles(page)).toEqual([]);

      await page.locator('#open').click();
      const { frame, dialog } = widgetOn(page, 'modal');
      await see(frame.getByText('Loan amount'));
      expect(await frame.locator('html').getAttribute('dir')).toBe('rtl');
      expect(await dialog.evaluate((one) => one.matches(':modal'))).toBe(true);
      expect(await obstacles(page)).toEqual([]);
    });
  });

  it('every part has an edge where the browser chooses the colors, and nothing moves for who wants no motion', async () => {
    const { base, site, newPage } = stage();
    const page = await newPage({ forcedColors: 'active', reducedMotion: 'reduce' });
    const held: Route[] = [];
    const hold = (route: Route): void => void held.push(route);
    const release = async (): Promise<void> => {
      await expect.poll(() => held.length).toBe(1);
      expect(await motionIn(page)).toEqual([]);
      await held.pop()?.continue();
    };
    await page.route(/\/api\/tools\/loan-calculator\/(schema|run)\b/, hold);
    await page.goto(site(shop, strictSite({ base, body: scriptTag(base, await clientToken()) })));
    const { launcher, dialog, frame } = widgetOn(page);
    await expectEdge(launcher);

    await launcher.click();
    await see(frame.getByRole('status').filter({ hasText: 'Loading' }));
    await expectEdge(dialog);
    await expectEdge(frame.locator('.bone').first());
    await release();

    const run = runLoan(frame);
    await expectEdge(runButton(frame));
    await expectEdge(frame.getByLabel('Loan amount'));
    await run;
    await see(frame.locator('.progress'));
    await release();
    await seePayment(frame);
    await expectEdge(frame.locator('.result'));
    expect(await motionIn(page)).toEqual([]);
    expect(await findings(page)).toEqual([]);
  });
});

/** Something that can be told from what it stands on: a border in another color than its ground. */
async function expectEdge(locator: Locator): Promise<void> {
  const edge = await locator.evaluate((element) => {
    const {
      borderBlockEndWidth: width,
      borderBlockEndColor: color,
      backgroundColor: ground,
    } = getComputedStyle(element);
    return { width, color, ground };
  });
  expect(edge.width).toBe('1px');
  expect(edge.color).not.toMatch(/^rgba\(.* 0\)$/);
  expect(edge.color).not.toBe(edge.ground);
}

/** What is animated or about to be, in the page, its shadow trees and its frames. */
async function motionIn(page: Page): Promise<string[]> {
  const all = await Promise.all(
    page.frames().map((frame) =>
      frame.evaluate(() => {
        const roots = [document, ...[...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ?? [])];
        const elements = roots.flatMap((root) => [...root.querySelectorAll('*')]);
        const moving = elements.filter((element) => {
          const { transitionDuration, animationName } = getComputedStyle(element);
          return animationName !== 'none' || transitionDuration.split(', ').some((time) => time !== '0s');
        });
        return moving.map(({ outerHTML }) => outerHTML.slice(0, 120));
      }),
    ),
  );
  return all.flat();
}
