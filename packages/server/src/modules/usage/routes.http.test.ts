import { beforeAll, expect, it } from 'vitest';
import { failure, newCustomer, openLedger } from '../../testing/ledger.ts';
import { describeApp, expectStatus, refusalOf, type Owner, type Scenario } from '../../testing/scenario.ts';

const day = 24 * 60 * 60 * 1000;
const saying = { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'say', expression: '"x"' }] };
const failing = {
  inputs: { type: 'object' },
  steps: [{ kind: 'transform', name: 'fail', expression: '$error("the private reason")' }],
};

describeApp('runs and usage', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceIds: [string, string];
  let appIds: [string, string];
  let tokens: [string, string];
  let tokenIds: [string, string];

  /** Three runs on one day, one of them failed, and one on the next; of two workspaces. */
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
    workspaceIds = [(await owner.workspace()).id, (await owner.workspace()).id];
    appIds = [(await owner.tool('works', saying)).id, (await owner.tool('fails', failing)).id];
    const scope = { apps: ['works', 'fails'], allowedOrigins: ['shop.example'] };
    const made = [
      await owner.embedToken(workspaceIds[0], scope),
      await owner.embedToken(workspaceIds[1], scope),
    ] as const;
    tokens = [made[0].token, made[1].token];
    tokenIds = [made[0].id, made[1].id];
    await expectStatus(scenario.run('works', tokens[0], {}, { origin: 'https://shop.example' }), 200);
    scenario.clock.advance(1000);
    await expectStatus(scenario.run('fails', tokens[0], {}, { 'x-request-id': 'the-failing-run' }), 502);
    scenario.clock.advance(1000);
    await expectStatus(scenario.run('works', tokens[1], {}), 200);
    scenario.clock.advance(day);
    await expectStatus(scenario.run('works', tokens[0], {}), 200);
  });

  it('the ledger has every run, newest first, with who ran what from where and how it ended', async () => {
    const { body } = await expectStatus(owner.ask({ url: '/v1/runs' }), 200);
    expect(body.nextCursor).toBeNull();
    expect(body.data).toHaveLength(4);
    const [latest, others, failed, first] = body.data;
    expect(first).toEqual({
      id: expect.stringMatching(/^run_/),
      workspaceId: workspaceIds[0],
      appId: appIds[0],
      appVersion: 1,
      surfaceId: null,
      credentialClass: 'embed_token',
      credentialId: tokenIds[0],
      origin: 'https://shop.example',
      status: 'ok',
      errorCode: null,
      errorDetail: null,
      durationMs: expect.any(Number),
      startedAt: '2026-03-02T10:00:00.000Z',
      requestId: expect.stringMatching(/^req_/),
    });
    expect(failed).toMatchObject({
      appId: appIds[1],
      status: 'failed',
      errorCode: 'tool_error',
      errorDetail: expect.stringContaining('the private reason'),
      origin: null,
      requestId: 'the-failing-run',
    });
    expect(others).toMatchObject({ workspaceId: workspaceIds[1], credentialId: tokenIds[1] });
    expect(latest).toMatchObject({ workspaceId: workspaceIds[0], startedAt: '2026-03-03T10:00:02.000Z' });
  });

  it('the ledger can be narrowed to one workspace, and pages', async () => {
    const { body } = await expectStatus(owner.ask({ url: `/v1/runs?workspaceId=${workspaceIds[0]}&limit=2` }), 200);
    expect(body.data).toHaveLength(2);
    const rest = await owner.ask({ url: `/v1/runs?workspaceId=${workspaceIds[0]}&limit=2&cursor=${body.nextCursor}` });
    expect(rest.body).toMatchObject({ data: [{ workspaceId: workspaceIds[0] }], nextCursor: null });
  });

  it('usage is counted by UTC day, workspace and app; failed runs apart', async () => {
    const { body } = await expectStatus(owner.ask({ url: '/v1/usage' }), 200);
    expect(body.nextCursor).toBeNull();
    const counted = (isoDay: string, workspaceId: string, appId: string, runs: number, failedRuns: number) => ({
      day: isoDay,
      workspaceId,
      appId,
      surfaceId: null,
      runs,
      failedRuns,
      canceledRuns: 0,
      aiActions: 0,
    });
    expect(body.data[0]).toEqual(counted('2026-03-03', workspaceIds[0], appIds[0], 1, 0));
    expect(body.data).toHaveLength(4);
    expect(body.data.slice(1)).toEqual(
      expect.arrayContaining([
        counted('2026-03-02', workspaceIds[0], appIds[0], 1, 0),
        counted('2026-03-02', workspaceIds[0], appIds[1], 0, 1),
        counted('2026-03-02', workspaceIds[1], appIds[0], 1, 0),
      ]),
    );
  });

  it.each([
    ['from=2026-03-03', 1],
    ['to=2026-03-02', 3],
    ['from=2026-03-02&to=2026-03-03', 4],
    ['from=2026-03-04', 0],
    ['from=2026-03-03&to=2026-03-02', 0],
  ])('usage can be narrowed to days, both ends included: %s', async (query, count) => {
    const { body } = await expectStatus(owner.ask({ url: `/v1/usage?${query}` }), 200);
    expect(body.data).toHaveLength(count);
  });

  it('usage pages: every row once, newest day first', async () => {
    const whole = (await expectStatus(owner.ask({ url: '/v1/usage' }), 200)).body.data;
    const paged = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const url: string = `/v1/usage?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { body } = await expectStatus(owner.ask({ url }), 200);
      expect(body.data).toHaveLength(1);
      paged.push(...body.data);
      cursor = body.nextCursor;
    }
    expect(paged).toEqual(whole);
  });

  it('usage and ledger can be narrowed to one app and to one surface', async () => {
    const ofApp = await expectStatus(owner.ask({ url: `/v1/usage?appId=${appIds[1]}` }), 200);
    expect(ofApp.body.data).toMatchObject([{ appId: appIds[1], failedRuns: 1 }]);
    const { begin, surfaceId, owner: other } = await newCustomer(scenario);
    const ledger = openLedger(scenario);
    const ofSurface = await begin(ledger, { aiActions: 2 });
    await ofSurface.end(ledger, { status: 'ok' });
    await (await begin(ledger, { surfaceId: undefined })).end(ledger, { status: 'ok' });
    expect((await expectStatus(other.ask({ url: '/v1/usage' }), 200)).body.data).toHaveLength(2);
    const narrowed = await expectStatus(other.ask({ url: `/v1/usage?surfaceId=${surfaceId}` }), 200);
    expect(narrowed.body.data).toMatchObject([{ surfaceId, runs: 1, aiActions: 2 }]);
    const runs = await expectStatus(other.ask({ url: `/v1/runs?surfaceId=${surfaceId}` }), 200);
    expect(runs.body.data).toMatchObject([{ id: ofSurface.id, surfaceId }]);
  });

  it.each([
    ['status=failed', ['failed']],
    ['status=ok', ['latest', 'others', 'first']],
    ['status=running', []],
    ['status=canceled', []],
    ['errorCode=tool_error', ['failed']],
    ['errorCode=interrupted', []],
    ['errorCode=tool_error&status=ok', []],
    ['from=2026-03-03T00:00:00Z', ['latest']],
    ['to=2026-03-02T10:00:01Z', ['first']],
    ['from=2026-03-02T10:00:01Z&to=2026-03-02T10:00:02Z', ['failed']],
    ['appId=fails', ['failed']],
    ['credentialId=second', ['others']],
    ['credentialId=first&status=ok', ['latest', 'first']],
  ])('the ledger can be narrowed: %s', async (query, expected) => {
    const names = ['latest', 'others', 'failed', 'first'];
    const whole = (await expectStatus(owner.ask({ url: '/v1/runs' }), 200)).body.data;
    const url = query
      .replace('=fails', `=${appIds[1]}`)
      .replace('=second', `=${tokenIds[1]}`)
      .replace('=first', `=${tokenIds[0]}`);
    const { body } = await expectStatus(owner.ask({ url: `/v1/runs?${url}` }), 200);
    expect(body.data).toEqual(expected.map((name) => whole[names.indexOf(name)]));
  });

  it.each([
    ['status=gone', 'status'],
    ['errorCode=nothing', 'errorCode'],
    ['from=yesterday', 'from'],
    ['from=2026-03-03T00:00:00Z&to=2026-03-02T00:00:00Z', 'to'],
    ['cursor=made-up', 'cursor'],
  ])('the ledger cannot be narrowed by what makes no sense: %s', async (query, path) => {
    const answer = await owner.ask({ url: `/v1/runs?${query}` });
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed' });
    expect(answer.body.issues[0].path).toBe(path);
  });

  it("today's quotas are shown for owner, workspaces and surfaces: limit, used, left, and when they start anew", async () => {
    const customer = await newCustomer(scenario, { workspace: { runsPerDay: 10 }, surface: { aiActionsPerDay: 3 } });
    const ledger = openLedger(scenario);
    await customer.begin(ledger, { aiActions: 2 });
    await (await customer.begin(ledger)).end(ledger, failure);
    const { body } = await expectStatus(customer.owner.ask({ url: '/v1/usage/quotas' }), 200);
    const resetsAt = '2026-03-04T00:00:00.000Z';
    const { plan } = scenario.config;
    const use = (limit: number | null, used: number) => ({
      limit,
      used,
      remaining: limit === null ? null : limit - used,
    });
    expect(body).toEqual({
      nextCursor: null,
      data: [
        {
          scope: 'owner',
          workspaceId: null,
          surfaceId: null,
          runs: use(plan.runsPerDay, 1),
          aiActions: use(plan.aiActionsPerDay, 2),
          failedRuns: use(plan.failedRunsPerDay, 1),
          resetsAt,
        },
        {
          scope: 'workspace',
          workspaceId: customer.workspaceId,
          surfaceId: null,
          runs: use(10, 1),
          aiActions: use(null, 2),
          failedRuns: null,
          resetsAt,
        },
        {
          scope: 'surface',
          workspaceId: customer.workspaceId,
          surfaceId: customer.surfaceId,
          runs: use(null, 1),
          aiActions: use(3, 2),
          failedRuns: null,
          resetsAt,
        },
      ],
    });
    const paged = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const url: string = `/v1/usage/quotas?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page = (await expectStatus(customer.owner.ask({ url }), 200)).body;
      paged.push(...page.data);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(body.data);
    for (const [query, scopes] of [
      [`workspaceId=${customer.workspaceId}`, ['workspace', 'surface']],
      [`surfaceId=${customer.surfaceId}`, ['surface']],
      [`workspaceId=${workspaceIds[0]}`, []],
    ] as const) {
      const narrowed = await expectStatus(customer.owner.ask({ url: `/v1/usage/quotas?${query}` }), 200);
      expect(narrowed.body.data.map(({ scope }: { scope: string }) => scope)).toEqual(scopes);
    }
    // Lowered under what was used: nothing is left, and not less than that.
    const lower = {
      method: 'PATCH',
      url: `/v1/workspaces/${customer.workspaceId}`,
      body: { limits: { runsPerDay: 0 } },
    };
    await expectStatus(customer.owner.ask(lower as Parameters<Owner['ask']>[0]), 200);
    const lowered = await customer.owner.ask({ url: `/v1/usage/quotas?workspaceId=${customer.workspaceId}` });
    expect(lowered.body.data[0].runs).toEqual({ limit: 0, used: 1, remaining: 0 });
  });

  it.each([
    [{ runsPerDay: -1 }, 'limits.runsPerDay'],
    [{ runsPerDay: 1.5 }, 'limits.runsPerDay'],
    [{ aiActionsPerDay: 1_000_000_001 }, 'limits.aiActionsPerDay'],
    [{ runsPerYear: 1 }, 'limits.runsPerYear'],
  ])("a workspace's limits are whole numbers of things that there are: %j", async (limits, path) => {
    const answer = await owner.ask({ method: 'PATCH', url: `/v1/workspaces/${workspaceIds[0]}`, body: { limits } });
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed' });
    expect(answer.body.issues[0].path).toBe(path);
  });

  it('usage can be narrowed to one workspace', async () => {
    const { body } = await expectStatus(owner.ask({ url: `/v1/usage?workspaceId=${workspaceIds[1]}` }), 200);
    expect(body.data).toMatchObject([{ workspaceId: workspaceIds[1], runs: 1 }]);
  });

  it.each([
    ['2026-02-30', 'a day that there is not'],
    ['0000-01-01', 'a year that no database knows'],
    ['2026-03-02T00:00:00Z', 'a time'],
    ['yesterday', 'a word'],
    ['', 'nothing'],
  ])('usage from %s is refused, as %s is no day', async (from) => {
    const answer = await owner.ask({ url: `/v1/usage?from=${from}` });
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed' });
    expect(answer.body.issues[0].path).toBe('from');
  });
});
