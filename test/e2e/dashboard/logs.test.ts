import { text } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { expectStatus } from '../../../packages/server/src/testing/scenario.ts';
import { describeOnStage } from '../stage/stage.ts';
import { see } from '../stage/widget.ts';
import { openDashboard } from './dashboard.ts';

async function exportedFrom(page: Page): Promise<string[]> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  // The browser runs elsewhere, as far as its driver knows: the file comes as a stream.
  const saved = await text(await download.createReadStream());
  return saved.replace('\uFEFF', '').trimEnd().split('\r\n');
}

describeOnStage('the logs', (stage) => {
  let refusedId: string;
  let ranId: string;
  let tokenId: string;
  let workspaceId: string;
  beforeAll(async () => {
    const { scenario } = stage();
    ({ id: workspaceId } = await scenario.owner.workspace({
      name: 'Ridge & Rope',
      allowedOrigins: ['shop.example.test'],
    }));
    const made = await scenario.owner.embedToken(workspaceId, { label: 'Footer' });
    tokenId = made.id;
    const run = (origin: string) => scenario.run('loan-calculator', made.token, undefined, { origin });
    ranId = String((await run('https://shop.example.test')).headers['x-request-id']);
    refusedId = (await run('https://elsewhere.example')).body.requestId;
    await scenario.flush();
  });

  it('say by the request id why a visitor was refused, more than the visitor was told; the address keeps the filter', async () => {
    const page = await openDashboard(stage(), '/logs/access');
    // What is not there yet would pass for filtered out.
    await see(page.getByRole('row', { name: ranId }).getByText('POST /api/tools/loan-calculator/run'));
    await page.getByLabel('Request id').fill(refusedId);
    await page.getByRole('row', { name: ranId }).waitFor({ state: 'detached' });
    const row = page.getByRole('row', { name: refusedId });
    await see(row.getByText('The page is not on the allowed origins.'));
    await see(row.getByText('https://elsewhere.example'));
    await see(row.getByText(tokenId));
    // For whom.
    await see(row.getByRole('link', { name: 'Ridge & Rope' }));
    expect(new URL(page.url()).searchParams.get('requestId')).toBe(refusedId);
    await page.reload();
    await see(row);
    expect(await page.getByLabel('Request id').inputValue()).toBe(refusedId);
    await page.getByRole('button', { name: 'Clear' }).click();
    await see(page.getByRole('row', { name: ranId }));
    await page.getByLabel('Request id').fill('req_none');
    await see(page.getByRole('heading', { name: 'No request matches' }));
    // Clear comes after what is being typed, and is not undone by it a moment later.
    await page.getByLabel('Origin').fill('https://nowhere.example');
    await page.getByRole('button', { name: 'Clear' }).click();
    await see(page.getByRole('row', { name: ranId }));
    expect(await page.getByLabel('Origin').inputValue()).toBe('');
    await page.getByLabel('Request id').fill(refusedId);
    await page.getByRole('row', { name: ranId }).waitFor({ state: 'detached' });
    await see(row);
    expect(new URL(page.url()).search).toBe(`?requestId=${refusedId}`);
  });

  it('show for one token what it was used for, from where, and when it was refused (K59)', async () => {
    const page = await openDashboard(stage(), `/logs/access?credentialId=${tokenId}`);
    await see(page.getByRole('row', { name: ranId }).getByText('https://shop.example.test'));
    await see(page.getByRole('row', { name: refusedId }).getByText('https://elsewhere.example'));
    expect(await page.getByRole('row').count()).toBe(3);
    await page.getByRole('combobox', { name: 'Outcome' }).click();
    await page.getByRole('option', { name: 'Refused', exact: true }).click();
    await page.getByRole('row', { name: ranId }).waitFor({ state: 'detached' });
    await see(page.getByRole('row', { name: refusedId }));
  });

  it('list a run with its request, narrowed by how it ended and when, and hold neither inputs nor results (R39)', async () => {
    const page = await openDashboard(stage(), '/logs/runs');
    const row = page.getByRole('row', { name: ranId });
    await see(row.getByText('Loan calculator'));
    await see(row.getByText('Ok', { exact: true }));
    await see(row.getByRole('link', { name: 'Ridge & Rope' }));
    expect(await page.getByRole('main').textContent()).not.toMatch(/200,?000|1,?199/);
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Failed' }).click();
    await see(page.getByRole('heading', { name: 'No run matches' }));
    await page.getByRole('button', { name: 'Clear' }).click();
    await see(row);

    const { clock, database } = stage().scenario;
    const chooseTime = async (range: string): Promise<void> => {
      await page.getByRole('combobox', { name: 'Time' }).click();
      await page.getByRole('option', { name: range }).click();
    };
    const twoHoursAgo = new Date(clock.now() - 2 * 3_600_000);
    await database.admin.query('update runs set started_at = $2 where request_id = $1', [ranId, twoHoursAgo]);
    await chooseTime('Last hour');
    await row.waitFor({ state: 'detached' });
    expect(await exportedFrom(page)).toHaveLength(1);
    await chooseTime('Last 24 hours');
    await see(row);
    expect(new URL(page.url()).searchParams.get('range')).toBe('24h');
    expect((await exportedFrom(page)).at(-1)).toContain(ranId);
    const chooseCustomer = async (name: string): Promise<void> => {
      await page.getByRole('combobox', { name: 'Customer' }).fill(name);
      await page.getByRole('option', { name, exact: true }).click();
    };
    const { owner } = stage().scenario;
    const other = await expectStatus(owner.ask({ url: `/v1/workspaces/${owner.workspaceId}` }), 200);
    await chooseCustomer(other.body.name);
    await row.waitFor({ state: 'detached' });
    await chooseCustomer('Ridge & Rope');
    await see(row);
    expect(new URL(page.url()).searchParams.get('workspaceId')).toBe(workspaceId);
    await row.getByRole('link', { name: ranId }).click();
    await see(page.getByRole('heading', { name: 'Access log' }));
    await see(page.getByRole('row', { name: ranId }));
  });

  it('are saved as CSV as they are filtered: all rows, and no formula that a spreadsheet would run', async () => {
    const page = await openDashboard(stage(), `/logs/access?credentialId=${tokenId}`);
    await see(page.getByRole('row', { name: ranId }));
    const [head, ...lines] = await exportedFrom(page);
    expect(head).toContain('request id');
    expect(lines).toHaveLength(2);
    expect(lines.join('\n')).toContain(refusedId);
    expect(lines.join('\n')).toContain(ranId);
    await page.goto(`${stage().base}/logs/runs`);
    await see(page.getByRole('row', { name: ranId }));
    const runs = await exportedFrom(page);
    expect(runs).toHaveLength(2);
    expect(runs[1]).toContain(ranId);
  });

  it('say who changed what, from which address, by the id of what was changed', async () => {
    const page = await openDashboard(stage(), '/logs/audit');
    await page.getByLabel('What was changed').fill(tokenId);
    const row = page.getByRole('row', { name: tokenId });
    await see(row.getByText('Embed token issued'));
    await see(row.getByText(stage().scenario.owner.keyId));
    await see(row.getByText('127.0.0.1'));
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
    const exported = await exportedFrom(page);
    expect(exported).toHaveLength(2);
    expect(exported[1]).toContain(stage().scenario.owner.keyId);
    const choose = async (event: string): Promise<void> => {
      await page.getByRole('combobox', { name: 'Event' }).fill(event);
      await page.getByRole('option', { name: event, exact: true }).click();
    };
    await choose('Embed token revoked');
    await see(page.getByRole('heading', { name: 'No change matches' }));
    await choose('Embed token issued');
    await see(row);
  });
});
