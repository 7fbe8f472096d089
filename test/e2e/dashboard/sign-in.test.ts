import type { Locator, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { startSignInProvider, type SignInProvider } from '../../../packages/server/src/testing/sign-in-provider.ts';
import { findings } from '../stage/findings.ts';
import { laxSite } from '../stage/sites.ts';
import { describeOnStage } from '../stage/stage.ts';
import { see } from '../stage/widget.ts';
import { openDashboard } from './dashboard.ts';
import { expectEveryLookToFit } from './looks.ts';

/** Everything that a script of the page could read, as one text. */
function readableIn(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const values = [...document.querySelectorAll('input')].map(({ value }) => value);
    const caches = 'caches' in globalThis ? await globalThis.caches.keys() : [];
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    return JSON.stringify([
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      document.cookie,
      location.href,
      history.state,
      document.documentElement.outerHTML,
      { values, caches, databases },
    ]);
  });
}

function accountMenuOf(page: Page): Locator {
  return page.getByRole('banner').getByRole('button', { name: 'First owner' });
}

describeOnStage('signing in to the dashboard', (stage) => {
  it('is refused in words with a wrong key, and nothing assistive stands in the way', async () => {
    const page = await stage().newPage();
    await page.goto(`${stage().base}/members`);
    await page.getByLabel('Owner key').fill(`mk_${'0'.repeat(38)}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const alert = page.getByRole('alert');
    await see(alert.getByText('This owner key does not work.'));
    await see(alert.getByText(/^Copy the whole key/));
    await see(alert.getByText(/Request req_/));
    expect(await findings(page)).toEqual([]);
    expect(await page.context().cookies()).toEqual([]);
  });

  it('exchanges the owner key: no script can read it or the session afterwards, and no request sends it (M11)', async () => {
    const { key } = stage().scenario.owner;
    const page = await openDashboard(stage());
    await see(page.getByRole('heading', { name: 'Overview' }));
    const sent: string[] = [];
    page.on('request', (request) => sent.push(JSON.stringify([request.url(), request.headers(), request.postData()])));
    await page.getByRole('link', { name: 'Members' }).click();
    await see(page.getByRole('heading', { name: 'Members', exact: true }));
    await page.reload();
    await see(page.getByRole('heading', { name: 'Members', exact: true }));

    const [session] = await page.context().cookies();
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(session?.value).toMatch(/mdsh_/);
    const readable = await readableIn(page);
    expect(readable).not.toContain(key);
    expect(readable).not.toContain(session?.value);
    expect(sent.length).toBeGreaterThan(3);
    expect(sent.join('\n')).not.toContain(key);
  });

  it('is of no use to a page of another site: it reads nothing with the cookie, and nothing with the key (M11)', async () => {
    const { base, site, scenario } = stage();
    const page = await openDashboard(stage());
    await page.goto(site('shop.example.test', laxSite({ base })));
    const tried = await page.evaluate(
      async ([url, key]) => {
        const outcomeOf = (init: RequestInit): Promise<string> =>
          fetch(`${url}/v1/me`, init).then(
            (answer) => String(answer.status),
            () => 'blocked',
          );
        return [
          await outcomeOf({ credentials: 'include' }),
          await outcomeOf({ headers: { authorization: `Bearer ${key}` } }),
        ];
      },
      [base, scenario.owner.key],
    );
    expect(tried).toEqual(['blocked', 'blocked']);
  });

  it('leads back to where one wanted to go, with its filters, and never to another site', async () => {
    const { base, newPage, scenario } = stage();
    const page = await newPage();
    await page.goto(`${base}/logs/runs?status=failed`);
    await page.getByLabel('Owner key').fill(scenario.owner.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see(page.getByRole('heading', { name: 'Runs' }));
    expect(page.url()).toBe(`${base}/logs/runs?status=failed`);

    const misled = await openDashboard(stage(), '//shop.example.test/');
    await see(misled.getByRole('heading', { name: 'Overview' }));
    expect(misled.url()).toBe(`${base}/`);
  });

  it('ends by signing out: what was on the screen is gone, and the way back asks again; after another sign-in another tab goes on', async () => {
    const page = await openDashboard(stage(), '/members');
    const tab = await page.context().newPage();
    await tab.goto(`${stage().base}/developers/owner-keys`);
    await see(tab.getByRole('rowheader').first());
    await page.getByRole('link', { name: 'Customers' }).click();
    await see(page.getByRole('heading', { name: 'Customers', exact: true }));
    const [session] = await page.context().cookies();
    await accountMenuOf(page).click();
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await see(page.getByRole('heading', { name: 'Sign in to Microapp' }));
    await page.goBack();
    await see(page.getByLabel('Owner key'));
    expect(new URL(page.url()).searchParams.get('returnTo')).toBe('/members');
    const { base } = stage();
    const replayed = await fetch(`${base}/v1/me`, { headers: { cookie: `${session?.name}=${session?.value}` } });
    expect(replayed.status).toBe(401);

    await page.getByLabel('Owner key').fill(stage().scenario.owner.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await see(page.getByRole('heading', { name: 'Members', exact: true }));
    const asked = tab.waitForResponse((answer) => answer.url().endsWith('/v1/dashboard-sessions/current'));
    // What a browser says when one comes back to a tab.
    await tab.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await asked;
    await tab.getByRole('button', { name: 'New owner key' }).click();
    await tab.getByRole('button', { name: 'Create owner key' }).click();
    await see(tab.getByLabel('The secret'));
  });

  it('everywhere is ended from one browser: another one is signed out on its next request', async () => {
    const [here, there] = [await openDashboard(stage()), await openDashboard(stage(), '/customers')];
    await there.getByRole('table').waitFor();
    await accountMenuOf(here).click();
    await here.getByRole('menuitem', { name: 'Sign out everywhere' }).click();
    await here.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
    await see(here.getByRole('heading', { name: 'Sign in to Microapp' }));
    await there.getByRole('link', { name: 'Members' }).click();
    await see(there.getByRole('heading', { name: 'Sign in to Microapp' }));
    expect(new URL(there.url()).searchParams.get('returnTo')).toMatch(/^\/(members|customers)$/);
  });
});

describe('signing in through the identity provider', () => {
  let provider: SignInProvider;
  afterAll(() => provider.close());

  describeOnStage(
    'in a browser',
    (stage) => {
      it('goes by one button to the provider and back to where one wanted to go, in the role that the provider gives, and is refused in words without one (K51)', async () => {
        const { base, newPage, scenario } = stage();
        // The provider goes by the real time.
        scenario.clock.setNow(Date.now());
        provider.setClaims({ name: 'Ada Lovelace', roles: ['developer'] });
        const page = await newPage();
        await page.goto(`${base}/customers?status=active`);
        const button = page.getByRole('link', { name: 'Continue with your identity provider' });
        await see(button);
        await expectEveryLookToFit(page, 'sign-in with a provider');
        await button.click();
        await see(page.getByRole('heading', { name: 'Customers', exact: true }));
        expect(page.url()).toBe(`${base}/customers?status=active`);
        await see(page.getByRole('banner').getByRole('button', { name: 'Ada Lovelace' }));
        await see(page.getByRole('button', { name: 'New customer' }));
        await page.getByRole('link', { name: 'Developers' }).click();
        await see(page.getByRole('heading', { name: 'API reference' }));
        expect(await page.getByRole('link', { name: /Owner keys|API keys|Provider keys|Webhook secret/ }).count()).toBe(
          0,
        );
        for (const place of ['owner-keys', 'api-keys', 'provider-keys', 'webhook-secret']) {
          await page.goto(`${base}/developers/${place}`);
          await see(page.getByRole('main').getByRole('alert'));
          expect(
            await page
              .getByRole('main')
              .getByRole('button', { name: /^(New|Make)/ })
              .count(),
            place,
          ).toBe(0);
        }
        await page.goto(`${base}/members`);
        await see(page.getByRole('heading', { name: 'Members', exact: true }));
        expect(await page.getByRole('button', { name: 'Invite a member' }).count()).toBe(0);

        provider.setClaims({ name: 'Nobody', roles: [] });
        const stranger = await newPage();
        await stranger.goto(`${base}/sign-in`);
        await stranger.getByRole('link', { name: 'Continue with your identity provider' }).click();
        await see(stranger.getByRole('link', { name: 'Back to signing in' }));
        await expectEveryLookToFit(stranger, 'refused by the provider');
        expect((await stranger.context().cookies(base)).filter(({ value }) => value.startsWith('mdsh_'))).toEqual([]);
      });
    },
    async (base) => {
      provider = await startSignInProvider(base);
      return provider.env;
    },
  );
});
