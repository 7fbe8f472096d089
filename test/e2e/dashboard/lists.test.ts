import type { Page, Route } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { describeOnStage } from '../stage/stage.ts';
import { see } from '../stage/widget.ts';
import { signIn } from './dashboard.ts';

/** Every list: where it is, what it asks the server for, and what it says when there is nothing. `:id` is a customer. */
const lists = [
  ['/customers', '/v1/workspaces', 'No customers yet', 'New customer'],
  ['/customers/:id/embed-urls', '/v1/workspaces/:id/embed-tokens', 'No active embed token', 'Create Embed Token'],
  ['/customers/:id/surfaces', '/v1/surfaces', 'Northwind has no surface yet', 'New surface'],
  ['/customers/:id/usage', '/v1/usage', 'Nothing used yet', undefined],
  ['/customers/:id/access-log', '/v1/access-log', 'No request yet', undefined],
  ['/apps', '/v1/apps', 'No apps yet', 'New app'],
  ['/apps/loan-calculator/versions', '/v1/apps/loan-calculator/versions', 'Nothing is published yet', undefined],
  ['/surfaces', '/v1/surfaces', 'No surface yet', 'New surface'],
  ['/developers/owner-keys', '/v1/owner-keys', 'No owner key', 'New owner key'],
  ['/developers/api-keys', '/v1/api-keys', 'No API key yet', 'New API key'],
  ['/developers/provider-keys', '/v1/provider-keys', 'No provider key yet', 'New provider key'],
  ['/logs/runs', '/v1/runs', 'No run yet', undefined],
  ['/logs/access', '/v1/access-log', 'No request yet', undefined],
  ['/logs/audit', '/v1/audit', 'No change yet', undefined],
  ['/members', '/v1/members', 'No members yet', 'Invite a member'],
] as const;

const manyTokens = 100_000;
const pageSize = 50;

describeOnStage('a list', (stage) => {
  let id: string;
  let page: Page;
  beforeAll(async () => {
    const { scenario } = stage();
    const { owner } = scenario;
    ({ id } = await owner.workspace({ name: 'Northwind' }));
    const { token } = await owner.embedToken(id);
    await scenario.run('loan-calculator', token);
    await owner.surface(id);
    await owner.apiKey();
    for (const [url, body] of [
      ['/v1/provider-keys', { provider: 'openai', key: `sk-${'0'.repeat(30)}` }],
      ['/v1/members', { name: 'Grace', role: 'viewer' }],
    ] as const) {
      await owner.ask({ method: 'POST', url, body });
    }
    await scenario.flush();
    page = await signIn(stage(), await stage().newLastingPage());
  });

  it.each(lists)(
    '%s is drawn before it is there, says what failed and tries again, shows its rows in the same columns, and when there are none the next step',
    async (path, api, nothing, next) => {
      const isList = (url: URL): boolean => url.pathname === api.replace(':id', id);
      const held: Route[] = [];
      await page.route(isList, (route) => void held.push(route));
      const address = `${stage().base}${path.replace(':id', id)}`;
      await page.goto(address);
      const main = page.getByRole('main');
      const table = main.getByRole('table').last();
      await see(main.locator('table[aria-busy=true]'));
      const columns = await table.getByRole('columnheader').allTextContents();
      await expect.poll(() => held.length).toBeGreaterThan(0);
      const json = { error: 'Too many requests.', code: 'rate_limited', hint: 'Wait a moment.', requestId: 'req_held' };
      for (const route of held.splice(0)) await route.fulfill({ status: 429, json });
      const alert = main.getByRole('alert').filter({ hasText: 'Too many requests.' });
      await see(alert.getByText('Wait a moment.'));
      await see(alert.getByText('Request req_held'));

      await page.unroute(isList);
      await alert.getByRole('button', { name: 'Try again' }).click();
      await see(table.getByRole('rowheader').first());
      await alert.waitFor({ state: 'hidden' });
      expect(await table.getByRole('columnheader').allTextContents()).toEqual(columns);

      // The one list that the wire answers whole.
      const none = api === '/v1/api-keys' ? [] : { data: [], nextCursor: null };
      await page.route(isList, (route) => route.fulfill({ json: none }));
      await page.reload();
      await see(main.getByRole('heading', { name: nothing }));
      if (next !== undefined) {
        await see(
          main
            .getByRole('button', { name: next })
            .or(main.getByRole('link', { name: next }))
            .last(),
        );
      }
      expect(await main.getByRole('table').count()).toBe(0);
      await page.unroute(isList);
    },
  );

  it('to choose a customer from finds every one by a part of its name, however many are newer', async () => {
    await stage().scenario.database.admin.session(async (session) => {
      await session.execute('set session_replication_role = replica');
      await session.query(
        `insert into workspaces (id, owner_id, name, attributes, created_at, updated_at)
         select 'ws_newer' || n, owner_id, 'Newer ' || n, '{}', created_at + n * interval '1 second', created_at
         from workspaces, generate_series(1, 300) n where id = $1`,
        [id],
      );
      await session.execute('set session_replication_role = origin');
    });
    await page.goto(`${stage().base}/surfaces/new`);
    const field = page.getByRole('combobox', { name: 'Customer' });
    await field.click();
    await see(page.getByRole('option', { name: 'Newer 300' }));
    await field.fill('orthwin');
    await page.getByRole('option', { name: 'Northwind' }).click();
    await page.getByRole('heading', { name: 'New surface' }).click();
    await expect.poll(() => field.inputValue()).toBe('Northwind');
    await field.fill('nobody of that name');
    await see(page.getByText('No customer of that name'));
    await page.goto(`${stage().base}/surfaces?workspaceId=${id}`);
    await expect.poll(() => field.inputValue()).toBe('Northwind');
  });

  it('of 100,000 embed tokens opens, loads more behind what is there, and narrows; what is not shown is not in the page', async () => {
    const { scenario } = stage();
    await scenario.database.admin.session(async (session) => {
      await session.execute('set session_replication_role = replica');
      await session.query(
        `insert into embed_tokens (id, owner_id, workspace_id, label, apps, permissions, use, secret_hash, created_at,
           revoked_at)
         select 'etok_many' || n, owner_id, id, 'Token ' || n, '{loan-calculator}', '{tool:run}', 'widget',
           sha256(('many' || n)::bytea), created_at + n * interval '1 second',
           case n % 1000 when 0 then created_at + interval '1 hour' end
         from workspaces, generate_series(1, $2::integer) n where id = $1`,
        [id, manyTokens],
      );
      await session.execute('set session_replication_role = origin; analyze embed_tokens');
    });
    await page.goto(`${stage().base}/customers/${id}/embed-urls`);
    const rows = page.getByRole('main').locator('tbody tr');
    await see(page.getByRole('row', { name: `Token ${manyTokens - 1}` }));
    const namesShown = (): Promise<string[]> => rows.locator('th button').allTextContents();
    const first = await namesShown();
    expect(first).toHaveLength(pageSize);
    const sizeOfPage = (): Promise<number> => page.evaluate(() => document.getElementsByTagName('*').length);
    const size = await sizeOfPage();

    const more = page.getByRole('button', { name: 'Load more' });
    await more.scrollIntoViewIfNeeded();
    const place = await page.evaluate(() => scrollY);
    expect(place).toBeGreaterThan(0);
    await more.click();
    await expect.poll(() => rows.count()).toBe(2 * pageSize);
    const both = await namesShown();
    expect(both.slice(0, pageSize)).toEqual(first);
    expect(new Set(both).size).toBe(2 * pageSize);
    expect(await page.evaluate(() => scrollY)).toBe(place);
    expect(await sizeOfPage()).toBeLessThan(2 * size);

    await page.getByText('Revoked', { exact: true }).click();
    await see(page.getByRole('row', { name: `Token ${manyTokens}`, exact: false }));
    await expect.poll(() => rows.count()).toBe(pageSize);
    expect(await namesShown()).toContain(`Token ${manyTokens - 49_000}`);
    await more.click();
    await expect.poll(() => rows.count()).toBe(manyTokens / 1000);
    expect(await more.count()).toBe(0);
  });
});
