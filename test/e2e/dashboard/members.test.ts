import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeOnStage, type Stage } from '../stage/stage.ts';
import { see } from '../stage/widget.ts';
import { openDashboard } from './dashboard.ts';

/** Invites somebody on the open members screen, and answers with the link that is shown. */
async function invite(page: Page, { name, role }: { name: string; role: string }): Promise<string> {
  await page.getByRole('button', { name: 'Invite a member' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Invite a member' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: role }).click();
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  const link = (await page.getByLabel('The secret').textContent()) ?? '';
  await page.getByRole('button', { name: 'I have stored it' }).click();
  return link;
}

async function openLink(stage: Stage, link: string): Promise<Page> {
  const page = await stage.newPage();
  await page.clock.setFixedTime(stage.scenario.clock.now());
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  return page;
}

/** Asks the server as the page's own script would, with its cookie and its token. */
function askFrom(page: Page, method: string, url: string, body?: unknown): Promise<{ status: number; text: string }> {
  return page.evaluate(
    async ([how, where, what]) => {
      const { csrfToken } = await (await fetch('/v1/dashboard-sessions/current')).json();
      const answer = await fetch(where, {
        method: how,
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
        ...(what !== undefined && { body: what }),
      });
      return { status: answer.status, text: await answer.text() };
    },
    [method, url, body === undefined ? undefined : JSON.stringify(body)] as const,
  );
}

describeOnStage('members of the dashboard', (stage) => {
  it('a viewer who was invited by a link sees no way to make credentials, and the server refuses them (K51)', async () => {
    const { scenario } = stage();
    const { id } = await scenario.owner.workspace({ name: 'Northwind' });
    await scenario.owner.embedToken(id, { label: 'Footer' });
    const admin = await openDashboard(stage(), '/members');
    const link = await invite(admin, { name: 'Grace', role: 'Viewer' });
    const viewer = await openLink(stage(), link);
    await see(viewer.getByRole('heading', { name: 'Overview' }));
    expect(viewer.url()).toBe(`${stage().base}/`);

    await viewer.getByRole('link', { name: 'Customers' }).click();
    await see(viewer.getByRole('link', { name: 'Manage Northwind' }));
    expect(await viewer.getByRole('button', { name: 'New customer' }).count()).toBe(0);
    await viewer.goto(`${stage().base}/customers/${id}/embed-urls`);
    const row = viewer.getByRole('row', { name: 'Footer' });
    await row.getByRole('button', { name: 'Actions for “Footer”' }).click();
    await see(viewer.getByRole('menuitem', { name: 'Details and activity' }));
    expect(await viewer.getByRole('menuitem').allTextContents()).toEqual(['Details and activity']);
    await viewer.keyboard.press('Escape');
    expect(await viewer.getByRole('button', { name: /Create Embed Token|Copy URL/ }).count()).toBe(0);
    await viewer.getByRole('link', { name: 'Developers' }).click();
    await see(viewer.getByRole('heading', { name: 'API reference' }));
    expect(await viewer.getByRole('link', { name: /Owner keys|API keys|Provider keys|Webhook secret/ }).count()).toBe(
      0,
    );
    await viewer.goto(`${stage().base}/developers/owner-keys`);
    await see(viewer.getByRole('alert'));

    const before = await scenario.rows();
    const body = { apps: ['loan-calculator'], permissions: ['tool:run'] };
    for (const [method, url, sent] of [
      ['POST', `/v1/workspaces/${id}/embed-tokens`, body],
      ['POST', '/v1/owner-keys', {}],
      ['POST', '/v1/members', { name: 'Friend', role: 'admin' }],
      ['GET', '/v1/api-keys', undefined],
    ] as const) {
      const { status, text } = await askFrom(viewer, method, url, sent);
      expect([status, text], url).toEqual([403, expect.stringContaining('requestId')]);
    }
    expect(await scenario.rows()).toBe(before);
  });

  it('the link works once, leaves the address bar, and a second browser is told where to get another', async () => {
    const admin = await openDashboard(stage(), '/members');
    const link = await invite(admin, { name: 'Ada', role: 'Developer' });
    const looked = await stage().newPage();
    await looked.goto(link);
    await see(looked.getByRole('button', { name: 'Sign in' }));
    expect(looked.url()).toBe(`${stage().base}/join`);
    // A mail program that opens links to look at them has used nothing up.
    const first = await openLink(stage(), link);
    await see(first.getByRole('heading', { name: 'Overview' }));
    const second = await openLink(stage(), link);
    await see(second.getByRole('alert'));
    await see(second.getByText('Each link works once and for a day. Ask an admin for a new one.'));
    const empty = await stage().newPage();
    await empty.goto(`${stage().base}/join`);
    await see(empty.getByRole('heading', { name: 'This link is not complete' }));
  });

  it('a role counts from the next request, and whoever is removed is signed out on theirs (K51)', async () => {
    const admin = await openDashboard(stage(), '/members');
    const link = await invite(admin, { name: 'Edsger', role: 'Viewer' });
    const member = await openLink(stage(), link);
    await see(member.getByRole('heading', { name: 'Overview' }));
    const actions = admin.getByRole('button', { name: 'Actions for Edsger' });
    await actions.click();
    await admin.getByRole('menuitem', { name: 'Change role' }).click();
    const dialog = admin.getByRole('dialog', { name: 'Role of Edsger' });
    await dialog.getByRole('combobox', { name: 'Role' }).click();
    await admin.getByRole('option', { name: 'Developer' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await see(admin.getByText('Saved. It counts from the next request.'));
    await member.goto(`${stage().base}/customers`);
    await see(member.getByRole('button', { name: 'New customer' }).first());
    expect((await askFrom(member, 'POST', '/v1/workspaces', { name: 'Of a developer' })).status).toBe(201);
    const before = await stage().scenario.rows();
    for (const [method, url, body] of [
      ['POST', '/v1/owner-keys', {}],
      ['POST', '/v1/api-keys', { name: 'Mine', scope: 'readonly', appIds: ['a'] }],
      ['GET', '/v1/provider-keys', undefined],
      ['POST', '/v1/webhook-secret/rotate', undefined],
      ['POST', '/v1/members', { name: 'Friend', role: 'admin' }],
    ] as const) {
      expect((await askFrom(member, method, url, body)).status, url).toBe(403);
    }
    expect(await stage().scenario.rows()).toBe(before);

    await actions.click();
    await admin.getByRole('menuitem', { name: 'Remove' }).click();
    await admin.getByRole('dialog', { name: 'Remove Edsger?' }).getByRole('button', { name: 'Remove' }).click();
    await see(admin.getByText('The member is removed.'));
    await member.getByRole('link', { name: 'Members' }).click();
    await see(member.getByRole('heading', { name: 'Sign in to Microapp' }));
  });
});
