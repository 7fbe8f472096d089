import { beforeAll, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeApp, expectStatus, ownUrl, type Scenario } from '../../testing/scenario.ts';
import { backendTicket, change, redeemRequest, ticketOf } from '../../testing/visitor.ts';

const origin = 'https://shop.example';

describeApp('redeeming a ticket', (open) => {
  let scenario: Scenario;
  let workspaceId: string;
  let surface: { id: string; clientToken: string; clientTokenId: string };
  beforeAll(async () => {
    scenario = await open();
    workspaceId = (await scenario.owner.workspace()).id;
    surface = await scenario.owner.surface(workspaceId, { allowedOrigins: ['shop.example', 'second.example'] });
  });

  const invalid = { status: 401, code: 'invalid_token' } as const;

  it('gives a session of five minutes, a visitor and what the widget shows (H28, H31)', async () => {
    const { ask } = scenario;
    const ticket = await ticketOf(scenario, surface, origin);
    const answer = await expectStatus(ask(redeemRequest(ticket, origin, { surfaceId: surface.id })), 200);
    expect(answer.body).toEqual({
      token: expect.stringMatching(/^eyJ/),
      expiresIn: 300,
      visitorId: expect.stringMatching(/^vis_[0-9A-Za-z]{22}$/),
      config: expect.objectContaining({ name: 'Shop' }),
    });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('a ticket is good once', async () => {
    const { ask } = scenario;
    const ticket = await ticketOf(scenario, surface, origin);
    const asked = redeemRequest(ticket, origin, { surfaceId: surface.id });
    await expectStatus(ask(asked), 200);
    await expectRefusal(scenario, () => ask(asked), { ...invalid, reason: 'ticket_unknown_or_used' });
  });

  it('of many who redeem one ticket at once exactly one gets a session', async () => {
    const { ask } = scenario;
    for (let round = 0; round < 3; round++) {
      const ticket = await ticketOf(scenario, surface, origin);
      const asked = redeemRequest(ticket, origin, { surfaceId: surface.id });
      const answers = await Promise.all(Array.from({ length: 6 }, () => ask(asked)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ body }) => body.code === 'invalid_token')).toHaveLength(5);
    }
  });

  it('a ticket is good for 60 seconds and not a millisecond longer', async () => {
    const { ask, clock } = scenario;
    const inTime = await ticketOf(scenario, surface, origin);
    clock.advance(59_999);
    await expectStatus(ask(redeemRequest(inTime, origin, { surfaceId: surface.id })), 200);
    const late = await ticketOf(scenario, surface, origin);
    clock.setNow(clock.now() + 60_000);
    await expectRefusal(scenario, () => ask(redeemRequest(late, origin, { surfaceId: surface.id })), {
      ...invalid,
      reason: 'ticket_expired',
      workspaceId,
    });
  });

  it('tickets that nobody redeemed are swept away', async () => {
    const { clock, database, flush } = scenario;
    await ticketOf(scenario, surface, origin);
    clock.advance(120_001);
    await flush();
    expect(await database.admin.query('select 1 from embed_tickets')).toEqual([]);
  });

  it('a ticket of another surface is refused and stays good for its own (R3, R4)', async () => {
    const { ask, owner } = scenario;
    const other = await owner.surface(workspaceId);
    const ticket = await ticketOf(scenario, surface, origin);
    const refusal = { ...invalid, reason: 'ticket_of_another_surface', workspaceId };
    await expectRefusal(scenario, () => ask(redeemRequest(ticket, origin, { surfaceId: other.id })), refusal);
    await expectRefusal(scenario, () => ask(redeemRequest(ticket, origin)), refusal);
    await expectStatus(ask(redeemRequest(ticket, origin, { surfaceId: surface.id })), 200);
  });

  it("an embed token's ticket is no surface's", async () => {
    const { ask, owner } = scenario;
    const { token } = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    const ticket = await backendTicket(scenario, token, origin);
    await expectRefusal(scenario, () => ask(redeemRequest(ticket, origin, { surfaceId: surface.id })), {
      ...invalid,
      reason: 'ticket_of_another_surface',
      workspaceId,
    });
    await expectStatus(ask(redeemRequest(ticket, origin)), 200);
  });

  it('inside another page than the one it was made for a ticket is refused, even when both are listed', async () => {
    const { ask } = scenario;
    const ticket = await ticketOf(scenario, surface, origin);
    const fields = { surfaceId: surface.id };
    for (const parentOrigin of [
      'https://second.example',
      'https://evil.test',
      'null',
      '',
      `${origin}/`,
      'http://shop.example',
    ]) {
      await expectRefusal(scenario, () => ask(redeemRequest(ticket, parentOrigin, fields)), {
        status: 403,
        code: 'origin_not_allowed',
        reason: 'ticket_of_another_origin',
        workspaceId,
      });
    }
    await expectStatus(ask(redeemRequest(ticket, origin, fields)), 200);
  });

  it('a page cannot redeem what it carries: a foreign Origin is refused, even the listed one (H48)', async () => {
    const { ask } = scenario;
    const ticket = await ticketOf(scenario, surface, origin);
    const asked = redeemRequest(ticket, origin, { surfaceId: surface.id });
    for (const foreign of [
      origin,
      'https://evil.test',
      'null',
      `${ownUrl}.`,
      `${ownUrl}:443`,
      ownUrl.replace('https', 'http'),
    ]) {
      await expectRefusal(scenario, () => ask({ ...asked, headers: { origin: foreign } }), {
        status: 403,
        code: 'origin_not_allowed',
        reason: 'redeem_from_foreign_origin',
      });
    }
    await expectStatus(ask({ ...asked, headers: {} }), 200);
  });

  it('a made-up, damaged or foreign ticket is refused (K76)', async () => {
    const { ask, owner } = scenario;
    const ticket = await ticketOf(scenario, surface, origin);
    const fields = { surfaceId: surface.id };
    for (const wrong of ['', 'ticket', ticket.slice(0, -1), `${ticket} `, ticket.toUpperCase(), owner.key]) {
      const answer = await expectRefusal(scenario, () => ask(redeemRequest(wrong, origin, fields)), {
        ...invalid,
        reason: 'malformed',
      });
      expect(wrong !== '' && answer.text.includes(wrong)).toBe(false);
    }
    await expectStatus(ask(redeemRequest(ticket, origin, fields)), 200);
  });

  it('apps that were taken from the surface meanwhile are not in the session', async () => {
    const { ask, owner } = scenario;
    await owner.tool('short-lived');
    const wide = await owner.surface(workspaceId, { apps: ['loan-calculator', 'short-lived'] });
    const ticket = await ticketOf(scenario, wide, origin);
    await change(owner, `/v1/surfaces/${wide.id}`, { apps: ['short-lived'] });
    const { body } = await expectStatus(ask(redeemRequest(ticket, origin, { surfaceId: wide.id })), 200);
    expect(body.config.apps).toMatchObject([{ slug: 'short-lived' }]);
    const me = await ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${body.token}` } });
    expect(me.body.apps).toEqual(['short-lived']);
  });

  it('two visitors of one page are two', async () => {
    const first = await scenario.session(surface, origin);
    const second = await scenario.session(surface, origin);
    expect(first.visitorId).not.toBe(second.visitorId);
  });
});
