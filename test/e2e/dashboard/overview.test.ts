import { expect, it } from 'vitest';
import { laxSite, scriptTag } from '../stage/sites.ts';
import { describeOnStage } from '../stage/stage.ts';
import { runButton, see, widgetOn } from '../stage/widget.ts';
import { openDashboard } from './dashboard.ts';

const shop = 'shop.example.test';

describeOnStage('the overview', (stage) => {
  it('leads from nothing to a working embed: each step is checked off as it happens, up to the page that was seen', async () => {
    const { base, newPage, scenario, site } = stage();
    const { owner } = scenario;
    // The owner's own workspace is its first, and older than any customer.
    scenario.clock.advance(1_000);
    const page = await openDashboard(stage());
    const steps = page.getByRole('region', { name: 'First steps' });
    const step = (title: string) => steps.getByRole('listitem').filter({ hasText: title });
    const done = (title: string) => step(title).getByRole('img', { name: 'Done' });
    await see(done('Make or pick a tool'));
    await see(step('Try it').getByRole('img', { name: 'Open' }));

    await steps.getByRole('link', { name: 'Make a customer' }).click();
    const dialog = page.getByRole('dialog', { name: 'New customer' });
    await dialog.getByLabel('Name').fill('Ridge & Rope');
    await dialog.getByRole('button', { name: /^(Create|Make)/ }).click();
    await see(page.getByRole('heading', { name: 'Ridge & Rope' }));
    const [, id = ''] = /customers\/(ws_\w+)/.exec(page.url()) ?? [];
    await page.getByRole('link', { name: 'Overview' }).click();
    await see(done('Make a customer'));
    await see(step('Make a customer').getByText('Ridge & Rope is there.'));
    await see(step('Make a surface').getByRole('img', { name: 'Open' }));

    const { id: surfaceId, clientToken } = await owner.surface(id, { name: 'Footer', allowedOrigins: [] });
    await see(done('Make a surface'));
    await see(step('Add your domain').getByRole('img', { name: 'Open' }));
    const visitor = await newPage();
    const origin = site(shop, laxSite({ base, body: scriptTag(base, clientToken) }));
    const refused = visitor.waitForResponse((answer) => answer.url().includes('/v1/embed/') && answer.status() === 403);
    await visitor.goto(origin);
    await widgetOn(visitor).launcher.click();
    await refused;
    await scenario.flush();
    await see(step('Copy the snippet').getByText(`${origin} tried`));

    await owner.ask({ method: 'PATCH', url: `/v1/surfaces/${surfaceId}`, body: { allowedOrigins: [shop] } });
    await see(done('Add your domain'));
    await visitor.reload();
    const { launcher, frame } = widgetOn(visitor);
    await launcher.click();
    await runButton(frame).waitFor();
    await scenario.flush();
    await see(steps.getByText(`We saw your page at ${origin}`));
    await see(done('Copy the snippet'));

    const { token } = await owner.embedToken(id);
    expect((await scenario.run('loan-calculator', token)).status).toBe(200);
    await scenario.flush();
    await see(done('Try it'));
    await see(steps.getByRole('heading', { name: 'Your first embed is live' }));
    await steps.getByRole('button', { name: 'Done' }).click();
    await steps.waitFor({ state: 'detached' });
    await page.reload();
    await see(page.getByRole('link', { name: 'Refused requests' }));
    expect(await steps.count()).toBe(0);
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
