import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startModelProvider } from '../../../packages/server/src/testing/model-provider.ts';
import { expectStatus } from '../../../packages/server/src/testing/scenario.ts';
import { describeOnStage } from '../stage/stage.ts';
import { see } from '../stage/widget.ts';
import { clipboardOf, openDashboard } from './dashboard.ts';

/** Takes the secret that is shown, by its button, and says that it is stored. */
async function takeSecret(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog').filter({ hasText: 'This is shown once.' });
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await see(dialog.getByRole('button', { name: 'Copied' }));
  const secret = await clipboardOf(page);
  expect(await dialog.getByLabel('The secret').textContent()).toBe(secret);
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await dialog.waitFor({ state: 'hidden' });
  return secret;
}

async function choose(page: Page, row: string, action: string): Promise<void> {
  await page
    .getByRole('row', { name: row })
    .getByRole('button', { name: /^Actions for/ })
    .click();
  await page.getByRole('menuitem', { name: action, exact: true }).click();
}

async function confirm(page: Page, title: string, verb: string): Promise<void> {
  const question = page.getByRole('dialog', { name: title });
  await question.getByRole('button', { name: verb, exact: true }).click();
  await question.waitFor({ state: 'hidden' });
}

describeOnStage(
  'the developers’ screens',
  (stage) => {
    it('an owner key is made, shown once, makes and revokes tokens, changes public runs, and is revoked with effect on the next request (M8)', async () => {
      const { scenario } = stage();
      const page = await openDashboard(stage(), '/developers/owner-keys');
      await page.getByRole('button', { name: 'New owner key' }).click();
      await page.getByLabel('Label').fill('CI server');
      await page.getByRole('button', { name: 'Create owner key' }).click();
      const key = await takeSecret(page);
      const headers = { authorization: `Bearer ${key}` };
      const manage = (body: unknown) => scenario.ask({ method: 'POST', url: '/v1/workspaces', headers, body });
      const wanted = { name: 'By the CI server', portalEnabled: true, features: ['tool:run'] };
      const { id: workspaceId } = (await expectStatus(manage(wanted), 201)).body;
      const body = { apps: ['loan-calculator'], permissions: ['tool:run'] };
      const tokens = `/v1/workspaces/${workspaceId}/embed-tokens`;
      const token = (await expectStatus(scenario.ask({ method: 'POST', url: tokens, headers, body }), 201)).body;
      const setPublic = (publicRuns: boolean) =>
        scenario.ask({ method: 'PATCH', url: '/v1/apps/loan-calculator', headers, body: { publicRuns } });
      for (const isOn of [true, false]) {
        expect((await expectStatus(setPublic(isOn), 200)).body.publicRuns).toBe(isOn);
      }
      await expectStatus(scenario.ask({ method: 'DELETE', url: `/v1/embed-tokens/${token.id}`, headers }), 204);
      expect((await scenario.run('loan-calculator', token.token)).status).toBe(401);
      await page.reload();
      await see(page.getByRole('row', { name: 'CI server' }).getByText('Active', { exact: true }));
      expect(await page.content()).not.toContain(key);

      await choose(page, 'CI server', 'Rotate');
      await confirm(page, 'Rotate “CI server”?', 'Rotate');
      const next = await takeSecret(page);
      expect((await manage({ name: 'By the old key' })).status).toBe(401);
      await choose(page, 'CI server', 'Revoke');
      await confirm(page, 'Revoke “CI server”?', 'Revoke');
      await see(page.getByText('The owner key is revoked.'));
      await see(page.getByRole('row', { name: 'CI server' }).getByText('Revoked').first());
      const after = await scenario.ask({ url: '/v1/me', headers: { authorization: `Bearer ${next}` } });
      expect(after.status).toBe(401);
    });

    it('an API key is made for some apps, shown once, switched off and on, and revoked for good', async () => {
      const { scenario } = stage();
      const page = await openDashboard(stage(), '/developers/api-keys');
      await page.getByRole('button', { name: 'New API key' }).first().click();
      const dialog = page.getByRole('dialog', { name: 'New API key' });
      await dialog.getByRole('button', { name: 'Create API key' }).click();
      await dialog.getByLabel('Name').fill('Backend');
      await dialog.getByRole('radio', { name: 'Interactive' }).check();
      await dialog.getByRole('combobox', { name: 'Apps' }).click();
      await page.getByRole('option', { name: 'loan-calculator' }).click();
      await dialog.getByRole('button', { name: 'Create API key' }).click();
      const key = await takeSecret(page);
      const reach = async (): Promise<number> =>
        (await scenario.ask({ url: '/v1/sessions?appId=loan-calculator', headers: { 'x-api-key': key } })).status;
      expect(await reach()).toBe(200);
      await page.reload();
      await see(page.getByRole('row', { name: 'Backend' }).getByText('loan-calculator'));
      expect(await page.content()).not.toContain(key);

      await choose(page, 'Backend', 'Switch off');
      await confirm(page, 'Switch off “Backend”?', 'Switch off');
      await see(page.getByRole('row', { name: 'Backend' }).getByText('Disabled'));
      expect(await reach()).toBe(401);
      await choose(page, 'Backend', 'Switch on');
      await see(page.getByRole('row', { name: 'Backend' }).getByText('Active', { exact: true }));
      expect(await reach()).toBe(200);
      await choose(page, 'Backend', 'Revoke');
      await confirm(page, 'Revoke “Backend”?', 'Revoke');
      await see(page.getByText('The API key is revoked.'));
      expect(await reach()).toBe(401);
    });

    it('a provider key is tested against its provider: accepted, then refused in words, and shown by its end only (R39)', async () => {
      const provider = await startModelProvider();
      try {
        const key = `sk-${randomBytes(24).toString('hex')}`;
        provider.keys.add(key);
        const page = await openDashboard(stage(), '/developers/provider-keys');
        await page.getByRole('button', { name: 'New provider key' }).first().click();
        const dialog = page.getByRole('dialog', { name: 'New provider key' });
        await dialog.getByRole('combobox', { name: 'Provider' }).click();
        await page.getByRole('option', { name: 'OpenAI-compatible server' }).click();
        await dialog.getByLabel(/^Key/).fill(key);
        await dialog.getByLabel('Name').fill('Ours');
        await dialog.getByLabel('Address').fill(provider.baseUrl);
        await dialog.getByLabel('Default model').fill('echo');
        await dialog.getByRole('button', { name: 'Save' }).click();
        await dialog.waitFor({ state: 'hidden' });
        await choose(page, 'Ours', 'Test');
        await see(page.getByText('Ours: The provider accepts the key.'));
        expect(provider.seen).toEqual([`Bearer ${key}`]);

        provider.keys.delete(key);
        await page.reload();
        await choose(page, 'Ours', 'Test');
        await see(page.getByRole('alert').filter({ hasText: 'Ours: The provider refuses the key (401).' }));
        await see(page.getByRole('row', { name: 'Ours' }).getByText(`…${key.slice(-4)}`));
        expect(await page.content()).not.toContain(key);
      } finally {
        await provider.close();
      }
    });

    it('the webhook secret is shown once when it is made, and rotated after a question', async () => {
      const page = await openDashboard(stage(), '/developers/webhook-secret');
      await page.getByRole('button', { name: 'Make the secret' }).click();
      const secret = await takeSecret(page);
      await see(page.getByText(secret.slice(-4), { exact: true }));
      await page.getByRole('button', { name: 'Rotate' }).click();
      await confirm(page, 'Rotate the webhook secret?', 'Rotate');
      expect(await takeSecret(page)).not.toBe(secret);
    });

    it('the API reference opens every operation of embed tokens, each with a call that names the right header (R39)', async () => {
      const page = await openDashboard(stage(), '/developers/reference');
      const section = page.getByRole('region', { name: 'Embed tokens' });
      await see(section);
      const controls = section.getByRole('heading').getByRole('button').or(section.locator('button[aria-expanded]'));
      const count = await controls.count();
      expect(count).toBeGreaterThan(5);
      for (let index = 0; index < count; index++) {
        await controls.nth(index).click();
        const call = section.getByRole('region', { name: /^Call / });
        await see(call);
        expect(await call.textContent()).toContain('authorization: Bearer $MICROAPP_OWNER_KEY');
      }
      const callOf = async (words: string): Promise<string> => {
        await page.getByLabel('Search the reference').fill(words);
        await page
          .locator('button[aria-expanded]')
          .filter({ hasText: words.split(' ')[1] ?? '' })
          .first()
          .click();
        return (await page.getByRole('region', { name: `Call ${words}` }).textContent()) ?? '';
      };
      expect(await callOf('POST /api/tools/{slug}/run')).toContain('x-microapp-embed-token: $MICROAPP_EMBED_TOKEN');
      expect(await callOf('GET /v1/sessions/facets')).toContain('x-api-key: $MICROAPP_API_KEY');
      expect(new URL(page.url()).searchParams.get('operation')).not.toBeNull();
    });
  },
  { OUTBOUND_ALLOW: '127.0.0.1' },
);
