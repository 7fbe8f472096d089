import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, loanInputs, type Scenario } from '../../testing/scenario.ts';
import { redeemRequest, sessionRequest, sessionRun } from '../../testing/visitor.ts';

const origin = 'https://shop.example';
const slug = 'loan-calculator';

describeApp('the access log of embeds', (open) => {
  let scenario: Scenario;
  let workspaceId: string;
  let surface: { id: string; clientToken: string; clientTokenId: string };
  beforeAll(async () => {
    scenario = await open();
    workspaceId = (await scenario.owner.workspace()).id;
    surface = await scenario.owner.surface(workspaceId);
  });

  it('has a line for each request of a visitor, with workspace, origin, credential, route and status (H49, H58)', async () => {
    const { ask, owner, clock } = scenario;
    const opened = await expectStatus(ask(sessionRequest(surface, origin)), 201);
    const redeemed = await expectStatus(ask(redeemRequest(opened.body.ticket, origin, { surfaceId: surface.id })), 200);
    const ran = await expectStatus(ask(sessionRun(redeemed.body.token, slug, loanInputs)), 200);
    const shared = {
      owner_id: owner.id,
      workspace_id: workspaceId,
      credential_id: surface.clientTokenId,
      // Requests from inside the frame carry our own Origin; the line names the customer's page.
      origin,
      code: null,
      reason: null,
      method: 'POST',
      address: '127.0.0.1',
    };
    const lineOf = async (answer: typeof opened) => {
      const lines = await scenario.accessLog(answer.headers['x-request-id'] ?? '');
      expect(lines).toHaveLength(1);
      return lines[0];
    };
    expect(await lineOf(opened)).toMatchObject({
      ...shared,
      route: '/v1/embed/sessions',
      status: 201,
      credential_class: 'client_token',
    });
    expect(await lineOf(redeemed)).toMatchObject({ ...shared, route: '/v1/embed/sessions/redeem', status: 200 });
    const line = await lineOf(ran);
    expect(line).toMatchObject({
      ...shared,
      route: '/api/tools/:slug/run',
      status: 200,
      app: slug,
      credential_class: 'embed_session',
    });
    expect(new Date(String(line?.['at'])).getTime()).toBe(clock.now());
    expect(line?.['duration_ms']).toEqual(expect.any(Number));
  });

  it('names app, origin and reason of a refusal to its owner and to nobody else (H49, H58, K59, K68)', async () => {
    const { owner, run } = scenario;
    const { id, token } = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    const app = await run('another-tool', token, {}, { origin });
    const page = await run(slug, token, loanInputs, { origin: 'https://unexpected.example' });
    await scenario.flush();
    const { body } = await expectStatus(owner.ask({ url: `/v1/access-log?credentialId=${id}` }), 200);
    expect(body.data).toHaveLength(2);
    expect(body.data).toContainEqual(
      expect.objectContaining({
        requestId: app.body.requestId,
        app: 'another-tool',
        origin,
        status: 403,
        reason: 'app_not_in_scope',
      }),
    );
    expect(body.data).toContainEqual(
      expect.objectContaining({
        requestId: page.body.requestId,
        origin: 'https://unexpected.example',
        reason: 'origin_not_listed',
      }),
    );
    const other = await scenario.anotherOwner();
    const foreign = await expectStatus(other.ask({ url: `/v1/access-log?credentialId=${id}` }), 200);
    expect(foreign.body.data).toEqual([]);
  });

  it("keeps the caller's request id, so that a page's report finds its line", async () => {
    const { owner, run } = scenario;
    const { token } = await owner.embedToken(workspaceId);
    await expectStatus(run(slug, token, loanInputs, { 'x-request-id': 'my-own-request-0001' }), 200);
    expect(await scenario.accessLog('my-own-request-0001')).toHaveLength(1);
  });
});
