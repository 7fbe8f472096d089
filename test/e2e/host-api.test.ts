import type { Page, Route } from 'playwright-core';
import { expect, it } from 'vitest';
import { messagesIn } from './stage/recorder.ts';
import { mountedInline, scriptTag, strictSite, type PageParts } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';

describeOnStage('a page that brings its own openers', (stage) => {
  async function visit(parts: Omit<PageParts, 'base'>): Promise<Page> {
    const { base, site, newPage } = stage();
    const page = await newPage();
    await page.goto(site(shop, strictSite({ base, ...parts })));
    return page;
  }

  async function tag(attributes?: string): Promise<string> {
    const { base, scenario } = stage();
    const { clientToken } = await scenario.owner.surface(scenario.owner.workspaceId, { allowedOrigins: [shop] });
    return scriptTag(base, clientToken, attributes);
  }

  async function options(): Promise<object> {
    const { owner } = stage().scenario;
    const { token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
    return { mtok, toolSlug: 'loan-calculator' };
  }

  it('opens the widget by any link or button with data-microapp-open, which gets the focus back on Escape (K2, K4)', async () => {
    const page = await visit({
      body: `<a href="/another-page" data-microapp-open="loan-calculator">Work it <b>out</b></a>${await tag()}`,
    });
    const { launcher, dialog, frame } = widgetOn(page);
    await launcher.waitFor();
    // What is inside of the link counts as the link.
    await page.getByText('out', { exact: true }).click();
    await runLoan(frame);
    await seePayment(frame);
    expect(new URL(page.url()).pathname).toBe('/');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => page.getByRole('link').evaluate((link) => link.matches(':focus'))).toBe(true);

    // One that came later.
    await page.evaluate(() => {
      const button = document.createElement('button');
      button.textContent = 'Later';
      button.dataset['microappOpen'] = '';
      document.body.append(button);
    });
    await page.getByRole('button', { name: 'Later' }).click();
    await see(frame.getByText('Loan amount'));
  });

  it('opens the widget of the very app where there is one, and no other by the same click', async () => {
    const page = await visit({
      body: `<button data-microapp-open="loan-calculator">Open</button>${await tag('')}`,
      script: `globalThis.widget = MicroappWidget.mount(${JSON.stringify({ ...(await options()), mode: 'modal' })});`,
    });
    await widgetOn(page).launcher.waitFor();
    await page.getByRole('button', { name: 'Open', exact: true }).first().click();
    const modal = widgetOn(page, 'modal');
    await runLoan(modal.frame);
    await seePayment(modal.frame);
    expect(await page.locator('iframe').count()).toBe(1);
    expect(await widgetOn(page).launcher.getAttribute('aria-expanded')).toBe('false');
  });

  it('leaves a link for another app, and every link after unmounting, to the page', async () => {
    const page = await visit({
      body: `<a href="/another-page" data-microapp-open="other-app">Other</a><script src="${stage().base}/microapp-widget.js"></script>`,
      script: `globalThis.widget = MicroappWidget.mount(${JSON.stringify({ ...(await options()), mode: 'modal', trigger: 'a' })});
        widget.unmount();
        MicroappWidget.mount(${JSON.stringify(await options())});`,
    });
    await widgetOn(page).launcher.waitFor();
    await page.getByRole('link').click();
    await page.waitForURL('**/another-page');
    expect(page.frames()).toHaveLength(1);
  });

  it.each(['a selector', 'an element'])('opens the widget by its trigger, %s', async (kind) => {
    const trigger = kind === 'a selector' ? `'#calculate'` : `document.querySelector('#calculate')`;
    const page = await visit({
      body: `<button id="calculate">Calculate</button><script src="${stage().base}/microapp-widget.js"></script>`,
      script: `MicroappWidget.mount({ ...${JSON.stringify(await options())}, mode: 'modal', trigger: ${trigger} });`,
    });
    await page.getByRole('button', { name: 'Calculate' }).click();
    const { frame } = widgetOn(page, 'modal');
    await runLoan(frame);
    await seePayment(frame);
  });

  it('has its frame before anybody points at it where the tag says data-load="eager"', async () => {
    const page = await visit({ body: await tag('data-load="eager"') });
    await widgetOn(page).frame.getByText('Loan amount').waitFor({ state: 'attached' });
    expect(await widgetOn(page).iframe.isVisible()).toBe(false);
  });

  it('may put the place of a widget into the page later, and draw it anew', async () => {
    const { base } = stage();
    const { body = '', script = '' } = mountedInline(base, (await options()) as Record<string, unknown>);
    const page = await visit({ body: body.replace('<div id="place"></div>', ''), script });
    const draw = (): Promise<void> =>
      page.evaluate(() => {
        document.querySelector('main')?.remove();
        const main = document.createElement('main');
        const place = document.createElement('div');
        place.id = 'place';
        main.append(place);
        document.body.append(main);
      });
    const { frame } = widgetOn(page, 'inline');
    for (let time = 0; time < 2; time++) {
      await draw();
      await runLoan(frame);
      await seePayment(frame);
    }
    expect(await page.locator('#place > microapp-inline').count()).toBe(1);
  });

  it('hands facts and first values to the frame, in INIT and nowhere else', async () => {
    const { base } = stage();
    const facts = { context: { page: 'mortgages' }, prefill: { principal: 250_000 } };
    const page = await visit(mountedInline(base, { ...(await options()), ...facts }));
    await see(widgetOn(page, 'inline').frame.getByText('Loan amount'));
    const [, frame] = page.frames();
    if (frame === undefined) throw new Error('there is no frame');
    const init = (await messagesIn(frame)).find(({ type }) => type === 'MICROAPP_EMBED_INIT');
    expect(JSON.parse(init?.text ?? '{}')).toMatchObject({ config: facts });
    expect(frame.url()).not.toMatch(/mortgages|250/);
  });

  it('looks as its surface says before anybody opens it, and as the page says where the page says so', async () => {
    const { base, scenario } = stage();
    const { clientToken } = await scenario.owner.surface(scenario.owner.workspaceId, {
      allowedOrigins: [shop],
      theme: { accent: 'rgb(1, 2, 3)' },
      texts: { launcher: 'Ask us' },
    });
    const page = await visit({ body: scriptTag(base, clientToken) });
    const { launcher } = widgetOn(page);
    await expect.poll(() => launcher.innerText()).toBe('Ask us');
    expect(await launcher.getAttribute('aria-label')).toBe('Ask us');
    expect(await launcher.evaluate((button) => getComputedStyle(button).backgroundColor)).toBe('rgb(1, 2, 3)');
    expect(await page.locator('iframe').count()).toBe(0);

    const other = await visit({ body: scriptTag(base, clientToken, 'data-label="Chat"') });
    const color = () => widgetOn(other).launcher.evaluate((button) => getComputedStyle(button).backgroundColor);
    await expect.poll(color).toBe('rgb(1, 2, 3)');
    expect(await widgetOn(other).launcher.innerText()).toBe('Chat');
  });

  it('stands in the corner that the page names, as far from the edges, launcher and panel alike', async () => {
    const page = await visit({ body: await tag('data-anchor="top-left" data-offset-x="50" data-offset-y="30"') });
    const { launcher, dialog, frame } = widgetOn(page);
    expect(await launcher.boundingBox()).toMatchObject({ x: 50, y: 30 });
    await launcher.click();
    await see(frame.getByText('Loan amount'));
    // Below the launcher, which stays to be clicked.
    expect(await dialog.boundingBox()).toMatchObject({ x: 50, y: 30 + 68 });
    await launcher.click();
    await dialog.waitFor({ state: 'hidden' });
  });

  it('has the panel above the launcher at the right where it says nothing of corners', async () => {
    const page = await visit({ body: await tag() });
    const { launcher, dialog } = widgetOn(page);
    await launcher.click();
    await dialog.waitFor();
    const { x = 0, y = 0, width = 0, height = 0 } = (await dialog.boundingBox()) ?? {};
    expect([x + width, y + height]).toEqual([1280 - 20, 900 - 20 - 68]);
  });

  it('does not move what stands in its panel while the content comes', async () => {
    const page = await visit({ body: await tag() });
    const { launcher, dialog, frame } = widgetOn(page);
    await launcher.click();
    await dialog.waitFor();
    const empty = await dialog.boundingBox();
    await runLoan(frame);
    await seePayment(frame);
    expect(await dialog.boundingBox()).toEqual(empty);
  });

  it('tells listeners what callbacks hear, each apart from the others, until their signal or the widget ends', async () => {
    const { base } = stage();
    const page = await visit({
      ...mountedInline(base, (await options()) as Record<string, unknown>),
      script: `
        globalThis.heard = [];
        globalThis.ending = new AbortController();
        const { signal } = ending;
        globalThis.widget = MicroappWidget.mount({ ...${JSON.stringify(await options())}, mode: 'inline', target: '#place',
          onRunSuccess: ({ slug }) => heard.push('onRunSuccess ' + slug) });
        widget.on('ready', (handle) => heard.push('ready ' + (handle === widget)));
        widget.on('authOk', () => heard.push('authOk'));
        widget.on('runStart', () => { throw new Error('the page has a bug'); });
        widget.on('runSuccess', ({ slug }) => heard.push('runSuccess ' + slug), { signal });`,
    });
    const heard = (): Promise<string[]> => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
    const { frame } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    const first = ['ready true', 'authOk', 'runSuccess loan-calculator', 'onRunSuccess loan-calculator'];
    await expect.poll(heard).toEqual(first);
    await page.evaluate(() => (globalThis as unknown as { ending: AbortController }).ending.abort());
    await runLoan(frame, { principal: '1', rate: '1', years: '1' });
    await expect.poll(heard).toEqual([...first, 'onRunSuccess loan-calculator']);
  });

  it('has an inline widget once somebody comes near it, and starts nothing before', async () => {
    const { base } = stage();
    const page = await visit({
      body: `<div id="far"></div><div id="place"></div><script src="${base}/microapp-widget.js"></script>`,
      style: '#far { height: 4000px }',
      script: `globalThis.widget = MicroappWidget.mount({ ...${JSON.stringify(await options())}, mode: 'inline', target: '#place', load: 'visible' });`,
    });
    const { root, frame, iframe } = widgetOn(page, 'inline');
    await root.waitFor({ state: 'attached' });
    // The rest of the script is there, and has looked twice how far the place is.
    await root.locator('p').waitFor({ state: 'attached' });
    const state = await page.evaluate(async () => {
      for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
      return (globalThis as unknown as InPage).widget.state;
    });
    expect(state).toBe('idle');
    expect(await iframe.count()).toBe(0);
    await page.mouse.wheel(0, 4000);
    await runLoan(frame);
    await seePayment(frame);
  });

  it('opens, closes and toggles its widget, hears of each in turn, and ends it by its own signal', async () => {
    const { base } = stage();
    const page = await visit({
      body: `<script src="${base}/microapp-widget.js"></script>`,
      script: `
        globalThis.heard = [];
        globalThis.ending = new AbortController();
        globalThis.widget = MicroappWidget.mount({ ...${JSON.stringify(await options())}, signal: ending.signal,
          onReady: () => heard.push('ready'), onOpen: () => heard.push('open'), onClose: () => heard.push('close') });`,
    });
    const { dialog, frame } = widgetOn(page);
    const tell = (order: 'open' | 'close' | 'toggle'): Promise<void> =>
      page.evaluate((name) => (globalThis as unknown as InPage).widget[name](), order);
    const heard = (): Promise<string[]> => page.evaluate(() => (globalThis as unknown as InPage).heard);
    // Before anybody has shown interest there is nothing to close.
    await tell('close');
    expect(await page.locator('iframe').count()).toBe(0);

    await tell('toggle');
    await see(frame.getByText('Loan amount'));
    await expect.poll(heard).toEqual(['open', 'ready']);
    await tell('open');
    await tell('toggle');
    await dialog.waitFor({ state: 'hidden' });
    await tell('close');
    await tell('toggle');
    await dialog.waitFor();
    await tell('close');
    await expect.poll(heard).toEqual(['open', 'ready', 'close', 'open', 'close']);

    expect(await page.evaluate(endInPage)).toEqual({ state: 'unmounted', roots: 0 });
    // Nor does one begin that has ended before.
    expect(await page.evaluate(mountEnded, await options())).toEqual({ state: 'unmounted', roots: 0 });
    await tell('open');
    expect(await page.locator('iframe').count()).toBe(0);
    expect(await heard()).toHaveLength(5);
  });

  it('has two widgets of two keys in two corners, each with its own texts, and both work (H6)', async () => {
    const { base, scenario } = stage();
    const { owner } = scenario;
    const keyOf = async (run: string): Promise<string> =>
      (await owner.surface(owner.workspaceId, { allowedOrigins: [shop], texts: { run, launcher: run } })).clientToken;
    const [left, right] = [await keyOf('Reckon'), await keyOf('Compute')];
    const page = await visit({
      body: scriptTag(base, left, 'data-anchor="bottom-left" async') + scriptTag(base, right, 'async'),
    });
    const widgets = page.locator('microapp-floating');
    const of = (label: string) => {
      const root = widgets.filter({ has: page.getByRole('button', { name: label }) });
      return { launcher: root.getByRole('button', { name: label }), frame: root.locator('iframe').contentFrame() };
    };
    const [reckon, compute] = [of('Reckon'), of('Compute')];
    await see(reckon.launcher);
    await see(compute.launcher);
    expect(await widgets.count()).toBe(2);
    const [one, other] = [await reckon.launcher.boundingBox(), await compute.launcher.boundingBox()];
    expect([one?.x, (other?.x ?? 0) + (other?.width ?? 0)]).toEqual([20, 1280 - 20]);

    for (const [{ launcher, frame }, label] of [
      [reckon, 'Reckon'],
      [compute, 'Compute'],
    ] as const) {
      await launcher.click();
      await frame.getByLabel('Loan amount').fill('1000');
      await frame.getByRole('button', { name: label }).click();
      await see(frame.getByRole('heading', { name: 'Result', exact: true }));
    }
    // Opening the one does not close the other.
    expect(await page.getByRole('dialog').count()).toBe(2);
  });

  it('may ask for widgets long before the script is there, which then has them all, in order', async () => {
    const { base, site, newPage } = stage();
    const page = await newPage();
    let held: Route | undefined;
    await page.route(`${base}/embed.js`, (route) => void (held = route));
    const parts = {
      base,
      body: `<div id="place"></div><script src="${base}/embed.js" async></script>`,
      script: `
        globalThis.heard = [];
        if (!window.MicroappWidget?.mount)
          window.MicroappWidget = { q: [], mount: (options) => void MicroappWidget.q.push(options) };
        MicroappWidget.mount({ ...${JSON.stringify(await options())}, mode: 'inline', target: '#place',
          onReady: (handle) => heard.push('ready ' + handle.state) });
        MicroappWidget.mount({ ...${JSON.stringify(await options())}, label: 'Later' });`,
    };
    await page.goto(site(shop, strictSite(parts)), { waitUntil: 'domcontentloaded' });
    await expect.poll(() => held).toBeDefined();
    expect(await page.locator('microapp-inline, microapp-floating').count()).toBe(0);
    await held?.continue();
    const { frame } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    expect(await page.evaluate(() => (globalThis as unknown as InPage).heard)).toEqual(['ready ready']);
    await widgetOn(page).launcher.click();
    await see(widgetOn(page).frame.getByText('Loan amount'));
    expect(await widgetOn(page).launcher.innerText()).toBe('Later');
  });
});

type Handle = { state: string; open(): void; close(): void; toggle(): void };

/** What the pages here keep for their tests to look at. */
type InPage = {
  widget: Handle;
  ending: AbortController;
  heard: string[];
  MicroappWidget: { mount(options: object): Handle };
};

type Ended = { state: string; roots: number };

/** Runs in the page: what there is in the very turn in which its signal aborts. */
function endInPage(): Ended {
  const { widget, ending } = globalThis as unknown as InPage;
  ending.abort();
  return { state: widget.state, roots: document.querySelectorAll('microapp-floating').length };
}

/** Runs in the page. */
function mountEnded(options: object): Ended {
  const { MicroappWidget } = globalThis as unknown as InPage;
  const { state } = MicroappWidget.mount({ ...options, signal: AbortSignal.abort() });
  return { state, roots: document.querySelectorAll('microapp-floating').length };
}
