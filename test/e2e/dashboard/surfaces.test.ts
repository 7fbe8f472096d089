import type { FrameLocator, Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startEchoModel } from '../../../packages/server/src/echo-model/server.ts';
import { systemClock } from '../../../packages/server/src/platform/clock.ts';
import { plainPngOf, pngOf } from '../../../packages/server/src/testing/pictures.ts';
import { expectStatus } from '../../../packages/server/src/testing/scenario.ts';
import { findings } from '../stage/findings.ts';
import { laxSite, scriptTag, strictSite } from '../stage/sites.ts';
import { describeOnStage, type Stage } from '../stage/stage.ts';
import { runButton, runLoan, see, seePayment, widgetOn } from '../stage/widget.ts';
import { clipboardOf, openDashboard } from './dashboard.ts';

const shop = 'shop.example.test';

async function surfaceOf(stage: Stage, fields: Record<string, unknown> = {}) {
  const { owner } = stage.scenario;
  const surface = await owner.surface(owner.workspaceId, { name: 'Shop footer', allowedOrigins: [], ...fields });
  return { ...surface, path: `/surfaces/${surface.id}` };
}

/** A visitor's page at `host` with this in its body. */
async function visit(stage: Stage, host: string, body: string): Promise<Page> {
  const page = await stage.newPage();
  await page.goto(stage.site(host, laxSite({ base: stage.base, body })));
  return page;
}

/** Opens the widget, and waits until it is refused a session. */
async function seeRefusal(page: Page): Promise<void> {
  const { launcher, root } = widgetOn(page);
  await launcher.click();
  await see(root.getByRole('alert'));
}

async function seeForm(page: Page): Promise<void> {
  const { launcher, frame } = widgetOn(page);
  await launcher.click();
  await see(runButton(frame));
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await see(page.getByText('Saved. The list holds from the next request.').first());
}

const field = (page: Page) => page.getByRole('textbox', { name: 'Allowed Origins' });
const list = (page: Page) => page.getByRole('list', { name: 'Allowed Origins' });
const storedOrigins = async (stage: Stage, id: string): Promise<string[]> =>
  (await stage.scenario.owner.ask({ url: `/v1/surfaces/${id}` })).body.allowedOrigins;

describeOnStage('the screens of a surface', (stage) => {
  it('under Auth, Allowed Origins takes bare hosts; what is not saved has no effect, and Save lets the website in at once (R7, R8, R28)', async () => {
    const surface = await surfaceOf(stage());
    const visitor = await visit(stage(), shop, scriptTag(stage().base, surface.clientToken));
    await seeRefusal(visitor);

    const page = await openDashboard(stage(), '/surfaces');
    await page.getByRole('link', { name: 'Shop footer' }).first().click();
    await page.getByRole('tab', { name: 'Auth' }).click();
    await field(page).fill(`${shop} www.${shop}, app.${shop}`);
    await field(page).press('Enter');
    await see(list(page).getByText('Not saved yet').first());
    await see(page.getByText('Not saved yet: your changes have no effect.'));
    expect(await storedOrigins(stage(), surface.id)).toEqual([]);
    await visitor.reload();
    await seeRefusal(visitor);

    await save(page);
    expect(await storedOrigins(stage(), surface.id)).toEqual([shop, `www.${shop}`, `app.${shop}`]);
    await visitor.reload();
    await seeForm(visitor);

    await page.getByRole('button', { name: `Remove ${shop}`, exact: true }).click();
    await page.getByRole('tab', { name: 'Limits' }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await see(list(page).getByText(shop, { exact: true }));
    await page.getByRole('button', { name: `Remove ${shop}`, exact: true }).click();
    await save(page);
    await visitor.reload();
    await seeRefusal(visitor);
  });

  it('entries are judged while they are typed: typos stay out, www and without are told apart, and “*” is for development only (R14, R18, R19, R26, R27)', async () => {
    const surface = await surfaceOf(stage());
    const page = await openDashboard(stage(), `${surface.path}/auth`);
    for (const [typed, said] of [
      ['https://shop.example/basket', 'Did you mean "shop.example"?'],
      ['my_shop.example', 'has an underscore'],
      ['[::1]:3000', 'is an IPv6 address'],
      ['shop..example', 'is not a host name'],
      ['*', 'is for development only'],
    ] as const) {
      await field(page).fill(typed);
      await see(page.getByText(said).first());
      await field(page).press('Enter');
      expect(await field(page).inputValue()).toBe(typed);
    }
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await see(page.getByText('Nothing is saved yet'));
    expect(await storedOrigins(stage(), surface.id)).toEqual([]);

    await field(page).fill('shop.example localhost:3000');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await see(list(page).getByText('www.shop.example is another host.'));
    await see(list(page).getByText('belong on a development surface'));
    await page.getByText('Development', { exact: true }).click();
    await list(page).getByText('belong on a development surface').waitFor({ state: 'detached' });
    await field(page).fill('*');
    await field(page).press('Enter');
    await see(list(page).getByText('For testing only.'));
    await save(page);
    expect(await storedOrigins(stage(), surface.id)).toEqual(['shop.example', 'localhost:3000', '*']);

    await page.getByText('Production', { exact: true }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await see(list(page).getByRole('alert').getByText('for development only'));
    expect(await storedOrigins(stage(), surface.id)).toContain('*');
  });

  it('Rotate Token asks first, shows the new snippet, and from then on the page with the old one is refused (R29, R30, R31)', async () => {
    const surface = await surfaceOf(stage(), { allowedOrigins: [shop] });
    const visitor = await visit(stage(), shop, scriptTag(stage().base, surface.clientToken));
    await seeForm(visitor);
    await runLoan(widgetOn(visitor).frame);
    await seePayment(widgetOn(visitor).frame);

    const page = await openDashboard(stage(), `${surface.path}/auth`);
    const rotate = page.getByRole('region', { name: 'Client token', exact: true }).getByRole('button', {
      name: 'Rotate Token',
    });
    const question = page.getByRole('dialog', { name: 'Rotate the client token of “Shop footer”?' });
    await rotate.click();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'hidden' });
    await see(page.getByText(surface.clientToken));

    await rotate.click();
    await question.getByRole('button', { name: 'Rotate Token' }).click();
    const shown = page.getByRole('dialog', { name: 'The token is rotated' });
    const snippet = (await shown.getByRole('region', { name: 'New script tag' }).textContent()) ?? '';
    expect(snippet).toMatch(/data-embed-key="wk_pub_\w+"/);
    expect(snippet).not.toContain(surface.clientToken);

    // The open session is dead, too, not only the next page.
    await runButton(widgetOn(visitor).frame).click();
    await see(widgetOn(visitor).frame.getByRole('alert').first());
    await visitor.reload();
    await seeRefusal(visitor);

    const renewed = await visit(stage(), shop, snippet);
    await seeForm(renewed);
    await shown.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('tab', { name: 'Embed' }).click();
    expect(await page.getByRole('region', { name: 'Script tag', exact: true }).textContent()).toBe(snippet);
  });

  it('the snippet is complete: copied and pasted into the footer of the page, it works as it stands (R6, K22, H3)', async () => {
    const surface = await surfaceOf(stage(), { allowedOrigins: [shop] });
    const page = await openDashboard(stage(), surface.path);
    await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
    await see(page.getByRole('button', { name: 'Copied' }));
    const visitor = await visit(stage(), shop, `<footer>${await clipboardOf(page)}</footer>`);
    await seeForm(visitor);

    for (const [way, code] of [
      ['React', `embedKey="${surface.clientToken}"`],
      ['Server', 'process.env.MICROAPP_EMBED_TOKEN'],
    ] as const) {
      await page.getByRole('tab', { name: way }).click();
      await see(page.getByText(code).first());
    }
  });

  it('the iframe is complete, too: pasted into a page that runs no script it works there, and the token’s end is its end (K31, K39)', async () => {
    const { owner } = stage().scenario;
    const { id: workspaceId } = await owner.workspace();
    const surface = await owner.surface(workspaceId, { name: 'Without a script', allowedOrigins: [] });
    await owner.embedToken(workspaceId, { label: 'Backend', use: 'server' });
    const page = await openDashboard(stage(), `/surfaces/${surface.id}?as=iframe`);
    await see(page.getByText('This customer has no embed token for loan-calculator that works in an iframe.'));
    expect(await page.getByRole('link', { name: 'Create one' }).getAttribute('href')).toBe(
      `/customers/${workspaceId}/embed-urls`,
    );

    const token = await owner.embedToken(workspaceId, { label: 'Partner', use: 'iframe', allowedOrigins: [shop] });
    await page.reload();
    await page.getByRole('button', { name: 'Make the iframe' }).click();
    await see(page.getByText('The URL is copied.'));
    expect(await findings(page)).toEqual([]);
    const code = (await page.getByRole('region', { name: 'Iframe' }).textContent()) ?? '';
    expect(code).not.toContain(token.token);

    const host = { base: stage().base, body: code };
    const visitor = await stage().newPage();
    await visitor.goto(stage().site(shop, strictSite(host)));
    await runLoan(visitor.frameLocator('iframe'));
    await seePayment(visitor.frameLocator('iframe'));
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${token.id}` }), 204);
    const document = visitor.waitForResponse((response) => response.url().includes('/embed/apps/'));
    await visitor.reload();
    expect((await document).status()).toBe(404);
  });

  it('development and production are two surfaces with a list each: neither’s token works on the other’s domains (R16, R17, R20)', async () => {
    const { base, scenario, sitePort } = stage();
    const local = `localhost:${sitePort}`;
    const live = await surfaceOf(stage(), { name: 'Live shop', allowedOrigins: [shop] });
    const page = await openDashboard(stage(), `${live.path}/auth`);
    await page.getByRole('link', { name: 'Make one for development' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Local shop');
    await page.getByRole('combobox', { name: 'Apps' }).click();
    await page.getByRole('option', { name: 'Loan calculator' }).click();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('checkbox', { name: 'Run tools' }).isChecked()).toBe(true);
    await field(page).fill(local);
    // What is begun is not lost by a link.
    await page.getByRole('link', { name: 'Surfaces', exact: true }).first().click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Cancel' }).click();
    expect(await field(page).inputValue()).toBe(local);
    await page.getByRole('button', { name: 'Create surface' }).click();
    await see(page.getByRole('heading', { name: 'Local shop' }));

    const all = await scenario.owner.ask({ url: '/v1/surfaces' });
    const made = all.body.data.find(({ name }: { name: string }) => name === 'Local shop');
    expect(made).toMatchObject({
      environment: 'development',
      allowedOrigins: [local],
      permissions: ['tool:run'],
      workspaceId: scenario.owner.workspaceId,
    });
    expect(await storedOrigins(stage(), live.id)).toEqual([shop]);

    await seeForm(await visit(stage(), 'localhost', scriptTag(base, made.clientToken)));
    await seeForm(await visit(stage(), shop, scriptTag(base, live.clientToken)));
    await seeRefusal(await visit(stage(), 'localhost', scriptTag(base, live.clientToken)));
    await seeRefusal(await visit(stage(), shop, scriptTag(base, made.clientToken)));
  });

  it('says what a client token is, that it is no API key, and where those are (R33, R35, R40)', async () => {
    const surface = await surfaceOf(stage());
    const page = await openDashboard(stage(), `${surface.path}/auth`);
    const section = page.getByRole('region', { name: 'Client tokens are not API keys' });
    await see(section.getByText('is public. It stands in the website, works on the allowed origins only'));
    await see(section.getByText('An API key is secret and belongs on a server.'));
    await see(section.getByText('For an API surface use an API key, never a client token.'));
    await see(page.getByRole('link', { name: 'Make one for development' }));
    expect(await section.getByRole('link', { name: 'API keys' }).getAttribute('href')).toBe('/developers/api-keys');
    await see(page.getByText(surface.clientToken));
  });

  it('Appearance shows the real widget with what is not saved, its logo too, corrects contrast, and visitors get it after Save', async () => {
    const surface = await surfaceOf(stage(), { allowedOrigins: [shop] });
    const page = await openDashboard(stage(), `${surface.path}/appearance`);
    const preview = page.frameLocator('iframe[title="Preview of Shop footer"]');
    const colorOfRun = (): Promise<string> =>
      runButton(preview).evaluate((button) => getComputedStyle(button).backgroundColor);
    await see(runButton(preview));
    await page.getByRole('textbox', { name: 'Accent', exact: true }).fill('#0a7d4f');
    await expect.poll(colorOfRun).toBe('rgb(10, 125, 79)');
    await runLoan(preview);
    await seePayment(preview);

    await page.getByRole('textbox', { name: 'Text', exact: true }).fill('#aaaaaa');
    const contrast = page.getByRole('region', { name: 'Contrast' });
    await see(contrast.getByText('Text on background: 2.3:1, hard to read.'));
    await contrast
      .getByRole('button', { name: /^Use #/ })
      .first()
      .click();
    await see(contrast.getByText(/Text on background: 4\.[5-9]:1$/));

    await page.getByRole('radiogroup', { name: 'Scheme of the preview' }).getByText('Dark').click();
    await expect
      .poll(() => preview.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor))
      .toBe('rgb(17, 17, 19)');

    const chooser = page.getByRole('group', { name: 'Logo', exact: true }).locator('xpath=..').locator('input').first();
    const svg = { name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') };
    await chooser.setInputFiles(svg);
    await see(page.getByText('An SVG can carry scripts. Export it as a PNG, 80 pixels high.'));
    await chooser.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: pngOf(120, 40) });
    await page.getByRole('textbox', { name: 'Text in place of the logo' }).fill('Acme');
    const logo = (frame: FrameLocator) => frame.getByRole('img', { name: 'Acme' });
    const widthOf = (picture: Locator): Promise<number> =>
      picture.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0));
    await expect.poll(() => widthOf(logo(preview))).toBe(120);

    const visitor = await visit(stage(), shop, scriptTag(stage().base, surface.clientToken));
    await seeForm(visitor);
    expect(await logo(widgetOn(visitor).frame).count()).toBe(0);
    const colorSeen = (): Promise<string> =>
      runButton(widgetOn(visitor).frame).evaluate((button) => getComputedStyle(button).backgroundColor);
    expect(await colorSeen()).toBe('rgb(91, 91, 214)');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await see(page.getByText('Saved.').first());
    await visitor.reload();
    await seeForm(visitor);
    expect(await colorSeen()).toBe('rgb(10, 125, 79)');
    await expect.poll(() => widthOf(logo(widgetOn(visitor).frame))).toBe(120);

    // The launcher beside the preview is the one that visitors see.
    const look = (launcher: Locator): Promise<unknown> =>
      launcher.evaluate((button) => {
        const { backgroundColor, color, height, borderRadius, font } = getComputedStyle(button);
        return { backgroundColor, color, height, borderRadius, font };
      });
    await page.getByRole('radiogroup', { name: 'Scheme of the preview' }).getByText('Light').click();
    await expect
      .poll(() => look(page.locator('microapp-floating button')))
      .toEqual(await look(widgetOn(visitor).launcher));

    await page.getByRole('button', { name: 'Remove logo', exact: true }).click();
    await logo(preview).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect
      .poll(async () => (await stage().scenario.owner.ask({ url: `/v1${surface.path}` })).body.logos.light)
      .toBe(null);
    await visitor.reload();
    await seeForm(visitor);
    expect(await logo(widgetOn(visitor).frame).count()).toBe(0);

    // Of two pictures the second is refused: the first is saved, and not sent again with the second try.
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PUT') sent.push(new URL(request.url()).pathname.split('/').at(-1) ?? '');
    });
    await chooser.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: pngOf(120, 40) });
    await page
      .getByRole('group', { name: 'Logo for dark', exact: true })
      .locator('xpath=..')
      .locator('input')
      .first()
      .setInputFiles({ name: 'dark.png', mimeType: 'image/png', buffer: pngOf(100, 40) });
    await page.route('**/logos/dark', (route) => route.abort());
    const save = page.getByRole('button', { name: 'Save', exact: true });
    await save.click();
    await see(page.getByText('The server cannot be reached.'));
    await page.unroute('**/logos/dark');
    await save.click();
    await expect.poll(() => sent).toEqual(['light', 'dark', 'dark']);
  });

  it('a theme is suggested from the colors of a logo and of the website, once the server may reach it, and used with one click; a model refines it once there is a provider key', async () => {
    const { base, scenario, site, sitePort } = stage();
    const surface = await surfaceOf(stage());
    site('127.0.0.1', laxSite({ base, head: '<meta name="theme-color" content="#c2410c">' }));
    const page = await openDashboard(stage(), `${surface.path}/appearance`);
    const chooser = page.getByRole('region', { name: /^Suggest from/ }).locator('input[type=file]');
    await chooser.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await see(page.getByRole('region', { name: /^Suggest from/ }).locator('[class*=Input-error], [role=alert]'));
    const picture = plainPngOf(80, 40, [0x0a, 0x7d, 0x4f]);
    await chooser.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: picture });
    await page.getByRole('button', { name: 'Use Main color', exact: true }).click();
    // Near to it: pixels of nearly one color count as one.
    expect(await page.getByRole('textbox', { name: 'Accent', exact: true }).inputValue()).toMatch(/^#0.7.4.$/);

    await page.getByRole('textbox', { name: 'Website' }).fill(`http://127.0.0.1:${sitePort}`);
    await page.getByRole('button', { name: 'Suggest themes' }).click();
    await see(page.getByText('leads to a private address'));

    scenario.app.allowOutbound(`127.0.0.1:${sitePort}`);
    await page.getByRole('button', { name: 'Suggest themes' }).click();
    await page.getByRole('button', { name: 'Use Main color', exact: true }).click();
    const accent = page.getByRole('textbox', { name: 'Accent', exact: true });
    expect(await accent.inputValue()).toBe('#c2410c');
    await see(page.getByText('Not saved yet: your changes have no effect.'));

    const refine = page.getByRole('button', { name: 'Refine with AI' });
    expect(await refine.isDisabled()).toBe(true);
    await see(page.getByRole('link', { name: 'Add one under Provider keys' }));
    const echo = await startEchoModel({ clock: systemClock });
    try {
      const key = { provider: 'openai-compatible', key: 'sk-of-this-test', baseUrl: `${echo.url}/v1` };
      const body = { ...key, defaultModel: 'echo-429' };
      const { body: added } = await scenario.owner.ask({ method: 'POST', url: '/v1/provider-keys', body });
      await page.getByRole('button', { name: 'Suggest themes' }).click();
      await page.getByRole('textbox', { name: 'Wish' }).fill('calmer');
      scenario.app.allowOutbound(new URL(echo.url).host);
      await refine.click();
      const failure = page.getByRole('alert').filter({ hasText: 'could not refine the theme: it answered with 429' });
      await see(failure);
      await see(page.getByRole('button', { name: 'Use Main color', exact: true }));

      const change = { method: 'PATCH', url: `/v1/provider-keys/${added.id}`, body: { defaultModel: 'echo' } } as const;
      await scenario.owner.ask(change);
      await accent.fill('#000000');
      await failure.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('button', { name: /^Use Colors: / }).click();
      expect(await accent.inputValue()).toBe('#c2410c');
      expect(echo.seen.at(-1)?.prompt).toContain('Wish: calmer');
      expect(await findings(page)).toEqual([]);
    } finally {
      await echo.close();
    }
  });

  it('a page that was refused is shown, and joins the list by one click and Save', async () => {
    const surface = await surfaceOf(stage());
    const { base, site, newPage, scenario } = stage();
    const visitor = await newPage();
    await visitor.goto(site(`www.${shop}`, laxSite({ base, body: scriptTag(base, surface.clientToken) })));
    await widgetOn(visitor).launcher.click();
    await see(visitor.getByRole('alert'));
    await scenario.flush();
    const page = await openDashboard(stage(), surface.path);
    await see(page.getByText(new RegExp(`http://www.${shop}(:\\d+)? tried`)));
    await page.getByRole('button', { name: new RegExp(`Add http://www.${shop}`) }).click();
    await see(list(page).getByText('Not saved yet'));
    expect(await storedOrigins(stage(), surface.id)).toEqual([]);
    await save(page);
    expect(await storedOrigins(stage(), surface.id)).toEqual([`www.${shop}:${stage().sitePort}`]);
  });

  it('limits are set and taken away, and a surface is deleted only by its name', async () => {
    const surface = await surfaceOf(stage(), { name: 'To be deleted' });
    const page = await openDashboard(stage(), `${surface.path}/limits`);
    await page.getByLabel('Runs per day').fill('250');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await see(page.getByText('of 250'));
    const read = () => stage().scenario.owner.ask({ url: `/v1/surfaces/${surface.id}` });
    expect((await read()).body.limits).toEqual({ runsPerDay: 250 });

    await page.getByRole('tab', { name: 'Settings' }).click();
    // A colleague is at it, too: what one does not touch is not put back.
    await page.getByRole('textbox', { name: 'Name' }).fill('Soon to be deleted');
    const apps = ['product-description'];
    const theirs = { method: 'PATCH', url: `/v1/surfaces/${surface.id}`, body: { apps } } as const;
    await expectStatus(stage().scenario.owner.ask(theirs), 200);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await see(page.getByText('Saved.').first());
    expect((await read()).body).toMatchObject({ name: 'Soon to be deleted', apps });
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Delete surface' }).click();
    const question = page.getByRole('dialog', { name: 'Delete “Soon to be deleted”?' });
    const sure = question.getByRole('button', { name: 'Delete surface' });
    expect(await sure.isDisabled()).toBe(true);
    await question.getByRole('textbox').fill('Soon to be deleted');
    await sure.click();
    await see(page.getByRole('heading', { name: 'Surfaces' }));
    expect((await read()).status).toBe(404);
  });
});
