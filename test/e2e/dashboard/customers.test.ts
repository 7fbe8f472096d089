import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { pngOf } from '../../../packages/server/src/testing/pictures.ts';
import { expectStatus } from '../../../packages/server/src/testing/scenario.ts';
import { laxSite, mountedInline, scriptTag } from '../stage/sites.ts';
import { describeOnStage } from '../stage/stage.ts';
import { runButton, runLoan, see, seePayment, widgetOn } from '../stage/widget.ts';
import { openDashboard } from './dashboard.ts';

const shop = 'shop.example.test';

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await see(page.getByText('Saved.').last());
  await page.getByText('Not saved yet').waitFor({ state: 'detached' });
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click();
  await see(page.getByRole('tab', { name, selected: true }));
}

/** Answers a question with its own verb. */
async function confirm(page: Page, title: string, verb: string): Promise<void> {
  const question = page.getByRole('dialog', { name: title });
  await question.getByRole('button', { name: verb }).click();
  await question.waitFor({ state: 'hidden' });
}

describeOnStage('a customer', (stage) => {
  it('is made by its name, changed, limited, switched off by feature and as a whole and on again; its visitors feel each on the next request, and what is not saved never', async () => {
    const { base, newPage, scenario, site } = stage();
    const { owner } = scenario;
    const page = await openDashboard(stage(), '/customers');
    await page.getByRole('button', { name: 'New customer' }).click();
    const dialog = page.getByRole('dialog', { name: 'New customer' });
    await dialog.getByLabel('Name').fill('  ');
    await dialog.getByRole('button', { name: 'Create customer' }).click();
    await see(dialog.getByText('Give the customer a name.'));
    await dialog.getByLabel('Name').fill('Nordwind');
    // A stray click beside it costs nothing.
    await page.mouse.click(5, 5);
    await dialog.getByRole('button', { name: 'Create customer' }).click();
    await see(page.getByRole('heading', { name: 'Nordwind' }));
    const id = new URL(page.url()).pathname.split('/')[2] ?? '';
    const stored = async () => (await owner.ask({ url: `/v1/workspaces/${id}` })).body;
    expect(await stored()).toMatchObject({ name: 'Nordwind', features: ['tool:run'], portalEnabled: true });

    await page.getByLabel('Name').fill('Nordwind ');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(() => page.getByLabel('Name').inputValue()).toBe('Nordwind');
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.getByLabel('Name').fill('Northwind');
    // A colleague is at it, too: what one does not touch is not put back.
    await expectStatus(
      owner.ask({ method: 'PATCH', url: `/v1/workspaces/${id}`, body: { portalEnabled: false } }),
      200,
    );
    await page.getByLabel('Attributes').fill('{"plan": gold}');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await see(page.getByText('This is no JSON object.'));
    await page.getByLabel('Attributes').fill('{"plan": "gold"}');
    await page.getByLabel('Allowed origins of embed tokens').fill('https://shop.example.test/path');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await see(page.locator('textarea[aria-invalid=true]'));
    await page.getByLabel('Allowed origins of embed tokens').fill(shop);
    expect((await stored()).name).toBe('Nordwind');
    await save(page);
    await see(page.getByRole('heading', { name: 'Northwind' }));
    expect(await stored()).toMatchObject({ name: 'Northwind', allowedOrigins: [shop], attributes: { plan: 'gold' } });
    expect(await stored()).toMatchObject({ portalEnabled: false });
    await expectStatus(owner.ask({ method: 'PATCH', url: `/v1/workspaces/${id}`, body: { portalEnabled: true } }), 200);

    const { token: mtok } = await owner.embedToken(id);
    const visitor = await newPage();
    await visitor.goto(site(shop, laxSite(mountedInline(base, { mtok, toolSlug: 'loan-calculator' }))));
    const { frame, root } = widgetOn(visitor, 'inline');
    const refused = frame.getByRole('alert').or(root.getByRole('alert')).first();
    /** As somebody who comes to the page now. */
    const works = async (): Promise<void> => {
      await visitor.reload();
      await runLoan(frame);
      await seePayment(frame);
    };
    /** Of somebody who has the page open, without loading it again. */
    const isRefused = async (): Promise<void> => {
      await runButton(frame).click();
      await see(refused);
    };
    await works();

    await openTab(page, 'Features');
    const feature = page.getByRole('switch', { name: 'Run tools' });
    await feature.click();
    await see(page.getByText('Not saved yet'));
    await works();
    await save(page);
    await isRefused();
    await feature.click();
    await save(page);
    await works();

    await scenario.flush();
    await openTab(page, 'Usage');
    await see(page.getByRole('row', { name: 'Loan calculator' }));
    await page.getByLabel('Runs per day').fill('1');
    await save(page);
    await see(page.getByText('of 1', { exact: true }));
    await isRefused();
    await page.getByLabel('Runs per day').fill('');
    await save(page);
    expect((await stored()).limits).toEqual({});

    await openTab(page, 'Info');
    await page.getByRole('button', { name: 'Disable customer' }).click();
    await confirm(page, 'Disable “Northwind”?', 'Cancel');
    await works();
    await page.getByRole('button', { name: 'Disable customer' }).click();
    await confirm(page, 'Disable “Northwind”?', 'Disable');
    await see(page.getByText('Disabled', { exact: true }));
    await isRefused();
    await visitor.reload();
    await see(refused);
    await page.getByRole('link', { name: 'Customers', exact: true }).first().click();
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Disabled' }).click();
    await page.getByRole('link', { name: 'Manage Northwind' }).click();
    await page.getByRole('button', { name: 'Enable customer' }).click();
    await see(page.getByRole('button', { name: 'Disable customer' }));
    await works();

    await page.getByRole('button', { name: 'Delete customer' }).click();
    const question = page.getByRole('dialog', { name: 'Delete “Northwind”?' });
    const sure: Locator = question.getByRole('button', { name: 'Delete customer' });
    expect(await sure.isDisabled()).toBe(true);
    await question.getByRole('textbox').fill('Northwind');
    await sure.click();
    await page.waitForURL(`${base}/customers`);
    await isRefused();
    expect((await owner.ask({ url: `/v1/workspaces/${id}` })).status).toBe(404);
  });

  it('leads to its surfaces; while it is disabled, the logo of one is said to be there instead of shown broken', async () => {
    const { base, newPage, scenario, site } = stage();
    const { owner } = scenario;
    const { id } = await owner.workspace({ name: 'Ridge & Rope' });
    const surface = await owner.surface(id, { name: 'Rope shop', allowedOrigins: [shop] });
    const logo = { image: pngOf(120, 40).toString('base64') };
    await expectStatus(owner.ask({ method: 'PUT', url: `/v1/surfaces/${surface.id}/logos/light`, body: logo }), 200);
    const before = await openDashboard(stage(), `/customers/${id}/surfaces`);
    await before.getByRole('link', { name: 'Rope shop' }).click();
    await openTab(before, 'Appearance');
    const picture = (page: Page) => page.getByRole('img', { name: 'Logo of this surface' });
    const said = (page: Page) => page.getByText('It is not served while its customer is disabled.');
    await expect
      .poll(() => picture(before).evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0)))
      .toBe(120);
    expect(await said(before).count()).toBe(0);

    await owner.ask({ method: 'PATCH', url: `/v1/workspaces/${id}`, body: { status: 'disabled' } });
    // Another browser: the first one keeps the picture, whose name is of its content.
    const page = await openDashboard(stage(), `/surfaces/${surface.id}/appearance`);
    await see(said(page));
    expect(await picture(page).count()).toBe(0);
    await see(page.getByRole('button', { name: 'Replace logo', exact: true }));
    const visitor = await newPage();
    await visitor.goto(site(shop, laxSite({ base, body: scriptTag(base, surface.clientToken) })));
    await widgetOn(visitor).launcher.click();
    await see(widgetOn(visitor).root.getByRole('alert'));
  });

  it('has the tokens that were chosen revoked together, which their pages feel on the next request, and no other', async () => {
    const { base, newPage, scenario, site } = stage();
    const { id } = await scenario.owner.workspace({ name: 'Tidy', allowedOrigins: [shop] });
    const labels = ['First', 'Second', 'Third'];
    const tokens: string[] = [];
    for (const label of labels) tokens.push((await scenario.owner.embedToken(id, { label })).token);
    const [mtok] = tokens;
    const visitor = await newPage();
    await visitor.goto(site(shop, laxSite(mountedInline(base, { mtok, toolSlug: 'loan-calculator' }))));
    const { frame } = widgetOn(visitor, 'inline');
    await runLoan(frame);
    await seePayment(frame);

    const page = await openDashboard(stage(), `/customers/${id}/embed-urls`);
    await page.getByRole('checkbox', { name: 'Select all that are shown' }).check();
    await page.getByRole('checkbox', { name: 'Select “Third”' }).uncheck();
    await page.getByRole('button', { name: 'Revoke 2 selected' }).click();
    await confirm(page, 'Revoke 2 tokens?', 'Revoke');
    await see(page.getByText('2 tokens are revoked.'));
    await page.getByRole('row', { name: 'First' }).waitFor({ state: 'detached' });
    await see(page.getByRole('row', { name: 'Third' }));
    await runButton(frame).click();
    await see(frame.getByRole('alert'));
    const statuses = await Promise.all(
      tokens.map(async (token) => (await scenario.run('loan-calculator', token)).status),
    );
    expect(statuses).toEqual([401, 401, 200]);
  });
});
