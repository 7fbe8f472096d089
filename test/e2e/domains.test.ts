import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectStatus } from '../../packages/server/src/testing/scenario.ts';
import { findings } from './stage/findings.ts';
import { laxSite, mountedInline, scriptTag, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';
const evil = 'evil.example.test';

/** Our lines of the console, as a developer sees them. */
function microappLines(page: Page): string[] {
  const lines: string[] = [];
  page.on('console', (message) => message.text().startsWith('Microapp:') && lines.push(message.text()));
  return lines;
}

describeOnStage('a page on a domain that is not listed', (stage) => {
  it('gets no session by the script tag: it says so visibly, and once in the console with the domain (R9, R10, R24, R25, M22)', async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const surface = await owner.surface(owner.workspaceId, { name: 'Shop chat', allowedOrigins: [shop] });
    const origin = site(evil, strictSite({ base, body: scriptTag(base, surface.clientToken) }));
    const page = await newPage();
    const lines = microappLines(page);
    const statuses: number[] = [];
    page.on('response', (answer) => answer.url().endsWith('/v1/embed/sessions') && statuses.push(answer.status()));
    await page.goto(origin);
    const { launcher, dialog, iframe, frame } = widgetOn(page);
    await launcher.click();
    await dialog.getByRole('alert').waitFor();
    expect(await iframe.count()).toBe(0);
    expect(statuses).toContain(403);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toBe(
      `Microapp: ${origin} is not an allowed origin of surface "Shop chat". Add it under Auth > Allowed origins.`,
    );
    expect(lines[0]).not.toContain(surface.clientToken);

    // Adding the domain works at once: the visitor's own retry is enough.
    const change = {
      method: 'PATCH',
      url: `/v1/surfaces/${surface.id}`,
      body: { allowedOrigins: [shop, evil] },
    } as const;
    await expectStatus(owner.ask(change), 200);
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await runLoan(frame);
    await seePayment(frame);
  });

  it('gets no session by a token: the exchange refuses, the frame says so, and the console names the domain (R9, R10, R24, R25, M22, K24)', async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const { token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
    const before = await scenario.database.admin.query('select id from runs');
    const origin = site(evil, strictSite(mountedInline(base, { mtok, toolSlug: 'loan-calculator' })));
    const page = await newPage();
    const lines = microappLines(page);
    await page.goto(origin);
    const { frame } = widgetOn(page, 'inline');
    await frame.getByRole('alert').getByText('This tool is not available on this page').waitFor();
    await expect.poll(() => lines).toHaveLength(1);
    expect(lines[0]).toContain(`${origin} is not an allowed origin`);
    expect(lines[0]).not.toContain(mtok);
    expect(await scenario.database.admin.query('select origin from embed_tickets')).toEqual([]);
    expect(await scenario.database.admin.query('select id from runs')).toEqual(before);
    expect(await frame.getByText(origin).count()).toBe(0);

    // On the computer of whoever writes the page, its visitor is the developer, who reads the line in the widget, too.
    const own = site('localhost', strictSite(mountedInline(base, { mtok, toolSlug: 'loan-calculator' })));
    await page.goto(own);
    await frame.getByText(`${own} is not an allowed origin here. Add it under Auth > Allowed origins.`).waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it("may not show a surface's frame, or a token's: the browser refuses them (R9, M22, K24)", async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const surface = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
    const token = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
    const addresses = [
      `${base}/embed/surfaces/${surface.id}`,
      `${base}/embed/apps/loan-calculator?for=${token.id}`,
      `${base}/embed/apps/loan-calculator?for=${surface.id}`,
    ];
    const body = addresses.map((address) => `<iframe src="${address}"></iframe>`).join('');
    const expectShown = async (host: string, expected: readonly string[]): Promise<void> => {
      const page = await newPage();
      await page.goto(site(host, laxSite({ base, body })), { waitUntil: 'load' });
      const shown = (): string[] =>
        page
          .mainFrame()
          .childFrames()
          .map((frame) => frame.url());
      await expect.poll(shown).toEqual(expected);
    };
    await expectShown(shop, addresses);
    await expectShown(
      evil,
      addresses.map(() => 'chrome-error://chromewebdata/'),
    );
  });

  it('is told what is wrong when the browser refuses the frame: visibly, and once in the console (R24)', async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const { id: tokenId, token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
    const options = { mtok, tokenId, toolSlug: 'loan-calculator', timeoutMs: 1500 };
    const origin = site(evil, strictSite(mountedInline(base, options)));
    const page = await newPage();
    const lines = microappLines(page);
    await page.goto(origin);
    const { root } = widgetOn(page, 'inline');
    await root.getByRole('alert').waitFor();
    await root.getByRole('button', { name: 'Try again' }).waitFor();
    await expect.poll(() => lines).toHaveLength(1);
    expect(lines[0]).toContain(`${origin} is not an allowed origin`);
    expect(lines[0]).not.toContain(mtok);
  });

  it('is a page between a listed one and the frame, too: every page around the frame must be listed (M22)', async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const surface = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
    const listed = site(shop, laxSite({ base, body: `<iframe src="${base}/embed/surfaces/${surface.id}"></iframe>` }));
    const page = await newPage();
    await page.goto(site(evil, laxSite({ base, body: `<iframe src="${listed}"></iframe>` })), { waitUntil: 'load' });
    await expect.poll(() => page.frames().map((frame) => frame.url())).toContain('chrome-error://chromewebdata/');
    expect(page.frames().some((frame) => frame.url().startsWith(base))).toBe(false);
  });
});
