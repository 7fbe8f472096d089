import { beforeAll, expect, it } from 'vitest';
import { describeAppOnce, expectStatus, refusalOf, type Scenario } from '../../testing/scenario.ts';

describeAppOnce('/metrics', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('counts runs by how they ended, steps by kind, durations and alerts, and names no tenant', async () => {
    const { owner } = scenario;
    const { id: workspaceId } = await owner.workspace({ limits: { runsPerDay: 1 } });
    const steps = [
      { kind: 'transform', name: 'one', expression: '1' },
      { kind: 'transform', name: 'two', expression: '2' },
    ];
    const { id, slug } = await owner.tool('counted', { inputs: { type: 'object' }, steps });
    const { id: tokenId, token } = await owner.embedToken(workspaceId, { apps: [slug] });
    await expectStatus(scenario.run(slug, token, {}), 200);
    await expectStatus(scenario.run(slug, token, {}), 429);
    const { text, headers } = await expectStatus(scenario.ask({ url: '/metrics' }), 200);
    expect(headers['content-type']).toContain('text/plain');
    for (const line of [
      'microapp_runs_total{outcome="ok"} 1',
      'microapp_runs_total{outcome="quota_exceeded"} 1',
      'microapp_run_steps_total{kind="transform"} 2',
      'microapp_run_duration_seconds_count{outcome="ok"} 1',
      'microapp_quota_alerts_total{scope="workspace",quota="runs",threshold_percent="80"} 1',
      'microapp_quota_alerts_total{scope="workspace",quota="runs",threshold_percent="100"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    for (const name of [owner.id, owner.key, workspaceId, id, slug, tokenId, token]) expect(text).not.toContain(name);
  });

  it.each([
    ['another machine', { address: '203.0.113.7' }],
    ['the private network', { address: '10.0.0.7' }],
    ['another machine, by IPv6', { address: '2001:db8::7' }],
    ['a proxy on this machine', { headers: { 'x-forwarded-for': '203.0.113.7' } }],
    ['a proxy on this machine that says so otherwise', { headers: { forwarded: 'for=203.0.113.7' } }],
  ])('are not there for %s', async (_, asked) => {
    const answer = await scenario.ask({ url: '/metrics', ...asked });
    expect(refusalOf(answer)).toEqual({ status: 404, code: 'not_found' });
    const unknown = await scenario.ask({ url: '/no-such-page', ...asked });
    expect({ ...answer.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
  });

  it.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])('are there for %s', async (address) => {
    await expectStatus(scenario.ask({ url: '/metrics', address }), 200);
  });
});
