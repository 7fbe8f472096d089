import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { messagesIn, violationsIn } from './stage/recorder.ts';
import { mountedInline, nonceSite, scriptTag, strictSite, type PageParts } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';

/** What the pages here keep for their tests to look at. */
type InPage = {
  widget: { update(options: object): void; open(): void };
  MicroappWidget: { mount(options: object): unknown };
  kept: string[];
};

describeOnStage('a page with wishes of its own', (stage) => {
  async function clientToken(): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.surface(owner.workspaceId, { allowedOrigins: [shop] })).clientToken;
  }

  async function visit(parts: Omit<PageParts, 'base'>, before?: (page: Page) => Promise<unknown>): Promise<Page> {
    const { base, site, newPage } = stage();
    const page = await newPage();
    await before?.(page);
    await page.goto(site(shop, strictSite({ base, ...parts })));
    return page;
  }

  const blockRuntime = (page: Page) => page.route('**/embed/assets/runtime-*', (route) => route.abort());

  it('keeps the one frame that was refused when it is opened again, and that frame can go on', async () => {
    const page = await visit({ body: scriptTag(stage().base, await clientToken()) });
    await page.route('**/v1/embed/sessions/redeem', (route) =>
      route.fulfill({ status: 401, json: { code: 'invalid_token', error: 'No.', hint: 'No.', requestId: 'r' } }),
    );
    const { launcher, dialog, iframe, frame } = widgetOn(page);
    await launcher.click();
    const again = frame.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    const refused = await iframe.elementHandle();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await launcher.click();
    await again.waitFor();
    expect(await iframe.evaluate((now, before) => now === before, refused)).toBe(true);
    expect(page.frames()).toHaveLength(2);
    await page.unroute('**/v1/embed/sessions/redeem');
    await again.click();
    await runLoan(frame);
    await seePayment(frame);
  });

  it.each([
    [
      'de',
      'ltr',
      { open: 'Öffnen', close: 'Schließen', unavailable: 'Zurzeit nicht verfügbar.', retry: 'Erneut versuchen' },
    ],
    ['ar', 'rtl', { open: 'فتح', close: 'إغلاق', unavailable: 'غير متاح حاليًا.', retry: 'إعادة المحاولة' }],
  ])(
    'has launcher, panel and notice in its locale %s, and no words of ours in its frame',
    async (locale, dir, words) => {
      const { base } = stage();
      const options = JSON.stringify({ embedKey: await clientToken(), locale, timeoutMs: 2000 });
      const page = await visit(
        {
          ...mountedInline(base, {}),
          script: `globalThis.widget = MicroappWidget.mount({ ...${options}, texts: { run: 'Go' } });`,
        },
        (one) => one.route('**/v1/embed/sessions', (route) => route.abort()),
      );
      const { root, launcher, dialog } = widgetOn(page);
      await expect.poll(() => launcher.getAttribute('aria-label')).toBe(words.open);
      expect(await launcher.innerText()).toBe('');
      await launcher.click();
      await see(dialog.getByRole('alert').getByText(words.unavailable));
      await see(dialog.getByRole('button', { name: words.close, exact: true }));
      expect(await root.getAttribute('lang')).toBe(locale);
      expect(await dialog.evaluate((element) => getComputedStyle(element).direction)).toBe(dir);

      // Who asks anew, and gets a ticket, but no frame; and one whose first words come with that.
      await page.unroute('**/v1/embed/sessions');
      await page.route('**/embed/surfaces/**', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
      await page.evaluate((given) => {
        const { widget, MicroappWidget } = globalThis as unknown as InPage;
        widget.update({ texts: { close: 'X' } });
        MicroappWidget.mount({
          ...(JSON.parse(given) as object),
          mode: 'inline',
          target: '#place',
          texts: { retry: 'R' },
        });
      }, options);
      await dialog.getByRole('button', { name: words.retry }).click();
      await see(dialog.getByRole('button', { name: 'X', exact: true }));
      const inline = widgetOn(page, 'inline').root;
      await see(inline.getByText(words.unavailable));
      await see(inline.getByRole('button', { name: 'R', exact: true }));
      await see(dialog.getByRole('button', { name: words.retry }));

      await page.unroute('**/embed/surfaces/**');
      await inline.getByRole('button', { name: 'R', exact: true }).click();
      await widgetOn(page, 'inline').frame.getByText('Loan amount').waitFor();
      // What looked for the causes is gone.
      await expect.poll(() => page.frames().length).toBe(2);
      const told = await Promise.all(
        page
          .frames()
          .slice(1)
          .map((frame) => messagesIn(frame)),
      );
      const inits = told.flat().filter(({ type }) => type === 'MICROAPP_EMBED_INIT');
      expect(inits.map(({ text }) => JSON.parse(text).config.texts as unknown)).toEqual([{ retry: 'R' }]);
    },
  );

  it('has its words in its locale by a token of its own, too, for one request that names nobody and waits for idleness', async () => {
    const { base, scenario } = stage();
    const { token: mtok } = await scenario.owner.embedToken(scenario.owner.workspaceId, { allowedOrigins: [shop] });
    const options = JSON.stringify({ mtok, toolSlug: 'loan-calculator', locale: 'ar-EG', autoOpen: 'false' });
    const asked: string[] = [];
    const bodies: (string | null)[] = [];
    const answers = Promise.withResolvers<void>();
    const page = await visit(
      {
        body: `<script src="${base}/embed.js"></script>`,
        // One that is gone before the page is idle asks nothing.
        script: `MicroappWidget.mount(${options}).unmount(); globalThis.widget = MicroappWidget.mount(${options});`,
      },
      async (one) => {
        one.on('request', (request) => request.url().startsWith(base) && asked.push(new URL(request.url()).pathname));
        await one.route('**/v1/embed/hello', async (route) => {
          bodies.push(route.request().postData());
          expect(await route.request().headerValue('x-microapp-embed-token')).toBeNull();
          await answers.promise;
          await route.continue();
        });
      },
    );
    const { root, launcher, dialog, frame } = widgetOn(page);
    await expect.poll(() => asked).toEqual(['/embed.js', '/v1/embed/hello']);
    expect(bodies).toEqual(['{"locale":"ar-EG"}']);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await see(frame.getByText('Loan amount'));
    expect(await dialog.getAttribute('class')).toBe('');
    await see(dialog.getByRole('button', { name: 'Close', exact: true }));

    answers.resolve();
    await expect.poll(() => launcher.getAttribute('aria-label')).toBe('فتح');
    expect(await root.getAttribute('dir')).toBe('rtl');
    // The panel takes up what has come after it by the next thing that happens in its frame.
    await frame.locator('button[type=submit]').click();
    await see(dialog.getByRole('button', { name: 'إغلاق', exact: true }));
    expect(bodies).toHaveLength(1);
  });

  it('has its widget without what makes it look like the page where that hangs, and may name our address without its host', async () => {
    const { base } = stage();
    const page = await visit(
      mountedInline(base, { embedKey: await clientToken(), theme: 'inherit', timeoutMs: 3000 }),
      (one) => one.route('**/embed/assets/extras-*', () => undefined),
    );
    await see(widgetOn(page, 'inline').frame.getByText('Loan amount'));

    const relative = await visit(mountedInline(base, { mtok: 'mtok_x', toolSlug: 'a', baseUrl: '/apps' }));
    await expect
      .poll(() => widgetOn(relative, 'inline').iframe.getAttribute('src'))
      .toBe(`${new URL(relative.url()).origin}/apps/embed/apps/a`);
  });

  it('is asked for a ticket anew when its own function has hung and did not look at its signal', async () => {
    const { base, scenario, sitePort } = stage();
    const { owner } = scenario;
    const { token } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop], use: 'server' });
    const page = await visit(
      {
        ...mountedInline(base, {}),
        script: `globalThis.hangs = true;
          MicroappWidget.mount({ mode: 'inline', target: '#place', app: 'loan-calculator', timeoutMs: 3000,
            getToken: () => hangs ? new Promise(() => {}) : fetchTicket() });`,
      },
      (one) =>
        one.exposeFunction('fetchTicket', async () => {
          const headers = { 'x-microapp-embed-token': token };
          const body = { app: 'loan-calculator', origin: `http://${shop}:${sitePort}` };
          const answer = await scenario.ask({ method: 'POST', url: '/v1/embed/sessions', headers, body });
          return answer.body as unknown;
        }),
    );
    const lines: string[] = [];
    page.on('console', (message) => message.text().startsWith('Microapp:') && lines.push(message.text()));
    const again = page.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    // Nor does what looks for the cause wait for it.
    await expect.poll(() => lines).toEqual([expect.stringContaining('getToken fails, or gives no ticket.')]);
    await page.evaluate(() => Object.assign(globalThis, { hangs: false }));
    await again.click();
    await see(widgetOn(page, 'inline').frame.getByText('Loan amount'));
  });

  it('leaves nothing behind when it is unmounted while the cause of its failure is looked for', async () => {
    const key = await clientToken();
    const page = await visit(
      { ...mountedInline(stage().base, { embedKey: key, timeoutMs: 2000 }) },
      // What says nothing fails by time, and is then loaded once more to see why.
      (one) => one.route('**/embed/surfaces/**', (route) => route.fulfill({ contentType: 'text/html', body: '' })),
    );
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await expect.poll(() => page.frames().length).toBe(2);
    const left = await page.evaluate(async () => {
      const { widget } = globalThis as unknown as { widget: { unmount(): void } };
      widget.unmount();
      await new Promise((resolve) => setTimeout(resolve, 0));
      return document.querySelectorAll('iframe').length;
    });
    expect(left).toBe(0);
  });

  it('leaves a click with Ctrl on a link to the browser, and hears at once of a trigger that is no selector', async () => {
    const { base } = stage();
    const page = await visit({
      body: `<a href="/another-page" data-microapp-open>Calculate</a>${scriptTag(base, await clientToken())}`,
    });
    const { launcher, dialog } = widgetOn(page);
    await launcher.waitFor();
    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link').click({ modifiers: ['Control'] }),
    ]);
    await tab.waitForURL('**/another-page');
    expect(await dialog.count()).toBe(0);

    const thrown = await page.evaluate(() => {
      try {
        (globalThis as unknown as InPage).MicroappWidget.mount({ embedKey: 'wk_pub_x', trigger: '#1' });
        return 'nothing';
      } catch (error) {
        return String(error);
      }
    });
    expect(thrown).toContain("'[data-microapp-open],#1' is not a valid selector");
    expect(await launcher.count()).toBe(1);
  });

  it('has its widget after it has drawn its body anew all day, and one that insists on another body wins', async () => {
    const page = await visit({ body: scriptTag(stage().base, await clientToken()) }, (one) => one.clock.install());
    const { launcher } = widgetOn(page);
    await launcher.waitFor();
    for (let view = 0; view < 30; view++) {
      await page.evaluate(() => document.body.replaceWith(document.createElement('body')));
      await page.clock.fastForward(1000);
    }
    expect(await launcher.count()).toBe(1);

    const removals = await page.evaluate(async () => {
      let count = 0;
      const remove = (): void => {
        const root = document.querySelector('microapp-floating');
        if (root !== null) count += 1;
        root?.remove();
      };
      new MutationObserver(remove).observe(document.body, { childList: true });
      remove();
      // Each answer of the one is a turn of the other; none is left when this one comes.
      for (let turn = 0; turn < 10_000; turn++) await Promise.resolve();
      return count;
    });
    expect(removals).toBeLessThan(100);
    expect(await launcher.count()).toBe(0);
  });

  it('has no launcher that it did not ask for, and when the script fails one button to try again, an inline widget in its place', async () => {
    const { base, scenario } = stage();
    const { token: mtok } = await scenario.owner.embedToken(scenario.owner.workspaceId, { allowedOrigins: [shop] });
    const options = JSON.stringify({ mtok, toolSlug: 'loan-calculator' });
    const page = await visit(
      {
        ...mountedInline(base, {}),
        script: `globalThis.modal = MicroappWidget.mount({ ...${options}, mode: 'modal', load: 'eager' });
          MicroappWidget.mount({ ...${options}, mode: 'inline', target: '#place' });`,
      },
      blockRuntime,
    );
    const again = page.locator('#place').getByRole('button', { name: 'Try again' });
    await again.waitFor();
    expect(await again.evaluate((button) => getComputedStyle(button).position)).toBe('static');
    const modal = page.locator('microapp-modal').getByRole('button', { name: 'Try again' });
    await modal.waitFor();
    expect(await page.getByRole('button').count()).toBe(2);
    await page.unroute('**/embed/assets/runtime-*');
    await again.click();
    const { frame, root } = widgetOn(page, 'inline');
    await see(frame.getByText('Loan amount'));
    expect(await root.getByRole('button').count()).toBe(0);
    await modal.click();
    await see(widgetOn(page, 'modal').frame.getByText('Loan amount'));
    await modal.waitFor({ state: 'detached' });
  });

  it('opens by itself beside what somebody types, with launcher and panel head whose text can be read in any color', async () => {
    const { base } = stage();
    const key = await clientToken();
    const page = await visit({
      body: `<input autofocus aria-label="Search"><script src="${base}/microapp-widget.js"></script>`,
      script: `globalThis.widget = MicroappWidget.mount({ embedKey: '${key}', autoOpen: true, theme: { accent: '#ffee00' } });`,
    });
    const { launcher, dialog, frame } = widgetOn(page);
    const search = page.getByRole('textbox', { name: 'Search' });
    await search.pressSequentially('loa');
    await see(frame.getByText('Loan amount'));
    expect(await dialog.isVisible()).toBe(true);
    expect(await launcher.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.type('n');
    expect(await search.inputValue()).toBe('loan');

    const head = dialog.getByRole('button', { name: 'Close', exact: true });
    const colors = (of = launcher) =>
      of.evaluate((button) => [getComputedStyle(button).backgroundColor, getComputedStyle(button).color]);
    expect(await colors()).toEqual(['rgb(255, 238, 0)', 'rgb(0, 0, 0)']);
    expect(await colors(head)).toEqual(await colors());
    expect((await head.boundingBox())?.width).toBe((await dialog.locator('iframe').boundingBox())?.width);
    await page.evaluate(() => (globalThis as unknown as InPage).widget.update({ theme: { accent: '#003300' } }));
    expect(await colors()).toEqual(['rgb(0, 51, 0)', 'rgb(255, 255, 255)']);
    await expect.poll(() => colors(head)).toEqual(await colors());
    await launcher.click();
    await dialog.waitFor({ state: 'hidden' });
  });

  it('gives its frame the look of the page around it, and what it has kept for it, also where only a nonce lets scripts in', async () => {
    const { base, site, newPage } = stage();
    const key = await clientToken();
    const style = `section { background: rgb(250, 245, 230); color: rgb(40, 30, 20); font: 17px Georgia, serif; }
      section button { background: rgb(120, 20, 60); color: white; border: 0; border-radius: 6px; }`;
    const parts = {
      base,
      style,
      body: `<section><button type="submit">Buy</button><div id="place"></div></section><script src="${base}/embed.js"></script>`,
      script: `globalThis.kept = [];
        MicroappWidget.mount({ embedKey: '${key}', mode: 'inline', target: '#place', theme: 'inherit',
          resume: { get: async () => 'kept before', set: (text) => kept.push(text) } });`,
    };
    const page = await newPage();
    await page.goto(site(shop, nonceSite(parts, randomUUID())));
    const { frame, root } = widgetOn(page, 'inline');
    await see(frame.getByText('Loan amount'));
    const [, inside] = page.frames();
    if (inside === undefined) throw new Error('there is no frame');
    const init = (await messagesIn(inside)).find(({ type }) => type === 'MICROAPP_EMBED_INIT');
    expect(JSON.parse(init?.text ?? '{}')).toMatchObject({
      config: {
        resume: 'kept before',
        theme: {
          bg: 'rgb(250, 245, 230)',
          text: 'rgb(40, 30, 20)',
          font: 'Georgia, serif',
          'font-size': '17px',
          accent: 'rgb(120, 20, 60)',
          radius: '6px',
        },
      },
    });
    const background = () =>
      frame.locator('html').evaluate((html) => getComputedStyle(html).getPropertyValue('--accent'));
    await expect.poll(background).toBe('rgb(120, 20, 60)');
    // As the frame's EVENT arrives at the widget's root.
    await root.evaluate((element) => element.dispatchEvent(new CustomEvent('resume', { detail: 'to be kept' })));
    await expect.poll(() => page.evaluate(() => (globalThis as unknown as InPage).kept)).toEqual(['to be kept']);
    expect(await violationsIn(page.mainFrame())).toEqual([]);
  });
});
