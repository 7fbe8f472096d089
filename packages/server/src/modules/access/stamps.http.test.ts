import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, loanInputs, type Scenario } from '../../testing/scenario.ts';
import { redeemRequest, sessionRun } from '../../testing/visitor.ts';

const origin = 'https://shop.example';
const slug = 'loan-calculator';

describeApp('the last use of a credential', (open) => {
  let scenario: Scenario;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open();
    workspaceId = (await scenario.owner.workspace()).id;
  });

  async function lastUsedAt(id: string): Promise<string | null> {
    await scenario.flush();
    return (await expectStatus(scenario.owner.ask({ url: `/v1/embed-tokens/${id}` }), 200)).body.lastUsedAt;
  }

  it('is never before the first, then moves with each success and with nothing else (K37)', async () => {
    const { owner, run, clock } = scenario;
    const { id, token } = await owner.embedToken(workspaceId);
    expect(await lastUsedAt(id)).toBeNull();
    await expectStatus(run(slug, token, { principal: 'much' }), 400);
    await expectStatus(run('another-tool', token), 403);
    await expectStatus(run(slug, token, loanInputs, { origin: 'https://evil.test' }), 403);
    expect(await lastUsedAt(id)).toBeNull();
    for (let use = 0; use < 2; use++) {
      clock.advance(5000);
      const usedAt = new Date(clock.now()).toISOString();
      await expectStatus(run(slug, token), 200);
      clock.advance(1);
      expect(await lastUsedAt(id)).toBe(usedAt);
    }
  });

  it('moves for the credential behind a session', async () => {
    const { owner, ask, clock } = scenario;
    const { id, token } = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    const headers = { 'x-microapp-embed-token': token, origin };
    const opened = await expectStatus(ask({ method: 'POST', url: '/v1/embed/sessions', headers, body: {} }), 201);
    const redeemed = await expectStatus(ask(redeemRequest(opened.body.ticket, origin)), 200);
    clock.advance(30_000);
    const usedAt = new Date(clock.now()).toISOString();
    await expectStatus(ask(sessionRun(redeemed.body.token, slug, loanInputs)), 200);
    expect(await lastUsedAt(id)).toBe(usedAt);
  });

  it('never goes back, whatever becomes of the clock (K37)', async () => {
    const { owner, run, clock } = scenario;
    const { id, token } = await owner.embedToken(workspaceId);
    await expectStatus(run(slug, token), 200);
    const usedAt = await lastUsedAt(id);
    expect(usedAt).toBe(new Date(clock.now()).toISOString());
    clock.setNow(clock.now() - 60_000);
    await expectStatus(run(slug, token), 200);
    expect(await lastUsedAt(id)).toBe(usedAt);
    clock.setNow(clock.now() + 60_000);
  });
});
