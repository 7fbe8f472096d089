import { beforeAll, expect, it } from 'vitest';
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
      runs,
      failedRuns,
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
