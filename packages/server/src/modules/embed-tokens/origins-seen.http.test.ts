import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, ownUrl, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { backendSession, sessionRun } from '../../testing/visitor.ts';

const shop = 'https://shop.example';
const evil = 'https://evil.example';

describeApp('where an embed token was seen', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
  });

  async function made() {
    const { id: workspaceId } = await owner.workspace();
    const token = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example', '*.seen.example'] });
    return { ...token, workspaceId };
  }
  const runOn = (token: string, origin: string): Promise<Answer> =>
    scenario.run('loan-calculator', token, undefined, { origin });
  async function seen(id: string): Promise<Answer['body']> {
    await scenario.flush();
    return (await expectStatus(owner.ask({ url: `/v1/embed-tokens/${id}` }), 200)).body.originsSeen;
  }

  it('is shown with first and last time and counts, also for pages that were refused (K58, K59, K72)', async () => {
    const { id, token } = await made();
    expect(await seen(id)).toEqual([]);
    const firstSeenAt = new Date(scenario.clock.now()).toISOString();
    await expectStatus(runOn(token, shop), 200);
    await expectStatus(runOn(token, evil), 403);
    expect(await seen(id)).toHaveLength(2);
    scenario.clock.advance(60_000);
    const lastSeenAt = new Date(scenario.clock.now()).toISOString();
    await expectStatus(runOn(token, shop), 200);
    expect(await seen(id)).toEqual([
      { origin: shop, firstSeenAt, lastSeenAt, acceptedCount: 2, refusedCount: 0 },
      { origin: evil, firstSeenAt, lastSeenAt: firstSeenAt, acceptedCount: 0, refusedCount: 1 },
    ]);
  });

  it('counts what sessions do on the page that they were opened for, and pages that the frame named and were refused', async () => {
    const { id, token } = await made();
    const session = await backendSession(scenario, token, shop);
    await expectStatus(scenario.ask(sessionRun(session, 'loan-calculator', {})), 400);
    const inFrame = { 'x-microapp-embed-token': token, origin: ownUrl };
    const named = { method: 'POST', url: '/v1/embed/sessions', headers: inFrame } as const;
    await expectStatus(scenario.ask({ ...named, body: { parentOrigin: evil } }), 403);
    // The ticket and its redemption; a run with wrong inputs is no use, and our own frame is no customer's page.
    expect(await seen(id)).toMatchObject([
      { origin: evil, acceptedCount: 0, refusedCount: 1 },
      { origin: shop, acceptedCount: 2, refusedCount: 0 },
    ]);
  });

  it('leaves out what is no page: servers, our own pages, unknown tokens, and refusals for other reasons', async () => {
    const { id, token } = await made();
    await expectStatus(scenario.run('loan-calculator', token), 200);
    await expectStatus(runOn(token, ownUrl), 200);
    await expectStatus(scenario.run('no-such-tool', token, undefined, { origin: shop }), 403);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${id}` }), 204);
    await expectStatus(runOn(token, shop), 401);
    expect(await seen(id)).toEqual([]);
  });

  it('keeps a hundred at most, and never loses a page in use to pages that were only refused (K58)', async () => {
    const { id, token } = await made();
    await expectStatus(runOn(token, shop), 200);
    for (let number = 0; number < 110; number++) {
      scenario.clock.advance(1);
      await expectStatus(runOn(token, `https://e${number}.example`), 403);
    }
    const origins = (await seen(id)).map(({ origin }: { origin: string }) => origin);
    expect(origins).toHaveLength(100);
    expect(origins[0]).toBe('https://e109.example');
    expect(origins).toContain(shop);
    expect(origins).not.toContain('https://e10.example');
  });

  it('a list shows the five latest of each token, and none of another token', async () => {
    const { id, token, workspaceId } = await made();
    const other = await owner.embedToken(workspaceId);
    for (let number = 0; number < 7; number++) {
      scenario.clock.advance(1);
      await expectStatus(runOn(token, `https://p${number}.seen.example`), 200);
    }
    await scenario.flush();
    const { body } = await expectStatus(owner.ask({ url: `/v1/workspaces/${workspaceId}/embed-tokens` }), 200);
    const byId = new Map<string, { origin: string }[]>(
      body.data.map((row: { id: string; originsSeen: { origin: string }[] }) => [row.id, row.originsSeen]),
    );
    expect(byId.get(other.id)).toEqual([]);
    expect(byId.get(id)?.map(({ origin }) => origin)).toEqual(
      [6, 5, 4, 3, 2].map((number) => `https://p${number}.seen.example`),
    );
  });
});
