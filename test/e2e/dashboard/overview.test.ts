import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { laxSite, scriptTag } from '../stage/sites.ts';
import { describeOnStage } from '../stage/stage.ts';
import { runButton, see, widgetOn } from '../stage/widget.ts';
import { clipboardOf, openDashboard } from './dashboard.ts';

const shop = 'shop.example.test';

/**
 * What the way from the sign-in to a page that was seen takes, pasting aside: the number that the README names.
 * It may become less; that it became more needs a reason.
 */
const walk = { clicks: 9, fields: 3, loads: 1 };

describeOnStage('the overview', (stage) => {
  it('leads from the sign-in to a page that was seen, by few clicks and fields and one page load; each step is checked off by itself', async () => {
    const { base, newPage, scenario, site } = stage();
    // The owner's own workspace is its first, and older than any customer.
    scenario.clock.advance(1_000);
    const page = await newPage({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.clock.setFixedTime(scenario.clock.now());
    const walked = { clicks: 0, fields: 0, loads: 0 };
    page.on('load', () => walked.loads++);
    const click = async (target: Locator): Promise<void> => {
      walked.clicks++;
      await target.click();
    };
    const fill = async (field: Locator, text: string): Promise<void> => {
      walked.fields++;
      await field.fill(text);
    };
    const steps = page.getByRole('region', { name: 'First steps' });
    const step = (title: string) => steps.getByRole('listitem').filter({ hasText: title });
    const done = (title: string) => see(step(title).getByRole('img', { name: 'Done' }));
    const go = (verb: string) => click(steps.getByRole('link', { name: verb }));

    await page.goto(base);
    await fill(page.getByLabel('Owner key'), scenario.owner.key);
    await click(page.getByRole('button', { name: 'Sign in' }));
    await done('Make or pick a tool');
    await see(step('Try it').getByRole('img', { name: 'Open' }));

    await go('Try it');
    await click(runButton(page.frameLocator('iframe[title^="Preview of"]')));
    await see(page.getByText(/^Run run_\w+ took/));
    await scenario.flush();
    await click(page.getByRole('link', { name: 'Overview' }));
    await done('Try it');

    await go('Make a customer');
    const dialog = page.getByRole('dialog', { name: 'New customer' });
    await fill(dialog.getByLabel('Name'), 'Ridge & Rope');
    await click(dialog.getByRole('button', { name: 'Create customer' }));

    await see(page.getByRole('heading', { name: 'New surface' }));
    const customer = page.getByRole('combobox', { name: 'Customer' });
    await expect.poll(() => customer.inputValue()).toBe('Ridge & Rope');
    // The tool came along, and with it what its visitors may do.
    const permission = page.getByRole('checkbox', { name: 'Run tools' });
    await expect.poll(() => permission.isChecked()).toBe(true);
    await fill(page.getByRole('textbox', { name: 'Allowed Origins' }), shop);
    await click(page.getByRole('button', { name: 'Create surface' }));

    const live = page.getByRole('region', { name: 'Seen live' });
    await see(live.getByText('No page has asked for this widget yet.'));
    await click(page.getByRole('button', { name: 'Copy' }).first());

    // The webmaster pastes what is in the clipboard, and a visitor comes.
    const visitor = await newPage();
    const origin = site(shop, laxSite({ base, body: await clipboardOf(page) }));
    await visitor.goto(origin);
    const { launcher, frame } = widgetOn(visitor);
    await launcher.click();
    await see(runButton(frame));
    await scenario.flush();
    await see(live.getByText(`We saw this widget on ${origin} just now.`));

    await click(page.getByRole('link', { name: 'Overview' }));
    for (const title of ['Make a customer', 'Make a surface', 'Add your domain', 'Copy the snippet']) await done(title);
    await see(steps.getByText(`We saw your page at ${origin} just now.`));
    await see(steps.getByRole('heading', { name: 'Your first embed is live' }));
    expect(walked).toEqual(walk);
    // The visitor, and not who tried the tool in its preview.
    await see(page.getByRole('link', { name: 'Visitor sessions' }).locator('..').getByText('1', { exact: true }));

    await steps.getByRole('button', { name: 'Done' }).click();
    await steps.waitFor({ state: 'detached' });
    await page.reload();
    await see(page.getByRole('link', { name: 'Refused requests' }));
    expect(await steps.count()).toBe(0);
  });

  it('says of a page that is not on the list that it tried, and checks off the domain as soon as it is', async () => {
    const { base, newPage, scenario, site } = stage();
    const { owner } = scenario;
    scenario.clock.advance(1_000);
    // As for somebody whose pages have not worked yet.
    await scenario.database.admin.query('delete from surface_sightings');
    const { id } = await owner.workspace({ name: 'Ridge & Sons' });
    const surface = await owner.surface(id, { name: 'Footer', allowedOrigins: [] });
    const page = await openDashboard(stage());
    const steps = page.getByRole('region', { name: 'First steps' });
    const step = (title: string) => steps.getByRole('listitem').filter({ hasText: title });
    await see(step('Make a surface').getByText('Footer is there.'));
    await see(step('Add your domain').getByRole('img', { name: 'Open' }));
    const visitor = await newPage();
    const origin = site('other.example.test', laxSite({ base, body: scriptTag(base, surface.clientToken) }));
    const refused = visitor.waitForResponse((answer) => answer.url().includes('/v1/embed/') && answer.status() === 403);
    await visitor.goto(origin);
    await widgetOn(visitor).launcher.click();
    await refused;
    await scenario.flush();
    await see(step('Copy the snippet').getByText(`${origin} tried`));
    const allowedOrigins = ['other.example.test'];
    await owner.ask({ method: 'PATCH', url: `/v1/surfaces/${surface.id}`, body: { allowedOrigins } });
    await see(step('Add your domain').getByRole('img', { name: 'Done' }));
  });

  it('shows a token on a page where it never was, and leads to the requests, where it can be judged and cut off (H59)', async () => {
    const { scenario } = stage();
    const { id } = await scenario.owner.workspace({ name: 'Watched', allowedOrigins: [shop] });
    const { token, id: tokenId } = await scenario.owner.embedToken(id, { label: 'Stolen' });
    const from = (origin: string) => scenario.run('loan-calculator', token, undefined, { origin });
    expect((await from(`http://${shop}`)).status).toBe(200);
    await scenario.flush();
    // Set, not lived through: two days of timers would be run one by one.
    scenario.clock.setNow(scenario.clock.now() + 2 * 86_400_000);
    for (let count = 0; count < 30; count++) expect((await from('https://thief.example')).status).toBe(403);
    for (let minute = 0; minute < 2; minute++) {
      await scenario.flush();
      scenario.clock.advance(60_000);
    }
    await scenario.flush();

    const page = await openDashboard(stage());
    const alert = page.getByRole('status').filter({ hasText: 'https://thief.example' });
    await see(alert.getByText(tokenId));
    const reasons = page.getByRole('table', { name: 'Why requests were refused today' });
    await see(reasons.getByRole('cell', { name: '30' }));
    await alert.getByRole('link', { name: 'Look at the requests' }).click();
    await see(page.getByRole('tab', { name: 'Access log', selected: true }));
    await see(page.getByText('https://thief.example').first());
    await page.getByRole('tab', { name: 'Embed URLs' }).click();
    await page.getByRole('button', { name: 'Actions for “Stolen”' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await see(page.getByText('“Stolen” is revoked.'));
    expect((await from(`http://${shop}`)).status).toBe(401);
  });
});
