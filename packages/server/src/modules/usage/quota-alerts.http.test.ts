import { beforeAll, expect, it } from 'vitest';
import { failure, newCustomer, openLedger, type Customer } from '../../testing/ledger.ts';
import { describeApp, expectStatus, refusalOf, type Answer, type Scenario } from '../../testing/scenario.ts';

describeApp('alerts of quotas', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  async function alertsOf({ owner }: Customer, query = ''): Promise<Answer['body']> {
    return (await expectStatus(owner.ask({ url: `/v1/usage/alerts${query}` }), 200)).body;
  }

  function dayOf(atMs: number): string {
    return new Date(atMs).toISOString().slice(0, 10);
  }

  it('80 and 100 percent are told once each, however many runs cross them at once through two ledgers (H67)', async () => {
    const customer = await newCustomer(scenario, { workspace: { runsPerDay: 10 } });
    const ledgers = [openLedger(scenario), openLedger(scenario)] as const;
    await Promise.all(Array.from({ length: 10 }, (_, index) => customer.begin(ledgers[index % 2 === 0 ? 0 : 1])));
    const { data } = await alertsOf(customer);
    const alert = {
      at: new Date(scenario.clock.now()).toISOString(),
      day: dayOf(scenario.clock.now()),
      scope: 'workspace',
      workspaceId: customer.workspaceId,
      surfaceId: null,
      quota: 'runs',
      limit: 10,
    };
    expect(data).toHaveLength(2);
    expect(data).toEqual(
      expect.arrayContaining([
        { ...alert, thresholdPercent: 80 },
        { ...alert, thresholdPercent: 100 },
      ]),
    );
    const told = ledgers.flatMap(({ alerts }) => alerts);
    expect(told.map(({ thresholdPercent }) => thresholdPercent).toSorted((a, b) => a - b)).toEqual([80, 100]);
  });

  it('nothing is told below 80 percent, and nothing again after runs were given back, until the next day', async () => {
    const customer = await newCustomer(scenario, { surface: { runsPerDay: 5 } });
    const ledger = openLedger(scenario);
    for (let run = 0; run < 3; run++) await customer.begin(ledger);
    expect(ledger.alerts).toEqual([]);
    for (let round = 0; round < 2; round++) await (await customer.begin(ledger)).end(ledger, failure);
    const { ownerId, workspaceId, surfaceId } = customer.principal;
    const told = { ownerId, workspaceId, surfaceId, scope: 'surface', quota: 'runs', thresholdPercent: 80, limit: 5 };
    expect(ledger.alerts).toMatchObject([told]);
    scenario.clock.setNow(scenario.clock.now() + 24 * 60 * 60 * 1000);
    for (let run = 0; run < 4; run++) await customer.begin(ledger);
    expect(ledger.alerts).toMatchObject([told, told]);
    expect((await alertsOf(customer)).data).toHaveLength(2);
  });

  it("the owner's failed runs and AI actions are told of, too, without a workspace", async () => {
    const customer = await newCustomer(scenario);
    const ledger = openLedger(scenario, { plan: { failedRunsPerDay: 5, aiActionsPerDay: 10 } });
    for (let run = 0; run < 4; run++) await (await customer.begin(ledger, { aiActions: 0 })).end(ledger, failure);
    await customer.begin(ledger, { aiActions: 10 });
    const { data } = await alertsOf(customer);
    const owners = { scope: 'owner', workspaceId: null, surfaceId: null };
    expect(data).toHaveLength(3);
    expect(data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...owners, quota: 'failedRuns', thresholdPercent: 80, limit: 5 }),
        expect.objectContaining({ ...owners, quota: 'aiActions', thresholdPercent: 80, limit: 10 }),
        expect.objectContaining({ ...owners, quota: 'aiActions', thresholdPercent: 100, limit: 10 }),
      ]),
    );
  });

  it('a quota with less left than a run wants is told of as used up, when it refuses for the first time', async () => {
    const customer = await newCustomer(scenario, { workspace: { aiActionsPerDay: 10 } });
    const ledger = openLedger(scenario);
    await customer.begin(ledger, { aiActions: 7 });
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(customer.begin(ledger, { aiActions: 4 })).rejects.toMatchObject({ code: 'quota_exceeded' });
    }
    expect(ledger.alerts.map(({ thresholdPercent }) => thresholdPercent)).toEqual([80, 100]);
  });

  it('a limit of 0 refuses every run, and tells whoever set it nothing new (H68)', async () => {
    const customer = await newCustomer(scenario, { surface: { runsPerDay: 0 } });
    const ledger = openLedger(scenario);
    await expect(customer.begin(ledger)).rejects.toMatchObject({ code: 'quota_exceeded' });
    expect(ledger.alerts).toEqual([]);
    expect((await alertsOf(customer)).data).toEqual([]);
  });

  it('the list pages, newest first, and narrows to a workspace or a surface', async () => {
    const customer = await newCustomer(scenario, { workspace: { runsPerDay: 5 }, surface: { runsPerDay: 5 } });
    const ledger = openLedger(scenario);
    for (let run = 0; run < 5; run++) {
      await customer.begin(ledger);
      scenario.clock.advance(1000);
    }
    const whole = (await alertsOf(customer)).data;
    expect(whole.map((alert: { thresholdPercent: number }) => alert.thresholdPercent)).toEqual([100, 100, 80, 80]);
    const paged = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Answer['body'] = await alertsOf(customer, `?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.data).toHaveLength(1);
      paged.push(...page.data);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole);
    const ofSurface = (await alertsOf(customer, `?surfaceId=${customer.surfaceId}`)).data;
    expect(ofSurface).toEqual(whole.filter(({ scope }: { scope: string }) => scope === 'surface'));
    expect((await alertsOf(customer, `?workspaceId=${customer.workspaceId}`)).data).toEqual(whole);
    expect((await alertsOf(customer, '?workspaceId=ws_nobody')).data).toEqual([]);
  });

  it('stands in the access log under the request that did it, beside that request itself', async () => {
    const owner = await scenario.anotherOwner();
    const { id: workspaceId } = await owner.workspace({ limits: { runsPerDay: 1 } });
    const { slug } = await owner.tool('once-a-day');
    const { token } = await owner.embedToken(workspaceId, { apps: [slug] });
    const answer = await expectStatus(scenario.run(slug, token, {}), 200);
    const lines = await scenario.accessLog(answer.headers['x-request-id'] ?? '');
    const note = { method: 'NOTE', route: '(quota alert)', workspace_id: workspaceId, owner_id: owner.id };
    expect(lines).toHaveLength(3);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ method: 'POST', status: 200, reason: null }),
        expect.objectContaining({ ...note, reason: 'quota_alert workspace: runs 80 %' }),
        expect.objectContaining({ ...note, reason: 'quota_alert workspace: runs 100 %' }),
      ]),
    );
    const shown = await expectStatus(owner.ask({ url: `/v1/access-log?workspaceId=${workspaceId}` }), 200);
    const notes = shown.body.data.filter(({ method }: { method: string }) => method === 'NOTE');
    expect(notes).toMatchObject([{ explanation: expect.any(String) }, { explanation: expect.any(String) }]);

    const refused = await scenario.run(slug, token, {});
    expect(refusalOf(refused)).toEqual({ status: 429, code: 'quota_exceeded' });
    expect(refused.body.error).toBe(
      'The quota of runs of this workspace for today is used up. It starts anew at 00:00 UTC.',
    );
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(1);
  });
});
