import { decodeJwt } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeAppOnce, expectStatus, loanInputs, ownUrl, type Scenario } from '../../testing/scenario.ts';
import { change, refreshRequest, sessionRun } from '../../testing/visitor.ts';

const origin = 'https://shop.example';
const slug = 'loan-calculator';
const minuteMs = 60_000;

describeAppOnce('a session', (open) => {
  let scenario: Scenario;
  let workspaceId: string;
  let surface: { id: string; clientToken: string; clientTokenId: string };
  let who: { workspaceId: string; credentialId: string };
  beforeAll(async () => {
    scenario = await open();
    await scenario.owner.tool('second-tool');
  });
  beforeEach(async () => {
    workspaceId = (await scenario.owner.workspace()).id;
    surface = await scenario.owner.surface(workspaceId, { apps: [slug, 'second-tool'] });
    who = { workspaceId, credentialId: surface.clientTokenId };
  });

  const invalid = { status: 401, code: 'invalid_token' } as const;

  it('works inside its frame, whose requests have no Origin or our own (H51)', async () => {
    const { ask } = scenario;
    const { token } = await scenario.session(surface, origin);
    for (const headers of [{}, { origin: ownUrl }]) {
      const me = await ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${token}`, ...headers } });
      expect(me).toMatchObject({ status: 200, body: { class: 'embed_session', origin } });
    }
  });

  it.each([origin, 'https://evil.test', 'null', `${ownUrl}.`, 'http://apps.example.test'])(
    'is refused from the page %s, even from the one that is listed',
    async (foreign) => {
      const { ask } = scenario;
      const { token } = await scenario.session(surface, origin);
      const refusal = {
        status: 403,
        code: 'origin_not_allowed',
        reason: 'session_from_foreign_origin',
        ...who,
      } as const;
      await expectRefusal(scenario, () => ask(sessionRun(token, slug, loanInputs, foreign)), refusal);
      await expectRefusal(scenario, () => ask(refreshRequest(token, foreign)), refusal);
    },
  );

  it('is refused from the moment it expires: it can neither run nor be refreshed (H28, H31)', async () => {
    const { ask, clock } = scenario;
    const { token } = await scenario.session(surface, origin);
    clock.advance(5 * minuteMs - 1);
    await expectStatus(ask(sessionRun(token, slug, loanInputs)), 200);
    clock.advance(1);
    await expectRefusal(scenario, () => ask(sessionRun(token, slug, loanInputs)), {
      ...invalid,
      reason: 'session_expired',
      ...who,
    });
    const unseen = await scenario.session(surface, origin);
    clock.advance(5 * minuteMs);
    await expectRefusal(scenario, () => ask(refreshRequest(unseen.token)), {
      ...invalid,
      reason: 'session_expired',
      ...who,
    });
  });

  it('goes on by refreshing, as the same visitor, with the time of its first ticket (H32)', async () => {
    const { ask, clock } = scenario;
    const { token, visitorId } = await scenario.session(surface, origin);
    const first = decodeJwt(token);
    clock.advance(4 * minuteMs);
    const answer = await expectStatus(ask(refreshRequest(token)), 200);
    expect(Object.keys(answer.body).toSorted()).toEqual(['expiresIn', 'token']);
    expect(answer.body.expiresIn).toBe(300);
    const next = decodeJwt(answer.body.token);
    const { jti, iat, exp, ...same } = first;
    expect(next).toMatchObject({ ...same, sub: visitorId });
    expect(next.jti).not.toBe(jti);
    expect(next.iat).toBe((iat ?? 0) + 240);
    expect(next.exp).toBe((exp ?? 0) + 240);
    clock.advance(4 * minuteMs);
    await expectStatus(ask(sessionRun(answer.body.token, slug, loanInputs)), 200);
  });

  it('lasts 30 minutes without a gap, then the host page vouches again with a new ticket (H32)', async () => {
    const { ask, clock } = scenario;
    let { token } = await scenario.session(surface, origin);
    for (let minute = 4; minute < 30; minute += 4) {
      clock.advance(4 * minuteMs);
      await expectStatus(ask(sessionRun(token, slug, loanInputs)), 200);
      ({ token } = (await expectStatus(ask(refreshRequest(token)), 200)).body);
    }
    clock.advance(2 * minuteMs - 1); // 28 minutes were refreshed: this is the last millisecond of the thirtieth
    ({ token } = (await expectStatus(ask(refreshRequest(token)), 200)).body);
    clock.advance(1);
    const refused = await expectRefusal(scenario, () => ask(refreshRequest(token)), {
      ...invalid,
      reason: 'session_too_old_to_refresh',
      ...who,
    });
    expect(refused.body.hint).toContain('new ticket');
    await expectStatus(ask(sessionRun(token, slug, loanInputs)), 200);
    const again = await scenario.session(surface, origin);
    await expectStatus(ask(sessionRun(again.token, slug, loanInputs)), 200);
  });

  it('is what a refresh takes, and an embed token is not', async () => {
    const { ask, owner } = scenario;
    const { id, token } = await owner.embedToken(workspaceId);
    const url = '/v1/embed/sessions/refresh?embed=1';
    const headers = { 'x-microapp-embed-token': token };
    const refusal = { ...invalid, reason: 'refresh_without_session', workspaceId, credentialId: id };
    await expectRefusal(scenario, () => ask({ method: 'POST', url, headers }), refusal);
  });

  describe('when what stands behind it is narrowed', () => {
    it('loses the apps that its surface loses, and gains none (H25, H29)', async () => {
      const { ask, owner } = scenario;
      const { token } = await scenario.session(surface, origin);
      await owner.tool('added-later');
      await change(owner, `/v1/surfaces/${surface.id}`, { apps: ['second-tool', 'added-later'] });
      const refusal = { status: 403, code: 'permission_denied', reason: 'app_not_in_scope', ...who } as const;
      await expectRefusal(scenario, () => ask(sessionRun(token, slug, loanInputs)), refusal);
      await expectRefusal(scenario, () => ask(sessionRun(token, 'added-later', {})), refusal);
      await expectStatus(ask(sessionRun(token, 'second-tool', { text: 'a' })), 200);
      const refreshed = await expectStatus(ask(refreshRequest(token)), 200);
      expect(decodeJwt(refreshed.body.token)['apps']).toEqual(['second-tool']);
      await owner.ask({ method: 'DELETE', url: '/v1/apps/added-later' });
    });

    it('loses the permissions that its surface loses, and gains none (H25, H29)', async () => {
      const { ask, owner } = scenario;
      const { token } = await scenario.session(surface, origin);
      const me = async () =>
        (await expectStatus(ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${token}` } }), 200)).body;
      await change(owner, `/v1/surfaces/${surface.id}`, { permissions: ['tool:run', 'insights:read'] });
      expect((await me()).permissions).toEqual(['tool:run']);
      await change(owner, `/v1/surfaces/${surface.id}`, { permissions: ['insights:read'] });
      expect((await me()).permissions).toEqual([]);
      await expectRefusal(scenario, () => ask(sessionRun(token, slug, loanInputs)), {
        status: 403,
        code: 'permission_denied',
        reason: 'lacks tool:run',
        ...who,
      });
    });
  });
});
