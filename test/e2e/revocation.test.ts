import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectStatus } from '../../packages/server/src/testing/scenario.ts';
import { mountedInline, scriptTag, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runButton, runLoan, seePayment, widgetOn, type Widget } from './stage/widget.ts';

const shop = 'shop.example.test';

describeOnStage('a widget that is open', (stage) => {
  async function runCount(): Promise<number> {
    return (await stage().scenario.database.admin.query('select id from runs')).length;
  }

  /** The next run is refused, visibly; trying again, and a new page, change nothing. */
  async function expectEnd(page: Page, { frame }: Widget, statuses: readonly number[]): Promise<void> {
    const before = await runCount();
    await frame.getByLabel('Loan amount').fill('123456');
    await runButton(frame).click();
    const notice = frame.getByRole('alert').getByText('This tool is not available on this page');
    await notice.waitFor();
    await frame.getByRole('button', { name: 'Try again' }).click();
    await notice.waitFor();
    expect(statuses).toContain(401);
    expect(statuses.slice(1)).not.toContain(200);
    expect(await runCount()).toBe(before);
    // What the visitor typed is not lost with it.
    expect(await frame.getByLabel('Loan amount').inputValue()).toMatch(/123,?456/);
    await page.reload();
  }

  it("is refused on the next run after its surface's client token was rotated, and there is no way back (R24)", async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const surface = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
    const page = await newPage();
    const statuses = runStatuses(page);
    await page.goto(site(shop, strictSite({ base, body: scriptTag(base, surface.clientToken) })));
    const widget = widgetOn(page);
    await widget.launcher.click();
    await runLoan(widget.frame);
    await seePayment(widget.frame);

    const rotated = await expectStatus(
      owner.ask({ method: 'POST', url: `/v1/surfaces/${surface.id}/rotate-token` }),
      200,
    );
    await expectEnd(page, widget, statuses);
    await widget.launcher.click();
    await widget.dialog.getByRole('alert').waitFor();

    // The new snippet is the way on.
    await page.goto(site(shop, strictSite({ base, body: scriptTag(base, rotated.body.clientToken) })));
    await widget.launcher.click();
    await runLoan(widget.frame);
    await seePayment(widget.frame);
  });

  it.each([
    ['revoked', 'DELETE', '', 204],
    ['rotated', 'POST', '/rotate', 200],
  ] as const)(
    'is refused on the next run after its embed token was %s, and there is no way back (R24)',
    async (_, method, path, status) => {
      const { base, site, newPage, scenario } = stage();
      const { owner } = scenario;
      const { id, token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
      const page = await newPage();
      const statuses = runStatuses(page);
      await page.goto(site(shop, strictSite(mountedInline(base, { mtok, toolSlug: 'loan-calculator' }))));
      const widget = widgetOn(page, 'inline');
      await runLoan(widget.frame);
      await seePayment(widget.frame);

      await expectStatus(owner.ask({ method, url: `/v1/embed-tokens/${id}${path}` }), status);
      await expectEnd(page, widget, statuses);
      await widget.frame.getByRole('alert').getByText('This tool is not available on this page').waitFor();
    },
  );
});

/** Statuses of the answers to runs, as the browser gets them. */
function runStatuses(page: Page): number[] {
  const statuses: number[] = [];
  page.on('response', (answer) => new URL(answer.url()).pathname.endsWith('/run') && statuses.push(answer.status()));
  return statuses;
}
