import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { mountedInline, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';

const shop = 'shop.example.test';
const evil = 'evil.example.test';

type Diagnosis = { code: string; message: string };

describeOnStage('diagnose() on a page', (stage) => {
  /** A page with a modal widget, which nobody opens. */
  async function visit(host: string, options: object, before?: (page: Page) => Promise<unknown>): Promise<Page> {
    const { base, site, newPage } = stage();
    const page = await newPage();
    await before?.(page);
    await page.goto(site(host, strictSite(mountedInline(base, { mode: 'modal', target: undefined, ...options }))));
    return page;
  }

  function diagnose(page: Page): Promise<Diagnosis> {
    type Widget = { diagnose(): Promise<Diagnosis> };
    return page.evaluate(() => (globalThis as unknown as { widget: Widget }).widget.diagnose());
  }

  async function surface(): Promise<{ id: string; clientToken: string }> {
    const { owner } = stage().scenario;
    return owner.surface(owner.workspaceId, { name: 'Shop chat', allowedOrigins: [shop] });
  }

  it('goes as far as a session without starting the widget, answers ok as often as it is asked, and leaves no frame', async () => {
    const { clientToken } = await surface();
    const page = await visit(shop, { embedKey: clientToken });
    for (let time = 0; time < 2; time++) {
      expect(await diagnose(page)).toEqual({ code: 'ok', message: 'Works.', text: 'Works.' });
      expect(await page.locator('iframe').count()).toBe(0);
    }
    expect(await page.locator('microapp-modal').getByRole('dialog').count()).toBe(0);
    expect(await page.evaluate(() => (globalThis as unknown as { widget: { state: string } }).widget.state)).toBe(
      'idle',
    );
  });

  it('names the origin that is not allowed and where it is added, and is ok once it is (R24, R25)', async () => {
    const { base, scenario } = stage();
    const { id, clientToken } = await surface();
    const page = await visit(evil, { embedKey: clientToken });
    const { origin } = new URL(page.url());
    expect(base).not.toContain(origin);
    const text = `${origin} is not an allowed origin of surface "Shop chat".`;
    const mend = 'Add it under Auth > Allowed origins.';
    expect(await diagnose(page)).toEqual({
      code: 'origin_not_allowed',
      message: `${text} ${mend}`,
      text,
      mend,
      origin,
    });
    await scenario.owner.ask({
      method: 'PATCH',
      url: `/v1/surfaces/${id}`,
      body: { allowedOrigins: [shop, evil] },
    });
    expect(await diagnose(page)).toMatchObject({ code: 'ok' });
  });

  it('names an owner key in the page without repeating it, and sends it to nobody (K23, M10)', async () => {
    const asked: string[] = [];
    const page = await visit(shop, { embedKey: 'mk_abcdefghijklmnopqrstuvwxyz' }, async (opened) => {
      opened.on('request', (request) => asked.push(request.url()));
    });
    const { code, message } = await diagnose(page);
    expect(code).toBe('bad_options');
    expect(message).toContain('An owner key is in this page');
    expect(message).toContain('Revoke it now.');
    expect(message).not.toContain('abcdef');
    // All that was asked for is what explains it.
    const { base } = stage();
    expect(asked.filter((url) => url.startsWith(base))).toEqual([
      `${base}/microapp-widget.js`,
      expect.stringMatching(/\/embed\/assets\/diagnosis-[\w-]+\.js$/),
    ]);
  });

  it('names a script that does not arrive, and a call that something on the way refuses', async () => {
    const { clientToken } = await surface();
    const noScript = await visit(shop, { embedKey: clientToken }, (page) =>
      page.route('**/embed/assets/runtime-*', (route) => route.abort()),
    );
    expect(await diagnose(noScript)).toMatchObject({ code: 'script_blocked' });
    const noCall = await visit(shop, { embedKey: clientToken }, (page) =>
      page.route('**/v1/embed/sessions', (route) => route.abort()),
    );
    expect(await diagnose(noCall)).toMatchObject({ code: 'blocked_by_client' });
  });
});
