import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, FrameLocator, Locator, Page, Route } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../packages/frames/src/ui/texts/en.ts';
import { everyField } from './stage/every-field.ts';
import { handWrittenHost } from './stage/hand-written-host.ts';
import { laxSite, mountedInline, scriptTag, strictSite } from './stage/sites.ts';
import { describeOnStage, type Stage } from './stage/stage.ts';
import { runButton, runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';
const loan = 'loan-calculator';

type Opening = { slug?: string; config?: Readonly<Record<string, unknown>>; options?: BrowserContextOptions };
type Opened = { page: Page; frame: FrameLocator; submit: Locator };

/** A frame on a page that speaks the protocol by hand, and so can say whatever a host may say. */
async function open(stage: Stage, { slug = loan, config = {}, options = {} }: Opening = {}): Promise<Opened> {
  const { owner } = stage.scenario;
  const { token } = await owner.embedToken(owner.workspaceId, { apps: [slug], allowedOrigins: [shop] });
  const page = await stage.newPage(options);
  const parts = handWrittenHost(stage.base, { path: `/embed/apps/${slug}`, token, slug, config });
  await page.goto(stage.site(shop, laxSite(parts)));
  const frame = page.frameLocator('iframe');
  return { page, frame, submit: frame.locator('button[type=submit]') };
}

/** What the page says next about how the frame should show things. */
async function say(page: Page, config: Readonly<Record<string, unknown>>): Promise<void> {
  await page.evaluate((said) => {
    (globalThis as unknown as { say: (config: unknown) => void }).say(said); // of the page's own script
  }, config);
}

async function findings(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const { violations, passes } = await new AxeBuilder({ page }).withTags(tags).analyze();
  // A checker that could not look passes nothing.
  expect(passes.length).toBeGreaterThan(5);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}

const style = (element: Locator, property: string): Promise<string> =>
  element.evaluate((one, name) => getComputedStyle(one).getPropertyValue(name), property);

const isFocused = (element: Locator): Promise<boolean> => element.evaluate((one) => one === document.activeElement);

describeOnStage('a frame', (stage) => {
  beforeAll(() => stage().scenario.owner.tool('every-field', everyField));

  describe('several apps on one surface', () => {
    it('are tabs with their names, chosen by a link, walked by arrows, and each keeps what was typed and what came of it', async () => {
      const { base, site, newPage, scenario } = stage();
      const { owner } = scenario;
      const { clientToken } = await owner.surface(owner.workspaceId, {
        apps: [loan, 'every-field'],
        allowedOrigins: [shop],
      });
      const page = await newPage();
      const links = [loan, 'every-field'].map((slug) => `<a href="/" data-microapp-open="${slug}">By link ${slug}</a>`);
      await page.goto(site(shop, strictSite({ base, body: `${links.join(' ')}${scriptTag(base, clientToken)}` })));
      const { launcher, dialog, frame } = widgetOn(page);
      // The first to open it has the frame yet to come.
      await page.getByRole('link', { name: 'By link every-field' }).click();
      await see(frame.getByRole('tab', { name: 'every-field', selected: true }));
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await page.getByRole('link', { name: `By link ${loan}` }).click();
      await see(frame.getByRole('tab', { name: 'Loan calculator', selected: true }));
      const tabs = frame.getByRole('tab');
      expect(await frame.getByRole('tablist', { name: 'Tools' }).count()).toBe(1);
      expect((await tabs.allTextContents()).toSorted()).toEqual(['Loan calculator', 'every-field']);
      const calculator = frame.getByRole('tab', { name: 'Loan calculator' });
      const echo = frame.getByRole('tab', { name: 'every-field' });

      await calculator.click();
      const panel = frame.getByRole('tabpanel', { name: 'Loan calculator' });
      await panel.getByLabel('Loan amount').fill('200000');
      await panel.getByRole('button', { name: /^Run/ }).click();
      await see(panel.getByRole('heading', { name: 'Result', exact: true }));
      expect(await findings(page)).toEqual([]);

      // By keyboard: one of them is in the order of Tab, the arrows go around.
      await calculator.focus();
      await page.keyboard.press('ArrowRight');
      expect(await isFocused(echo)).toBe(true);
      expect([await echo.getAttribute('aria-selected'), await calculator.getAttribute('tabindex')]).toEqual([
        'true',
        '-1',
      ]);
      await page.keyboard.press('ArrowRight');
      expect(await isFocused(calculator)).toBe(true);
      await page.keyboard.press('End');
      await page.keyboard.press('Home');
      await echo.click();
      await see(frame.getByRole('tabpanel', { name: 'every-field' }).getByLabel('Name'));
      expect(await panel.isVisible()).toBe(false);

      // Closed and opened again, it is the same visit.
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await launcher.click();
      expect(await echo.getAttribute('aria-selected')).toBe('true');
      await calculator.click();
      expect(await panel.getByLabel('Loan amount').inputValue()).toBe('200,000');
      await see(panel.getByRole('heading', { name: 'Result', exact: true }));

      // Where a browser sets the colors, the chosen one is still told by more than a color of ours.
      await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
      const line = (tab: Locator): Promise<string> => style(tab, 'border-block-end-color');
      expect(await line(calculator)).not.toBe(await line(echo));
      expect(await findings(page)).toEqual([]);
    });

    it('are chosen by a page that asks for one, each time that it asks, and by the visitor in between', async () => {
      const { base, site, newPage, scenario } = stage();
      const { owner } = scenario;
      const apps = [loan, 'every-field'];
      const { clientToken } = await owner.surface(owner.workspaceId, { apps, allowedOrigins: [shop] });
      const page = await newPage();
      const script = `(${String(openApps)})(${JSON.stringify({ base, key: clientToken })});`;
      await page.goto(site(shop, strictSite({ base, body: '<iframe title="Tools" height="600"></iframe>', script })));
      const frame = page.frameLocator('iframe');
      const chosen = frame.getByRole('tab', { selected: true });
      await see(runButton(frame).first());
      const ask = (slug?: unknown): Promise<void> =>
        page.evaluate((app) => (globalThis as unknown as { ask: (slug: unknown) => void }).ask(app), slug);
      for (const [slug, name] of [
        ['every-field', 'every-field'],
        [loan, 'Loan calculator'],
      ] as const) {
        await ask(slug);
        await expect.poll(() => chosen.innerText()).toBe(name);
        await expect.poll(() => isFocused(chosen)).toBe(true);
      }
      await frame.getByRole('tab', { name: 'every-field' }).click();
      // What is none of them, or says none, changes nothing.
      for (const slug of ['elsewhere', undefined, 7]) await ask(slug);
      await ask(loan);
      await expect.poll(() => chosen.innerText()).toBe('Loan calculator');
      await frame.getByRole('tab', { name: 'every-field' }).click();
      await ask('elsewhere');
      await expect.poll(() => isFocused(chosen)).toBe(true);
      expect(await chosen.innerText()).toBe('every-field');
    });
  });

  describe('what the page around knows', () => {
    it('fills in fields by their keys, follows the page, and never writes over what somebody typed (M19)', async () => {
      const config = {
        locale: 'de-DE',
        context: { years: '12', plan: 'pro' },
        prefill: { principal: 1234.5, rate: [] },
      };
      const { page, frame, submit } = await open(stage(), { config });
      await see(submit);
      const [principal, years] = [frame.getByLabel('Loan amount'), frame.getByLabel('Term in years')];
      expect([await principal.inputValue(), await years.inputValue()]).toEqual(['1.234,5', '12']);

      await years.fill('7');
      await say(page, { context: { years: 20 }, prefill: { principal: 5000 } });
      await expect.poll(() => principal.inputValue()).toBe('5.000');
      expect(await years.inputValue()).toBe('7');
    });

    it('is checked like anything typed, before anything is sent', async () => {
      const { page, frame, submit } = await open(stage(), { config: { prefill: { years: 999 } } });
      await see(submit);
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await submit.click();
      await see(frame.locator('[aria-invalid=true]').first());
      expect(await frame.getByLabel('Term in years').getAttribute('aria-invalid')).toBe('true');
      expect(asked.filter((path) => path.endsWith('/run'))).toEqual([]);
    });
  });

  describe('a theme of the page around', () => {
    it('colors the frame, is corrected where nobody could read it, and says so once', async () => {
      const theme = {
        bg: 'rgb(20, 24, 60)',
        text: '#333a5c',
        accent: 'oklch(0.9 0.15 100)',
        font: 'Georgia, serif',
        radius: '0px',
        shadow: 'none',
        nonsense: 'x',
      };
      const { page, frame, submit } = await open(stage(), { config: { theme } });
      await see(submit);
      const body = frame.locator('body');
      await expect.poll(() => style(body, 'background-color')).toBe('rgb(20, 24, 60)');
      expect(await style(body, 'color')).toBe('rgb(255, 255, 255)');
      expect(await style(submit, 'color')).toBe('rgb(0, 0, 0)');
      expect(await style(body, 'font-family')).toContain('Georgia');
      expect(await style(submit, 'border-radius')).toBe('0px');
      await runLoan(frame);
      await seePayment(frame);
      expect(await findings(page)).toEqual([]);

      const hints = (): Promise<unknown[]> =>
        page.evaluate(() => {
          const { heard } = globalThis as unknown as { heard: { name?: string; detail?: unknown }[] }; // the page's own
          return heard.filter(({ name }) => name === 'theme-hint').map(({ detail }) => detail);
        });
      const first = await hints();
      expect(first).toEqual([expect.stringMatching(/"nonsense" is ignored.*"text" is now #ffffff/)]);
      await say(page, { theme });
      await say(page, { theme: { ...theme, radius: '4px' } });
      await expect.poll(() => style(submit, 'border-radius')).toBe('4px');
      expect(await hints()).toEqual(first);
      // Whoever builds the page reads it where they look anyway.
      const lines = (await page.consoleMessages()).map((message) => message.text());
      expect(lines.filter((line) => line.startsWith('Microapp:'))).toEqual([`Microapp: ${String(first[0])}`]);
    });

    it('sets controls closer for a mouse, and never below 44 pixels for a finger', async () => {
      const config = { theme: { density: 'compact' } };
      const mouse = await open(stage(), { config });
      await see(mouse.submit);
      await expect.poll(() => mouse.submit.evaluate((button) => button.clientHeight)).toBeLessThan(40);

      const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
      const { frame, submit } = await open(stage(), { config, options: phone });
      await see(submit);
      await expect.poll(() => style(submit, 'min-block-size')).toBe('44px');
      const sizes = await frame.locator('input, button').evaluateAll((all) =>
        all.map((one) => ({
          height: one.getBoundingClientRect().height,
          font: Number.parseFloat(getComputedStyle(one).fontSize),
          isField: one.localName === 'input',
          keyboard: one.getAttribute('inputmode'),
        })),
      );
      expect(sizes.length).toBeGreaterThanOrEqual(4);
      expect(sizes.filter(({ height }) => height < 44)).toEqual([]);
      // Phones zoom into a focused field with smaller letters.
      expect(sizes.filter(({ isField, font }) => isField && font < 16)).toEqual([]);
      expect(sizes.filter(({ isField }) => isField).map(({ keyboard }) => keyboard)).toEqual([
        'decimal',
        'decimal',
        'numeric',
      ]);
    });

    it('leaves a field in view when a keyboard takes half of the frame', async () => {
      const phone = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };
      const { page, frame, submit } = await open(stage(), { options: phone });
      await see(submit);
      const years = frame.getByLabel('Term in years');
      await years.focus();
      await page.evaluate(() => {
        for (const iframe of document.querySelectorAll('iframe')) iframe.height = '260';
      });
      const isInView = (): Promise<boolean> =>
        years.evaluate((one) => {
          const { top, bottom } = one.getBoundingClientRect();
          return innerHeight <= 260 && top >= 0 && bottom <= innerHeight;
        });
      await expect.poll(isInView).toBe(true);
    });
  });

  describe('the languages of a frame', () => {
    it.each([
      ['de-DE', 'ltr', 'Ausführen'],
      ['fr-FR', 'ltr', 'Lancer'],
      ['es-MX', 'ltr', 'Ejecutar'],
      ['tr-TR', 'ltr', 'Çalıştır'],
      ['ar-EG', 'rtl', 'تشغيل'],
    ])('in %s every word of ours is translated, and none is cut on 320 pixels', async (locale, dir, run) => {
      const options = { viewport: { width: 320, height: 800 } };
      const { page, frame, submit } = await open(stage(), {
        slug: 'every-field',
        config: { locale, currency: 'EUR' },
        options,
      });
      await see(submit);
      const html = frame.locator('html');
      expect([await html.getAttribute('lang'), await html.getAttribute('dir')]).toEqual([locale, dir]);
      expect(await submit.textContent()).toBe(run);
      await submit.click();
      await see(frame.locator('[aria-invalid=true]').first());
      expect(await findings(page)).toEqual([]);

      const found = await frame.locator('body').evaluate((body) => {
        const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
        const said: string[] = [];
        while (walker.nextNode()) said.push(walker.currentNode.textContent?.trim() ?? '');
        const { clientWidth } = document.documentElement;
        const all = [...body.querySelectorAll('*')].filter((one) => one.closest('.hidden, svg') === null);
        const isOutside = (one: Element): boolean => {
          const { left, right } = one.getBoundingClientRect();
          return left < -0.5 || right > clientWidth + 0.5;
        };
        return { said, looked: all.length, outside: all.filter(isOutside).map((one) => one.outerHTML.slice(0, 120)) };
      });
      expect(found.looked).toBeGreaterThan(80);
      expect(found.outside).toEqual([]);
      const english = new Set<string>(Object.values(en).flatMap((text) => (typeof text === 'string' ? [text] : [])));
      expect(found.said.filter((text) => english.has(text))).toEqual([]);
    });

    it('that does not arrive is English, and the document says so and runs that way', async () => {
      const { page, frame, submit } = await open(stage(), { config: { locale: 'ar' } });
      await see(submit);
      const spoken = async (): Promise<(string | null)[]> => {
        const html = frame.locator('html');
        return [await html.getAttribute('lang'), await html.getAttribute('dir'), await submit.textContent()];
      };
      expect(await spoken()).toEqual(['ar', 'rtl', 'تشغيل']);
      await page.route(/assets\/ar-/, (route) => route.abort());
      await page.reload();
      await see(submit);
      expect(await spoken()).toEqual(['en', 'ltr', 'Run']);
    });

    it('that is spoken is the page’s, else the surface’s, else the browser’s', async () => {
      const { base, site, newPage, scenario } = stage();
      const { owner } = scenario;
      const spoken = async (
        texts: Record<string, string>,
        config: Record<string, string> = {},
      ): Promise<string | null> => {
        const { clientToken } = await owner.surface(owner.workspaceId, { apps: [loan], allowedOrigins: [shop], texts });
        const page = await newPage({ locale: 'tr-TR' });
        await page.goto(site(shop, strictSite(mountedInline(base, { embedKey: clientToken, ...config }))));
        const { frame } = widgetOn(page, 'inline');
        await see(frame.locator('button[type=submit]'));
        return frame.locator('button[type=submit]').textContent();
      };
      expect(await spoken({})).toBe('Çalıştır');
      expect(await spoken({ locale: 'fr' })).toBe('Lancer');
      expect(await spoken({ locale: 'fr', run: 'Calculer' })).toBe('Calculer');
      expect(await spoken({ locale: 'fr' }, { locale: 'es' })).toBe('Ejecutar');
    });
  });

  describe('a frame that waits or fails', () => {
    const schemaPath = `**/api/tools/${loan}/schema`;

    describe.each(['light', 'dark'] as const)('in %s colors', (colorScheme) => {
      it('holds the place of the form, and keeps nobody out while it loads, nor when nothing comes (R24)', async () => {
        const { page, frame } = await open(stage(), { config: { colorScheme }, options: { colorScheme } });
        await see(frame.locator('button[type=submit]'));
        let held: Route | undefined;
        await page.route(schemaPath, (route) => {
          held = route;
        });
        await page.reload();
        await see(frame.getByRole('status').filter({ hasText: 'Loading' }));
        expect(await findings(page)).toEqual([]);
        await expect.poll(() => held !== undefined).toBe(true);
        await held?.abort();
        await see(frame.getByRole('heading', { name: 'The server does not answer' }));
        expect(await findings(page)).toEqual([]);
        await page.unroute(schemaPath);
        await frame.getByRole('button', { name: 'Try again' }).press('Enter');
        await see(runButton(frame));
      });
    });

    it('without what checks and runs the form says so, keeps what was typed, and runs it after all', async () => {
      const { scenario } = stage();
      const { owner } = scenario;
      const { token } = await owner.embedToken(owner.workspaceId, { apps: [loan], allowedOrigins: [shop] });
      const page = await stage().newPage();
      await page.route(/assets\/after-form-/, (route) => route.abort());
      const parts = handWrittenHost(stage().base, { path: `/embed/apps/${loan}`, token, slug: loan });
      await page.goto(stage().site(shop, laxSite(parts)));
      const frame = page.frameLocator('iframe');
      await runLoan(frame);
      await see(frame.getByRole('heading', { name: 'The server does not answer' }));
      expect(await findings(page)).toEqual([]);
      await page.unroute(/assets\/after-form-/);
      await frame.getByRole('button', { name: 'Try again' }).click();
      await seePayment(frame);
    });

    it('in Arabic says everything from right to left, and keeps nobody out', async () => {
      const { page, frame, submit } = await open(stage(), { config: { locale: 'ar' } });
      await page.route(`**/api/tools/${loan}/run`, (route) =>
        route.fulfill({ status: 429, headers: { 'retry-after': '30' }, json: { error: 'No.', code: 'rate_limited' } }),
      );
      await submit.click();
      await see(frame.getByRole('alert'));
      await see(frame.getByRole('timer').filter({ hasText: /\S/ }));
      expect(await style(frame.locator('.notice'), 'direction')).toBe('rtl');
      expect(await findings(page)).toEqual([]);
    });
  });
});

/** Runs in the page: a host of its own, with a ticket and a port. Its `ask(slug)` opens an app of the frame. */
async function openApps({ base, key }: { base: string; key: string }): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  Object.assign(globalThis, { ask: (slug: unknown) => port1.postMessage({ type: 'MICROAPP_OPEN', slug }) });
  const frame = document.querySelector('iframe');
  const answer = await fetch(`${base}/v1/embed/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
  const { ticket, frameUrl } = (await answer.json()) as { ticket: string; frameUrl: string };
  addEventListener('message', ({ data, origin, source }: MessageEvent<{ type: string; nonce: string }>) => {
    if (origin !== base || source !== frame?.contentWindow || data.type !== 'MICROAPP_EMBED_READY') return;
    const init = { type: 'MICROAPP_EMBED_INIT', protocol: 1, nonce: data.nonce, ticket };
    frame.contentWindow?.postMessage(init, base, [port2]);
  });
  frame?.setAttribute('src', frameUrl);
}
