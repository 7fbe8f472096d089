import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { laxSite } from '../stage/sites.ts';
import { describeOnStage, type Stage } from '../stage/stage.ts';
import { runLoan, see, seePayment, widgetOn } from '../stage/widget.ts';
import { clipboardOf, openDashboard } from './dashboard.ts';

const shop = 'shop.example.test';

async function customerOf(stage: Stage, fields: Record<string, unknown> = {}) {
  return stage.scenario.owner.workspace({ features: ['tool:run'], allowedOrigins: [shop], ...fields });
}

/** Fills in the dialog and generates a token; it is shown when this returns. */
async function createToken(page: Page, label: string, use = 'Website widget'): Promise<string> {
  await page.getByRole('button', { name: 'Create Embed Token' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Create embed token' });
  await dialog.getByLabel('Label').fill(label);
  await dialog.getByRole('radio', { name: use }).check();
  await dialog.getByRole('combobox', { name: 'Apps' }).click();
  await page.getByRole('option', { name: 'Loan calculator' }).click();
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Generate' }).click();
  return (await page.getByLabel('The secret').textContent()) ?? '';
}

function rowOf(page: Page, label: string) {
  return page.getByRole('row', { name: label });
}

describeOnStage('the Embed URLs of a customer', (stage) => {
  it('are found from the customer list by Manage; a token is created there for that customer, shown once and listed (K6, K9, K11, K12, K13, K14, K34, K35, K36, K37, K48, M58)', async () => {
    const { id } = await customerOf(stage(), { name: 'Ridge & Rope' });
    const page = await openDashboard(stage(), '/customers');
    await page.getByRole('link', { name: 'Manage Ridge & Rope' }).click();
    await page.getByRole('tab', { name: 'Embed URLs' }).click();
    await page.getByRole('button', { name: 'Create Embed Token' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Create embed token' });
    await see(dialog.getByText('Ridge & Rope', { exact: true }));
    await see(dialog.getByText('It opens these apps for this customer and nothing else.'));
    await page.keyboard.press('Escape');

    const secret = await createToken(page, 'Shop footer');
    expect(secret).toMatch(/^mtok_[0-9A-Za-z]{38}$/);
    const shown = page.getByRole('dialog', { name: 'Embed token of Ridge & Rope' });
    await page.keyboard.press('Escape');
    await page.goBack();
    await see(shown.getByText('This is shown once.'));
    await shown.getByRole('button', { name: 'Copy' }).first().click();
    await see(shown.getByRole('button', { name: 'Copied' }));
    expect(await clipboardOf(page)).toBe(secret);
    await shown.getByRole('button', { name: 'I have stored it' }).click();
    await shown.waitFor({ state: 'hidden' });

    const row = rowOf(page, 'Shop footer');
    const listed = await stage().scenario.owner.ask({ url: `/v1/workspaces/${id}/embed-tokens` });
    const [token] = listed.body.data;
    expect(token).toMatchObject({ label: 'Shop footer', workspaceId: id, lastUsedAt: null, permissions: ['tool:run'] });
    await see(row.getByText(token.id));
    await see(row.getByText('Active'));
    expect(await row.locator('time').first().getAttribute('datetime')).toBe(token.createdAt);
    await see(row.getByText('never').first());
    await page.reload();
    await rowOf(page, 'Shop footer').waitFor();
    expect(await page.content()).not.toContain(secret);

    // A question that one went away from is answered with no.
    await rowOf(page, 'Shop footer').getByRole('button', { name: 'Actions for “Shop footer”' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    const question = page.getByRole('dialog', { name: 'Revoke “Shop footer”?' });
    await see(question);
    await page.goBack();
    await question.waitFor({ state: 'hidden' });
    await page.getByRole('tab', { name: 'Embed URLs' }).click();
    await see(rowOf(page, 'Shop footer').getByText('Active'));
  });

  it('the code that is shown with a new token works as it stands in the customer’s page, until the token is revoked there (K22, K41, K42, K56)', async () => {
    const { id } = await customerOf(stage());
    const page = await openDashboard(stage(), `/customers/${id}/embed-urls`);
    await createToken(page, 'Footer');
    const code = (await page.getByLabel('Code for the page').textContent()) ?? '';
    expect(code).not.toMatch(/https?:\/\/\S*mtok_/);
    await page.getByRole('button', { name: 'I have stored it' }).click();

    const { newPage, site } = stage();
    const visitor = await newPage();
    await visitor.goto(site(shop, laxSite({ base: stage().base, body: code })));
    const { launcher, frame } = widgetOn(visitor);
    await launcher.click();
    await runLoan(frame);
    await seePayment(frame);

    await rowOf(page, 'Footer').getByRole('button', { name: 'Actions for “Footer”' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    const question = page.getByRole('dialog', { name: 'Revoke “Footer”?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await runLoan(frame, { principal: '100000', rate: '6', years: '30' });
    await seePayment(frame, '599.55');

    await rowOf(page, 'Footer').getByRole('button', { name: 'Actions for “Footer”' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await question.getByRole('button', { name: 'Revoke' }).click();
    await see(page.getByText('“Footer” is revoked.'));
    await runLoan(frame);
    await see(frame.getByRole('alert'));
    await page.getByText('Revoked', { exact: true }).click();
    await see(rowOf(page, 'Footer'));
  });

  it('Copy URL puts a complete address on the clipboard without revealing the token, and it shows the app in an iframe (K31, K39, K40)', async () => {
    const { id } = await customerOf(stage());
    const page = await openDashboard(stage(), `/customers/${id}/embed-urls`);
    const secret = await createToken(page, 'Partner page', 'Iframe');
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('button', { name: 'Copy URL of “Partner page”' }).click();
    await see(page.getByText('The URL is copied.'));
    await see(page.getByText('Paste it only into the page or system that shows it.'));
    const url = await clipboardOf(page);
    expect(url).toContain(`${stage().base}/embed/apps/loan-calculator?for=etok_`);
    expect(url).not.toContain(secret);
    const code = (await page.getByRole('region', { name: 'Iframe' }).textContent()) ?? '';

    const { newPage, site } = stage();
    const visitor = await newPage();
    await visitor.goto(site(shop, laxSite({ base: stage().base, body: code })));
    const frame = visitor.frameLocator('iframe');
    await runLoan(frame);
    await seePayment(frame);
  });

  it('a token is replaced in four steps, and both work until the last (K43, K44, K45, K46, K57, K58)', async () => {
    const { id } = await customerOf(stage());
    const { token: old, id: oldId } = await stage().scenario.owner.embedToken(id, { label: 'Checkout' });
    const { run, flush } = stage().scenario;
    expect((await run('loan-calculator', old, undefined, { origin: `http://${shop}` })).status).toBe(200);
    await flush();
    const page = await openDashboard(stage(), `/customers/${id}/embed-urls`);
    await rowOf(page, 'Checkout').getByRole('button', { name: 'Actions for “Checkout”' }).click();
    await page.getByRole('menuitem', { name: 'Replace step by step' }).click();
    await page.getByRole('button', { name: 'Generate new token', exact: true }).click();
    const secret = (await page.getByLabel('The secret').textContent()) ?? '';
    await page.getByRole('button', { name: 'I have stored it' }).click();
    // Where the old one has to be replaced, and then where the new one is to be tried.
    await see(page.getByText('The old token was seen on:'));
    await see(page.getByRole('listitem').filter({ hasText: `http://${shop}` }));
    await page.getByRole('button', { name: 'I have updated the embed code' }).click();
    expect(await page.getByLabel('Origin of the page').inputValue()).toBe(`http://${shop}`);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await see(page.getByText('It works there.'));
    expect((await run('loan-calculator', old)).status).toBe(200);
    expect((await run('loan-calculator', secret)).status).toBe(200);
    await page.getByRole('button', { name: 'Go on' }).click();
    await see(page.getByText(oldId).last());
    await page.getByRole('button', { name: 'Revoke old token', exact: true }).click();
    await see(page.getByText('The old token is revoked.'));
    expect((await run('loan-calculator', old)).status).toBe(401);
    expect((await run('loan-calculator', secret)).status).toBe(200);
  });

  it('a test says for a page whether the token works there, and every reason why not (K45, K67, K70, K72, K77, K78)', async () => {
    const { id } = await customerOf(stage());
    const { owner } = stage().scenario;
    const { id: tokenId } = await owner.embedToken(id, { label: 'Tested' });
    const page = await openDashboard(stage(), `/customers/${id}/embed-urls?status=all`);
    const test = async (): Promise<void> => {
      await rowOf(page, 'Tested').getByRole('button', { name: 'Actions for “Tested”' }).click();
      await page.getByRole('menuitem', { name: 'Test' }).click();
      await page.getByLabel('Origin of the page').fill('https://elsewhere.example');
      await page.getByRole('button', { name: 'Test', exact: true }).click();
      await see(page.getByText('It does not work there'));
    };
    await test();
    const reasons = page.getByRole('dialog', { name: 'Test “Tested”' });
    await see(reasons.getByText('https://elsewhere.example is not among the allowed origins: shop.example.test.'));
    await page.keyboard.press('Escape');

    await owner.ask({ method: 'PATCH', url: `/v1/workspaces/${id}`, body: { features: [], status: 'disabled' } });
    await owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${tokenId}` });
    await page.reload();
    await test();
    await see(reasons.getByText(/revoked/i).first());
    await see(reasons.getByText(/disabled/i).first());
    await see(reasons.getByText(/feature/i).first());
  });

  it('unused tokens are found and revoked together, and a review is asked for once a month (K52, K53, K55)', async () => {
    const { scenario } = stage();
    const { id } = await customerOf(stage(), { name: 'Forgetful' });
    await scenario.owner.embedToken(id, { label: 'Old one' });
    await scenario.owner.embedToken(id, { label: 'Old two' });
    const { token } = await scenario.owner.embedToken(id, { label: 'In use' });
    // Turning the clock would run every timer of those weeks.
    const longAgo = new Date(scenario.clock.now() - 40 * 86_400_000);
    await scenario.database.admin.query('update workspaces set created_at = $2 where id = $1', [id, longAgo]);
    await scenario.database.admin.query('update embed_tokens set created_at = $2 where workspace_id = $1', [
      id,
      longAgo,
    ]);
    await scenario.run('loan-calculator', token);
    await scenario.flush();
    const page = await openDashboard(stage(), `/customers/${id}/embed-urls`);
    await see(page.getByText('A review is due'));
    await page.getByRole('button', { name: 'Mark as reviewed' }).click();
    await page.getByText('A review is due').waitFor({ state: 'hidden' });
    const daysAgo = (days: number) => new Date(scenario.clock.now() - days * 86_400_000);
    const reviewed = async (at: Date): Promise<void> => {
      await scenario.database.admin.query('update workspaces set embed_tokens_reviewed_at = $2 where id = $1', [
        id,
        at,
      ]);
      await page.reload();
      await see(rowOf(page, 'In use'));
    };
    await reviewed(daysAgo(31));
    await see(page.getByText('A review is due'));
    await reviewed(daysAgo(29));
    expect(await page.getByText('A review is due').count()).toBe(0);

    await page.getByRole('combobox', { name: 'Use', exact: true }).click();
    await page.getByRole('option', { name: 'Unused for 30 days' }).click();
    await rowOf(page, 'In use').waitFor({ state: 'hidden' });
    expect(new URL(page.url()).searchParams.get('unused')).toBe('30');
    await page.getByRole('button', { name: 'Revoke all unused' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke unused tokens' }).click();
    await see(page.getByText('2 tokens are revoked.'));
    await see(page.getByText('Every token here is in use.'));
    expect((await scenario.run('loan-calculator', token)).status).toBe(200);
  });

  describe('a token cannot be made, and it is said why,', () => {
    it.each([
      ['while portal access is off (K7, K10)', { portalEnabled: false }, 'Portal access is off'],
      ['while the customer is disabled (K8, K77)', { status: 'disabled' }, 'This customer is disabled'],
      ['while no feature is on (K18, K78)', { features: [] }, 'No feature is on'],
    ])('%s', async (_, fields, words) => {
      const { id } = await customerOf(stage(), fields);
      const page = await openDashboard(stage(), `/customers/${id}/embed-urls`);
      await see(page.getByText(words));
      expect(await page.getByRole('button', { name: 'Create Embed Token' }).first().isDisabled()).toBe(true);
    });
  });
});
