import { beforeAll, expect, it } from 'vitest';
import {
  describeApp,
  expectStatus,
  loanInputs,
  ownUrl,
  refusalOf,
  type Answer,
  type Scenario,
} from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';
import { sessionRun } from '../../testing/visitor.ts';

describeApp('a preview of a surface', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  const preview = (id: string, ask: Scenario['ask']): Promise<Answer> =>
    ask({ method: 'POST', url: `/v1/surfaces/${id}/preview-ticket` });
  const redeem = (ticket: string, surfaceId: string, parentOrigin = ownUrl): Promise<Answer> =>
    scenario.ask({
      method: 'POST',
      url: '/v1/embed/sessions/redeem',
      headers: { origin: ownUrl },
      body: { ticket, surfaceId, parentOrigin },
    });

  it('shows it in the dashboard as visitors get it, whatever its list of origins says', async () => {
    const { owner } = scenario;
    const look = { theme: { accent: '#0a7d4f' }, texts: { run: 'Calculate' } };
    const surface = await owner.surface(owner.workspaceId, { ...look, allowedOrigins: [] });
    const { body } = await expectStatus(preview(surface.id, owner.ask), 201);
    expect(body).toMatchObject({ frameUrl: `${ownUrl}/embed/surfaces/${surface.id}`, expiresIn: 60 });
    const redeemed = await expectStatus(redeem(body.ticket, surface.id), 200);
    expect(redeemed.body.config).toMatchObject({ ...look, apps: [{ slug: 'loan-calculator' }] });
    const run = await scenario.ask(sessionRun(redeemed.body.token, 'loan-calculator', loanInputs));
    expect(run.status).toBe(200);
    const document = await expectStatus(scenario.ask({ url: `/embed/surfaces/${surface.id}` }), 200);
    expect(document.headers['content-security-policy']).toContain(`frame-ancestors 'self' ${ownUrl}`);
  });

  it('is for the dashboard’s own page and for that surface only', async () => {
    const { owner } = scenario;
    const surface = await owner.surface(owner.workspaceId);
    const other = await owner.surface(owner.workspaceId);
    const { ticket } = (await expectStatus(preview(surface.id, owner.ask), 201)).body;
    // Also on a page that the surface's list allows: the ticket was not made for it.
    expect(refusalOf(await redeem(ticket, surface.id, 'https://shop.example'))).toMatchObject({ status: 403 });
    expect(refusalOf(await redeem(ticket, other.id))).toEqual({ status: 401, code: 'invalid_token' });
    await expectStatus(redeem(ticket, surface.id), 200);
    expect(refusalOf(await redeem(ticket, surface.id))).toEqual({ status: 401, code: 'invalid_token' });
  });

  it('is refused for a surface that is gone or somebody else’s, and to whoever is not signed in', async () => {
    const { owner } = scenario;
    const surface = await owner.surface(owner.workspaceId);
    const stranger = await scenario.anotherOwner();
    const missing = { status: 404, code: 'not_found' } as const;
    await expectUnloggedRefusal(scenario, () => preview(surface.id, stranger.ask), missing);
    expect((await preview(surface.id, scenario.ask)).status).toBe(401);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/surfaces/${surface.id}` }), 204);
    await expectUnloggedRefusal(scenario, () => preview(surface.id, owner.ask), missing);
  });
});
