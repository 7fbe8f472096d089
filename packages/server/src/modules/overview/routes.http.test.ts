import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, type Scenario } from '../../testing/scenario.ts';

const day = 86_400_000;

describeApp('the overview', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('counts today against yesterday until the same time of the day, with the reasons of refusals (R39, H59)', async () => {
    const owner = await scenario.anotherOwner();
    const { id: workspaceId } = await owner.workspace({ allowedOrigins: ['shop.example'] });
    await owner.tool('overview-tool');
    const { token } = await owner.embedToken(workspaceId, { apps: ['overview-tool'] });
    await expectStatus(scenario.run('overview-tool', token), 200);
    await expectStatus(scenario.run('overview-tool', token), 200);
    await expectStatus(scenario.run('overview-tool', token, undefined, { origin: 'https://elsewhere.example' }), 403);
    await scenario.flush();
    const { admin } = scenario.database;
    const { body } = await expectStatus(owner.ask({ url: '/v1/overview' }), 200);
    expect(body.today).toEqual({ runs: 2, failedRuns: 0, aiActions: 0, sessions: 0, refusals: 1 });
    expect(body.yesterday).toEqual({ runs: 0, failedRuns: 0, aiActions: 0, sessions: 0, refusals: 0 });
    expect(body.refusedWhy).toEqual([{ reason: 'origin_not_listed', explanation: expect.any(String), count: 1 }]);

    // One run of the same time yesterday, and one of an hour later, which yesterday had not happened by now.
    const rows = await admin.query('select id from runs where owner_id = $1', [owner.id]);
    const [first, second] = rows.map(({ id }) => id);
    const now = scenario.clock.now();
    await admin.query('alter table runs disable trigger user');
    await admin.query('update runs set started_at = $2 where id = $1', [first, new Date(now - day - 1000)]);
    await admin.query('update runs set started_at = $2 where id = $1', [second, new Date(now - day + 3_600_000)]);
    await admin.query('alter table runs enable trigger user');
    const later = await expectStatus(owner.ask({ url: '/v1/overview' }), 200);
    expect(later.body.today.runs).toBe(0);
    expect(later.body.yesterday.runs).toBe(1);
  });

  it('says how far the set-up is, from nothing to a page that was seen', async () => {
    const owner = await scenario.anotherOwner();
    const steps = async () => (await expectStatus(owner.ask({ url: '/v1/overview' }), 200)).body.firstSteps;
    expect(await steps()).toEqual({
      liveApp: null,
      firstRunAt: null,
      customer: null,
      surface: null,
      hasOrigin: false,
      seen: null,
    });

    await owner.workspace({ name: 'Its own' });
    scenario.clock.advance(1);
    await owner.tool('first-tool');
    expect(await steps()).toMatchObject({ liveApp: { slug: 'first-tool', name: 'first-tool' }, customer: null });

    const { id: workspaceId } = await owner.workspace({ name: 'Shop' });
    await owner.workspace({ name: 'Demo', attributes: { demo: true } });
    const surface = await owner.surface(workspaceId, { name: 'Footer', apps: ['first-tool'], allowedOrigins: [] });
    expect(await steps()).toMatchObject({
      customer: { id: workspaceId, name: 'Shop' },
      surface: { id: surface.id, name: 'Footer' },
      hasOrigin: false,
      seen: null,
    });

    const hello = (origin: string) =>
      scenario.ask({ method: 'POST', url: '/v1/embed/hello', headers: { origin }, body: { key: surface.clientToken } });
    await expectStatus(hello('https://www.shop.example'), 403);
    await scenario.flush();
    expect(await steps()).toMatchObject({ seen: { origin: 'https://www.shop.example', outcome: 'refused' } });

    await owner.ask({ method: 'PATCH', url: `/v1/surfaces/${surface.id}`, body: { allowedOrigins: ['shop.example'] } });
    await expectStatus(hello('https://shop.example'), 200);
    await scenario.flush();
    expect(await steps()).toMatchObject({
      hasOrigin: true,
      seen: { origin: 'https://shop.example', outcome: 'allowed' },
    });

    // The next one does not begin the way anew.
    scenario.clock.advance(1);
    await owner.surface(workspaceId, { name: 'Next', apps: ['first-tool'], allowedOrigins: [] });
    expect(await steps()).toMatchObject({
      surface: { id: surface.id, name: 'Footer' },
      hasOrigin: true,
      seen: { origin: 'https://shop.example', outcome: 'allowed' },
    });
  });

  it('of one owner holds nothing of another', async () => {
    const [busy, idle] = [scenario.owner, await scenario.anotherOwner()];
    await busy.workspace({ name: 'Busy' });
    await busy.surface(scenario.owner.workspaceId);
    const { body } = await expectStatus(idle.ask({ url: '/v1/overview' }), 200);
    expect(body.today).toEqual({ runs: 0, failedRuns: 0, aiActions: 0, sessions: 0, refusals: 0 });
    expect(body.firstSteps).toMatchObject({ liveApp: null, customer: null, surface: null });
  });
});
