import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal, type ExpectedRefusal } from '../../testing/refusal.ts';
import {
  describeApp,
  expectStatus,
  loanInputs,
  ownUrl,
  type Answer,
  type Ask,
  type Owner,
  type Scenario,
} from '../../testing/scenario.ts';
import { change, redeemRequest, refreshRequest, sessionRun } from '../../testing/visitor.ts';

const origin = 'https://shop.example';
const minute = 60_000;
const day = 24 * 60 * minute;

/** What a frame sends that was opened by a copied URL in a page on `parentOrigin`. */
function urlRedeem(urlToken: string, fields: Record<string, unknown> = {}, headers: Record<string, string> = {}): Ask {
  return {
    method: 'POST',
    url: '/v1/embed/sessions/redeem',
    headers: { origin: ownUrl, ...headers },
    body: { urlToken, parentOrigin: origin, ...fields },
  };
}

/** The claims of a token, unverified. */
function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

describeApp('the token of a copied URL', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
  });

  /** Time passes, and nobody counts its seconds: timers stand still. */
  const wait = (milliseconds: number): void => scenario.clock.setNow(scenario.clock.now() + milliseconds);

  async function copied(fields: Record<string, unknown> = {}) {
    const { id: workspaceId } = await owner.workspace();
    const made = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'], ...fields });
    return { ...made, workspaceId, urlToken: await copyAgain(made.id) };
  }

  async function copyAgain(id: string, body?: unknown): Promise<string> {
    const asked: Ask = { method: 'POST', url: `/v1/embed-tokens/${id}/url`, ...(body === undefined ? {} : { body }) };
    const { url } = (await expectStatus(owner.ask(asked), 201)).body;
    return url.slice(url.indexOf('token=') + 'token='.length);
  }

  const run = (session: string, slug = 'loan-calculator'): Promise<Answer> =>
    scenario.ask(sessionRun(session, slug, loanInputs));
  const redeemed = async (urlToken: string): Promise<Answer['body']> =>
    (await expectStatus(scenario.ask(urlRedeem(urlToken)), 200)).body;
  const expectInvalid = (
    ask: () => Promise<Answer>,
    expected: Omit<ExpectedRefusal, 'status' | 'code'>,
  ): Promise<Answer> => expectRefusal(scenario, ask, { status: 401, code: 'invalid_token', ...expected });

  it('opens a session of its customer, for its one app, that runs the tool (K20, K30, K39)', async () => {
    const { id, workspaceId, urlToken } = await copied({ apps: ['loan-calculator'] });
    const session = await redeemed(urlToken);
    expect(session.config.apps).toMatchObject([{ slug: 'loan-calculator', kind: 'tool' }]);
    const me = await scenario.ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${session.token}` } });
    expect(me.body).toMatchObject({ credentialId: id, workspaceId, apps: ['loan-calculator'], origin });
    expect((await expectStatus(run(session.token), 200)).body).toMatchObject({ output: { payment: 1199.1 } });
  });

  it('opens one for the app that was chosen and no other of its embed token', async () => {
    await owner.tool('second-of-url');
    const { id: workspaceId } = await owner.workspace();
    const { id } = await owner.embedToken(workspaceId, {
      apps: ['loan-calculator', 'second-of-url'],
      allowedOrigins: ['shop.example'],
    });
    const session = await redeemed(await copyAgain(id, { app: 'second-of-url' }));
    await expectStatus(run(session.token, 'second-of-url'), 200);
    expect((await run(session.token)).status).toBe(403);
  });

  it('is good again and again until it expires, so that an iframe pasted today works next month (K30, K39)', async () => {
    const { urlToken } = await copied();
    const first = await redeemed(urlToken);
    scenario.clock.advance(31 * minute);
    expect((await scenario.ask(refreshRequest(first.token))).status).toBe(401);
    await expectStatus(run((await redeemed(urlToken)).token), 200);
    wait(31 * day);
    const later = await redeemed(urlToken);
    await expectStatus(run(later.token), 200);
    await expectStatus(scenario.ask(refreshRequest(later.token)), 200);
  });

  it('is refused from its very moment of expiry on: 90 days, or when its embed token expires', async () => {
    const endless = await copied();
    const expiresAt = new Date(scenario.clock.now() + 2 * day).toISOString();
    const expiring = await copied({ expiresAt });
    wait(2 * day - 1000);
    await redeemed(expiring.urlToken);
    scenario.clock.advance(1000);
    await expectInvalid(() => scenario.ask(urlRedeem(expiring.urlToken)), {
      reason: 'url_token_expired',
      workspaceId: expiring.workspaceId,
      credentialId: expiring.id,
    });
    wait(88 * day - 1000);
    await redeemed(endless.urlToken);
    scenario.clock.advance(1000);
    await expectInvalid(() => scenario.ask(urlRedeem(endless.urlToken)), {
      reason: 'url_token_expired',
      workspaceId: endless.workspaceId,
      credentialId: endless.id,
    });
  });

  it.each([
    ['revoked', 'DELETE', '', 204],
    ['rotated', 'POST', '/rotate', 200],
  ] as const)(
    'dies with its embed token when that is %s, and so do the sessions that it opened (K25, K33, K56)',
    async (reason, method, path, status) => {
      const { id, workspaceId, urlToken } = await copied();
      const bystander = await copied();
      const { token } = await redeemed(urlToken);
      await expectStatus(run(token), 200);
      await expectStatus(owner.ask({ method, url: `/v1/embed-tokens/${id}${path}` }), status);
      const who = { reason, workspaceId, credentialId: id };
      await expectInvalid(() => scenario.ask(urlRedeem(urlToken)), who);
      await expectInvalid(() => run(token), who);
      await redeemed(bystander.urlToken);
    },
  );

  it('a URL that is copied after a rotation works again (K57)', async () => {
    const { id, urlToken } = await copied();
    await expectStatus(owner.ask({ method: 'POST', url: `/v1/embed-tokens/${id}/rotate` }), 200);
    expect((await scenario.ask(urlRedeem(urlToken))).status).toBe(401);
    await expectStatus(run((await redeemed(await copyAgain(id))).token), 200);
  });

  it('stops with its workspace and comes back with it (K77)', async () => {
    const { id, workspaceId, urlToken } = await copied();
    const { token } = await redeemed(urlToken);
    await change(owner, `/v1/workspaces/${workspaceId}`, { status: 'disabled' });
    const refusal = { status: 403, code: 'workspace_disabled', reason: 'workspace_disabled' } as const;
    const who = { workspaceId, credentialId: id };
    await expectRefusal(scenario, () => scenario.ask(urlRedeem(urlToken)), { ...refusal, ...who });
    await expectRefusal(scenario, () => run(token), { ...refusal, ...who });
    await change(owner, `/v1/workspaces/${workspaceId}`, { status: 'active' });
    await expectStatus(run((await redeemed(urlToken)).token), 200);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/workspaces/${workspaceId}` }), 204);
    await expectInvalid(() => scenario.ask(urlRedeem(urlToken)), { reason: 'workspace_deleted', ...who });
  });

  it.each([
    ['another site', 'https://evil.example'],
    ['a host that only ends like a listed one', 'https://notshop.example'],
    ['a subdomain that is not listed', 'https://www.shop.example'],
    ['a page whose browser tells no origin', 'null'],
    ['our own page, which is nobody on the list', ownUrl],
    ['no page at all', ''],
  ])('is refused inside %s, and its owner sees where (K33, K72)', async (_, parentOrigin) => {
    const { id, workspaceId, urlToken } = await copied();
    const answer = await expectRefusal(scenario, () => scenario.ask(urlRedeem(urlToken, { parentOrigin })), {
      status: 403,
      code: 'origin_not_allowed',
      reason: 'origin_not_listed',
      workspaceId,
      credentialId: id,
    });
    expect(await scenario.accessLog(answer.body.requestId)).toMatchObject([
      { origin: parentOrigin, credential_class: 'url_token' },
    ]);
  });

  it('is refused in a frame whose address names another record, or none, and so has not its list of ancestors (K33)', async () => {
    const { id, workspaceId, urlToken } = await copied();
    const other = await copied();
    for (const named of [other.id, '', 'etok_nobody']) {
      await expectInvalid(() => scenario.ask(urlRedeem(urlToken, { for: named })), {
        reason: 'url_token_of_another_frame',
        workspaceId,
        credentialId: id,
      });
    }
    await expectStatus(scenario.ask(urlRedeem(urlToken, { for: id })), 200);
  });

  it('is redeemed by our own frames only', async () => {
    const { urlToken } = await copied();
    const answer = await expectRefusal(scenario, () => scenario.ask(urlRedeem(urlToken, {}, { origin })), {
      status: 403,
      code: 'origin_not_allowed',
      reason: 'redeem_from_foreign_origin',
    });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('a body that names another workspace is refused (K68)', async () => {
    const { id, workspaceId, urlToken } = await copied();
    const { id: other } = await owner.workspace();
    await expectRefusal(scenario, () => scenario.ask(urlRedeem(urlToken, { workspaceId: other })), {
      status: 403,
      code: 'permission_denied',
      reason: 'workspace_assertion_failed',
      workspaceId,
      credentialId: id,
    });
    await expectStatus(scenario.ask(urlRedeem(urlToken, { workspaceId })), 200);
  });

  it('moves the last use of its embed token, and shows on which page (K37, K58)', async () => {
    const { id, urlToken } = await copied();
    await redeemed(urlToken);
    await scenario.flush();
    const { body } = await expectStatus(owner.ask({ url: `/v1/embed-tokens/${id}` }), 200);
    const at = new Date(scenario.clock.now()).toISOString();
    expect(body).toMatchObject({ lastUsedAt: at, seenInUrlAt: null, originsSeen: [{ origin, acceptedCount: 1 }] });
  });

  describe('is none of our other credentials, and none of them is one:', () => {
    it('everything else in its place is refused (K19, K23, K71)', async () => {
      const { id, token: embedToken, urlToken } = await copied();
      const { token: session } = await redeemed(urlToken);
      const surface = await owner.surface((await owner.workspace()).id);
      const [header, payload, signature = ''] = urlToken.split('.');
      const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
      const forged = Buffer.from(JSON.stringify({ ...claimsOf(urlToken), exp: 9_999_999_999 })).toString('base64url');
      const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'microapp-url+jwt' })).toString('base64url');
      const wrong: Record<string, string> = {
        'an owner key': owner.key,
        'an embed token': embedToken,
        'a client token': surface.clientToken,
        'a session': session,
        'an id': id,
        nothing: '',
        'a changed signature': `${header}.${payload}.${flipped}`,
        'changed claims': `${header}.${forged}.${signature}`,
        'no signature': `${unsigned}.${payload}.`,
        'half of it': urlToken.slice(0, 200),
      };
      for (const [what, text] of Object.entries(wrong)) {
        const before = await scenario.rows();
        const answer = await scenario.ask(urlRedeem(text));
        expect({ what, status: answer.status, code: answer.body.code }).toEqual({
          what,
          status: 401,
          code: 'invalid_token',
        });
        expect(await scenario.rows()).toBe(before);
      }
    });

    it('one that another key signed is refused', async () => {
      const { urlToken } = await copied();
      const { privateKey } = generateKeyPairSync('ed25519');
      const { kid } = JSON.parse(Buffer.from(urlToken.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
      const { iss, aud, ...claims } = claimsOf(urlToken);
      const forged = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'microapp-url+jwt' })
        .setIssuer(String(iss))
        .setAudience(String(aud))
        .sign(privateKey);
      await expectInvalid(() => scenario.ask(urlRedeem(forged)), {
        reason: 'url_token: ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      });
    });

    it('this one is refused in the place of every other (K19, K71)', async () => {
      const { urlToken } = await copied();
      const bearer = { authorization: `Bearer ${urlToken}` };
      const asked: Ask[] = [
        sessionRun(urlToken, 'loan-calculator', loanInputs),
        refreshRequest(urlToken),
        { url: '/v1/embed/me?embed=1', headers: { 'x-microapp-embed-token': urlToken } },
        { url: '/v1/me', headers: bearer },
        { url: '/v1/workspaces', headers: bearer },
        redeemRequest(urlToken.slice(0, 190), origin),
        {
          method: 'POST',
          url: '/v1/embed/sessions',
          headers: { 'x-microapp-embed-token': urlToken, origin },
          body: {},
        },
      ];
      for (const ask of asked) {
        const before = await scenario.rows();
        const answer = await scenario.ask(ask);
        expect({ url: ask.url, status: answer.status }).toEqual({ url: ask.url, status: 401 });
        expect(await scenario.rows()).toBe(before);
      }
    });

    it('both a ticket and a URL token are refused as mixed, and neither as incomplete', async () => {
      const { urlToken } = await copied();
      await expectRefusal(scenario, () => scenario.ask(urlRedeem(urlToken, { ticket: 'mtkt_x' })), {
        status: 401,
        code: 'mixed_auth',
        reason: 'ticket and URL token',
      });
      const neither = await scenario.ask(urlRedeem('', { urlToken: undefined }));
      expect(neither.body).toMatchObject({ code: 'validation_failed', issues: [{ path: 'ticket' }] });
      const endless = await scenario.ask(urlRedeem('x'.repeat(4001)));
      expect(endless.body).toMatchObject({ code: 'validation_failed', issues: [{ path: 'urlToken' }] });
    });
  });

  describe('in a URL', () => {
    it('is admitted by the frame of its app, whose document holds nothing of it (K30, K32)', async () => {
      const { id, urlToken } = await copied();
      const answer = await scenario.ask({ url: `/embed/apps/loan-calculator?for=${id}&token=${urlToken}` });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-security-policy']).toContain('http://shop.example:*');
      expect(answer.headers['content-security-policy']).not.toContain('http: ');
      expect(answer.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
      expect(answer.text).not.toContain(urlToken.slice(-80));
      expect(scenario.logged()).not.toContain(urlToken.slice(-80));
    });

    it.each<[string, (token: string, id: string) => Ask]>([
      ['under another name', (token, id) => ({ url: `/embed/apps/loan-calculator?for=${id}&t=${token}` })],
      ['twice', (token, id) => ({ url: `/embed/apps/loan-calculator?for=${id}&token=${token}&token=${token}` })],
      ['as the record', (token) => ({ url: `/embed/apps/loan-calculator?for=${token}` })],
      ['with something before it', (token) => ({ url: `/embed/apps/loan-calculator?token=x${token}` })],
      ['escaped', (token) => ({ url: `/embed/apps/loan-calculator?token=${token.replaceAll('.', '%2E')}` })],
      ['in the path', (token) => ({ url: `/embed/apps/${token}` })],
      [
        'at the old address of frames',
        (token, id) => ({ url: `/embed/tools/loan-calculator?for=${id}&token=${token}` }),
      ],
      ['at the short address of frames', (token, id) => ({ url: `/embed/loan-calculator?for=${id}&token=${token}` })],
      ['at a surface', (token) => ({ url: `/embed/surfaces/srf_x?token=${token}` })],
      ['with another method', (token) => ({ method: 'POST', url: `/embed/apps/loan-calculator?token=${token}` })],
      [
        'where it is redeemed',
        (token) => ({ method: 'POST', url: `/v1/embed/sessions/redeem?token=${token}`, body: {} }),
      ],
      ['on the API', (token) => ({ url: `/api/tools/loan-calculator/schema?token=${token}` })],
      ['on a management route', (token) => ({ url: `/v1/workspaces?token=${token}` })],
      ['on an unknown path', (token) => ({ url: `/nowhere?token=${token}` })],
    ])('%s it is refused and attributed (M16, M33)', async (_, asked) => {
      const { id, workspaceId, urlToken } = await copied();
      const answer = await expectRefusal(scenario, () => scenario.ask(asked(urlToken, id)), {
        status: 401,
        code: 'token_in_url',
        reason: 'token_in_url',
        workspaceId,
        credentialId: id,
      });
      expect(answer.text).not.toContain(urlToken.slice(-80));
      expect(scenario.logged()).not.toContain(urlToken.slice(-80));
    });

    it('every other credential is refused in its place, also inside of what looks like one (M16, M33)', async () => {
      const { id, token: embedToken, urlToken } = await copied();
      const { token: session } = await redeemed(urlToken);
      const ofUrl = Buffer.from(JSON.stringify({ aud: 'microapp:url' })).toString('base64url');
      const ofBoth = Buffer.from(JSON.stringify({ aud: ['microapp:url', 'microapp:embed'] })).toString('base64url');
      for (const text of [
        embedToken,
        owner.key,
        session,
        `eyJhIjox.${ofUrl}.${embedToken}`,
        `eyJhIjox.${ofBoth}.c2ln`,
      ]) {
        const answer = await scenario.ask({ url: `/embed/apps/loan-calculator?for=${id}&token=${text}` });
        expect({ status: answer.status, code: answer.body?.code }).toEqual({ status: 401, code: 'token_in_url' });
        expect(scenario.logged()).not.toContain(text.slice(-30));
      }
    });
  });
});
