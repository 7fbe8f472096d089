import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { findings } from '../stage/findings.ts';
import { violationsIn } from '../stage/recorder.ts';
import { describeOnStage } from '../stage/stage.ts';
import { see } from '../stage/widget.ts';
import { openDashboard, signIn } from './dashboard.ts';

const desk = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };
const longName = 'The very long name of a holding company with many subsidiaries, GmbH & Co. KG auf Aktien';

/** Waits until a screen shows what it has, which is neither a skeleton nor the wheel. */
async function settle(page: Page): Promise<void> {
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(
    () =>
      document.querySelector('main [aria-busy=true], main [aria-label=Loading], main .mantine-Skeleton-root') === null,
  );
}

/** By how many pixels the page could be scrolled sideways. */
function tooWide(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth));
}

/** Below a customer's own address there are its tabs. */
const screens = [
  '/',
  '/customers',
  '/customers?search=nobody',
  ...['', '/features', '/embed-urls', '/surfaces', '/usage', '/access-log'].map((tab) => `/customers/:id${tab}`),
  '/customers/ws_0000000000000000000000',
  '/developers/owner-keys',
  '/developers/api-keys',
  '/developers/provider-keys',
  '/developers/webhook-secret',
  '/developers/reference',
  '/logs/runs',
  '/logs/access',
  '/logs/audit',
  '/members',
];

describeOnStage('every screen of the dashboard', (stage) => {
  let id: string;
  let page: Page;
  const problems: string[] = [];
  beforeAll(async () => {
    const { scenario } = stage();
    const { owner } = scenario;
    ({ id } = await owner.workspace({ name: longName, allowedOrigins: ['shop.example.test'] }));
    const { token } = await owner.embedToken(id, { label: `Footer of ${longName}` });
    for (const origin of ['https://shop.example.test', 'https://elsewhere.example']) {
      await scenario.run('loan-calculator', token, undefined, { origin });
    }
    await owner.surface(id);
    await owner.apiKey();
    const providerKey = { provider: 'openai', key: `sk-${'0'.repeat(30)}` };
    await owner.ask({ method: 'POST', url: '/v1/provider-keys', body: providerKey });
    await owner.ask({ method: 'POST', url: '/v1/members', body: { name: longName, role: 'viewer' } });
    await scenario.flush();
    page = await signIn(stage(), await stage().newLastingPage());
    page.on('pageerror', ({ message }) => problems.push(message));
  });

  it.each(screens)(
    '%s bars nobody, keeps its own policy, and is never wider than the window, light and dark, on a desk and on a phone',
    async (screen) => {
      await page.setViewportSize(desk);
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(`${stage().base}${screen.replace(':id', id)}`);
      await settle(page);
      expect(await page.title()).toMatch(/^.+ · Microapp$/);
      expect(await findings(page)).toEqual([]);
      expect(await tooWide(page)).toBe(0);
      await page.setViewportSize(phone);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await findings(page)).toEqual([]);
      expect(await tooWide(page)).toBe(0);
      expect(await violationsIn(page.mainFrame())).toEqual([]);
      expect(problems).toEqual([]);
    },
  );

  it('can be framed by no page', async () => {
    const answer = await fetch(`${stage().base}/members`);
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('is reached by the keyboard: past the menu, through it, into a dialog and back to where one was', async () => {
    const page = await openDashboard(stage(), '/developers/owner-keys');
    await settle(page);
    await page.reload();
    await settle(page);
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    await expect.poll(() => skip.evaluate((link) => link === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');

    const open = page.getByRole('button', { name: 'New owner key' });
    await open.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'New owner key' });
    await expect
      .poll(() => dialog.getByLabel('Label').evaluate((field) => field === document.activeElement))
      .toBe(true);
    for (let presses = 0; presses < 6; presses++) {
      await page.keyboard.press('Tab');
      expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => open.evaluate((button) => button === document.activeElement)).toBe(true);

    const actions = page.getByRole('button', { name: /^Actions for/ }).first();
    await actions.focus();
    await page.keyboard.press('Enter');
    await see(page.getByRole('menuitem', { name: 'Rotate' }));
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('menuitem');
    await page.keyboard.press('Escape');
    await expect.poll(() => actions.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  it('on a phone is reached by the menu, which closes when one is there', async () => {
    const page = await openDashboard(stage(), '/', { viewport: phone });
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await page.getByRole('link', { name: 'Members' }).click();
    await see(page.getByRole('heading', { name: 'Members', exact: true }));
    await see(page.getByRole('button', { name: 'Open the menu' }));
    await expect.poll(() => page.getByRole('link', { name: 'Customers' }).isVisible()).toBe(false);
  });
});
