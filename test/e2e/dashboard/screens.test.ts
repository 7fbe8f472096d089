import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { findings } from '../stage/findings.ts';
import { violationsIn } from '../stage/recorder.ts';
import { describeOnStage } from '../stage/stage.ts';
import { see } from '../stage/widget.ts';
import { openDashboard, signIn } from './dashboard.ts';
import { expectEveryLookToFit, phone } from './looks.ts';

const longName = 'The very long name of a holding company with many subsidiaries, GmbH & Co. KG auf Aktien';

/** Waits until a screen shows what it has, which is neither a skeleton nor the wheel. */
async function settle(page: Page): Promise<void> {
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(
    () =>
      document.querySelector('main [aria-busy=true], main [aria-label=Loading], main .mantine-Skeleton-root') === null,
  );
}

type Screen = {
  /** `:id` is a customer, `:surface` a surface of it. */
  path: string;
  /** The ways to its dialogs: what is pressed, one after the other. */
  dialogs?: readonly (readonly [string, ...string[]])[];
};

const customer = '/customers/:id';
const app = '/apps/loan-calculator';
const surface = '/surfaces/:surface';

const screens: readonly Screen[] = [
  { path: '/', dialogs: [['First owner', 'Sign out everywhere']] },
  { path: '/customers', dialogs: [['New customer']] },
  { path: '/customers?search=nobody' },
  { path: customer, dialogs: [['Disable customer'], ['Delete customer']] },
  { path: `${customer}/features` },
  {
    path: `${customer}/embed-urls`,
    dialogs: [
      ['Create Embed Token'],
      ['Copy URL of “Footer'],
      ['Actions for “Footer', 'Details and activity'],
      ['Actions for “Footer', 'Test', 'Test'],
      ['Actions for “Footer', 'Replace step by step'],
      ['Actions for “Footer', 'Rotate now'],
      ['Actions for “Footer', 'Revoke'],
      ['Actions for “Footer', 'Rotate now', 'Rotate'],
    ],
  },
  { path: `${customer}/surfaces` },
  { path: `${customer}/usage` },
  { path: `${customer}/access-log` },
  { path: '/customers/ws_0000000000000000000000' },
  { path: '/apps' },
  { path: '/apps?search=nothing-like-it' },
  { path: '/apps/new' },
  { path: '/apps/product-description' },
  { path: `${app}/versions`, dialogs: [['Actions for version 1', 'Restore as draft']] },
  { path: `${app}/versions/1` },
  { path: `${app}/settings`, dialogs: [['Take offline'], ['Delete app']] },
  { path: '/surfaces' },
  { path: '/surfaces/new' },
  { path: surface },
  { path: `${surface}?as=server` },
  { path: `${surface}/auth`, dialogs: [['Rotate Token'], ['Rotate Token', 'Rotate Token']] },
  { path: `${surface}/appearance` },
  { path: `${surface}/limits` },
  { path: `${surface}/settings`, dialogs: [['Delete surface']] },
  {
    path: '/developers/owner-keys',
    dialogs: [
      ['New owner key'],
      ['Actions for', 'Rotate'],
      ['Actions for', 'Revoke'],
      ['New owner key', 'Create owner key'],
    ],
  },
  {
    path: '/developers/api-keys',
    dialogs: [
      ['New API key'],
      ['New API key', 'Create API key'],
      ['Actions for', 'Change'],
      ['Actions for', 'Switch off'],
      ['Actions for', 'Revoke'],
    ],
  },
  {
    path: '/developers/provider-keys',
    dialogs: [['New provider key'], ['Actions for', 'Change'], ['Actions for', 'Delete']],
  },
  { path: '/developers/webhook-secret', dialogs: [['Make the secret'], ['Rotate']] },
  { path: '/developers/reference' },
  { path: '/logs/runs' },
  { path: '/logs/access' },
  { path: '/logs/audit' },
  {
    path: '/members',
    dialogs: [
      ['Invite a member'],
      ['Invite a member', 'Make the link'],
      ['Actions for', 'Change role'],
      ['Actions for', 'Disable'],
      ['Actions for', 'Remove'],
      ['Actions for', 'New sign-in link'],
    ],
  },
];

/** Presses what leads to a dialog, looks at it, and closes it. */
async function lookAtDialog(page: Page, way: readonly string[]): Promise<void> {
  const dialog = page.getByRole('dialog');
  for (const [index, name] of way.entries()) {
    const from = index > 0 && (await dialog.isVisible()) ? dialog : page;
    const pressed = from.getByRole('button', { name }).or(from.getByRole('menuitem', { name, exact: true }));
    await pressed.last().click();
  }
  await dialog.waitFor();
  await page.waitForFunction(
    () => document.querySelector('[role=dialog] [aria-busy=true], [role=dialog] [data-loading]') === null,
  );
  await expectEveryLookToFit(page, way.join(', '));
  const close = dialog.getByRole('button', { name: /^(I have stored it|Done)$/ });
  if (await close.isVisible()) await close.click();
  else await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
}

describeOnStage('every screen of the dashboard', (stage) => {
  let ids: Record<string, string>;
  let page: Page;
  const problems: string[] = [];
  beforeAll(async () => {
    const { scenario } = stage();
    const { owner } = scenario;
    const { id } = await owner.workspace({ name: longName, allowedOrigins: ['shop.example.test'] });
    const { token } = await owner.embedToken(id, { label: `Footer of ${longName}` });
    for (const origin of ['https://shop.example.test', 'https://elsewhere.example']) {
      await scenario.run('loan-calculator', token, undefined, { origin });
    }
    ids = { ':id': id, ':surface': (await owner.surface(id)).id };
    await owner.apiKey();
    const providerKey = { provider: 'openai', key: `sk-${'0'.repeat(30)}` };
    await owner.ask({ method: 'POST', url: '/v1/provider-keys', body: providerKey });
    await owner.ask({ method: 'POST', url: '/v1/members', body: { name: longName, role: 'viewer' } });
    await scenario.flush();
    page = await signIn(stage(), await stage().newLastingPage());
    page.on('pageerror', ({ message }) => problems.push(message));
  });

  it.each(screens)(
    '$path and its dialogs bar nobody, keep their own policy, and are never wider than the window, light and dark, on a desk and on a phone',
    async ({ path, dialogs = [] }) => {
      await page.goto(`${stage().base}${path.replace(/:\w+/, (name) => ids[name] ?? name)}`);
      await settle(page);
      expect(await page.title()).toMatch(/^.+ · Microapp$/);
      await expectEveryLookToFit(page, path);
      for (const way of dialogs) await lookAtDialog(page, way);
      expect(await violationsIn(page.mainFrame())).toEqual([]);
      expect(problems).toEqual([]);
    },
  );

  it.each(['light', 'dark'] as const)(
    'the Appearance screen bars nobody in the frame of its preview either, in %s colors',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(`${stage().base}${surface.replace(/:\w+/, (name) => ids[name] ?? name)}/appearance`);
      await see(page.frameLocator('iframe[title^="Preview of"]').getByRole('button', { name: 'Run' }));
      expect(await findings(page)).toEqual([]);
    },
  );

  it('the ways in bar nobody either: with a wrong key, with half a link and with one that is used up', async () => {
    const visitor = await stage().newPage();
    await visitor.goto(`${stage().base}/members`);
    await visitor.getByLabel('Owner key').fill(`mk_${'0'.repeat(38)}`);
    await expectEveryLookToFit(visitor, 'signed out');
    await visitor.getByRole('button', { name: 'Sign in' }).click();
    await see(visitor.getByRole('alert').getByText(/Request req_/));
    await expectEveryLookToFit(visitor, 'wrong key');
    await visitor.goto(`${stage().base}/join`);
    await see(visitor.getByRole('heading', { name: 'This link is not complete' }));
    await expectEveryLookToFit(visitor, 'half a link');
    // Another document: a change behind the # alone loads nothing.
    await visitor.goto(`${stage().base}/sign-in`);
    await visitor.goto(`${stage().base}/join#link=${'0'.repeat(40)}`);
    await see(visitor.getByRole('heading', { name: 'Join the team' }));
    await expectEveryLookToFit(visitor, 'a link');
    await visitor.getByRole('button', { name: 'Sign in' }).click();
    await see(visitor.getByRole('alert'));
    await expectEveryLookToFit(visitor, 'a link that is used up');
  });

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
