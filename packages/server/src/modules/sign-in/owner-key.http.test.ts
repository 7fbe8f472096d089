import { credentialChecksum } from '@microapp/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { cookieSetBy, signIn, signInRequest, type SignedIn } from '../../testing/dashboard.ts';
import { expectRefusal } from '../../testing/refusal.ts';
import {
  describeApp,
  describeAppOnce,
  expectStatus,
  ownUrl,
  type Answer,
  type Scenario,
} from '../../testing/scenario.ts';

const hourMs = 60 * 60 * 1000;
const meUrl = '/v1/me';
const currentUrl = '/v1/dashboard-sessions/current';

/** Another key of the first owner, so that what ends it ends nothing else. */
async function freshKey({ owner }: Scenario): Promise<{ id: string; key: string }> {
  const { body } = await expectStatus(owner.ask({ method: 'POST', url: '/v1/owner-keys', body: {} }), 201);
  return body;
}

describeApp('signing in with an owner key', (open) => {
  let scenario: Scenario;
  let browser: SignedIn;
  beforeAll(async () => {
    scenario = await open();
    browser = await signIn(scenario);
  });

  it('exchanges the key for a cookie that no script reads and no other site sends; the key is in nothing that the browser gets (M11)', async () => {
    const { answer, secret, csrfToken } = browser;
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^dses_/),
      me: { class: 'owner_key', credentialId: scenario.owner.keyId, ownerId: scenario.owner.id, role: 'admin' },
      person: null,
      owner: { id: scenario.owner.id, name: expect.any(String) },
      publicUrl: ownUrl,
      embedUrl: ownUrl,
    });
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-microapp_session=mdsh_\w{38}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure$/,
    );
    const given = JSON.stringify([answer.headers, answer.text]);
    expect(given).not.toContain(scenario.owner.key);
    // What a script can read opens nothing, and does not lead to what does.
    expect(answer.text).not.toContain(secret);
    expect(csrfToken).not.toContain(secret);
    expect(await scenario.rows()).not.toContain(secret);
    expect(await scenario.rows()).not.toContain(csrfToken);
    expect(scenario.logged()).not.toContain(secret);
    expect(scenario.logged()).not.toContain(scenario.owner.key);
  });

  it('lets the browser manage as the key does, for reading and for changing', async () => {
    const { body: me } = await expectStatus(browser.ask({ url: meUrl }), 200);
    expect(me).toEqual((await scenario.owner.ask({ url: meUrl })).body);
    const made = await expectStatus(
      browser.ask({ method: 'POST', url: '/v1/workspaces', body: { name: 'By cookie' } }),
      201,
    );
    await expectStatus(scenario.owner.ask({ url: `/v1/workspaces/${made.body.id}` }), 200);
    const current = await expectStatus(browser.ask({ url: currentUrl }), 200);
    expect(current.body).toEqual(browser.answer.body);
  });

  it.each<[string, (held: Scenario) => Promise<string> | string, string]>([
    ['garbage', () => 'mk_nothing', 'malformed'],
    [
      'another kind of credential',
      async ({ owner }) => (await owner.embedToken(owner.workspaceId)).token,
      'wrong_class: embed_token',
    ],
    ['a session', () => browser.secret, 'wrong_class: dashboard_session'],
    ['an unknown key', ({ owner }) => withOtherSecret(owner.key), 'unknown'],
  ])('is refused with %s', async (_, keyOf, reason) => {
    const ownerKey = await keyOf(scenario);
    const refused = await expectRefusal(scenario, () => scenario.ask(signInRequest(ownerKey)), {
      status: 401,
      code: 'invalid_token',
      reason,
    });
    expect(refused.headers['set-cookie']).toBeUndefined();
  });

  it('is refused with a revoked key', async () => {
    const { id, key } = await freshKey(scenario);
    await expectStatus(scenario.owner.ask({ method: 'DELETE', url: `/v1/owner-keys/${id}` }), 204);
    await expectRefusal(scenario, () => scenario.ask(signInRequest(key)), {
      status: 401,
      code: 'invalid_token',
      reason: 'revoked',
      credentialId: id,
    });
  });

  it('is refused on a foreign page, before the key is tried (M11)', async () => {
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
    ]) {
      const refused = await expectRefusal(scenario, () => scenario.ask(signInRequest(scenario.owner.key, headers)), {
        status: 403,
        code: 'origin_not_allowed',
        reason: 'management_from_foreign_origin',
      });
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['without its CSRF token', {}, 'permission_denied', 'csrf_token_missing'],
    ['with another one', { 'x-csrf-token': 'x'.repeat(43) }, 'permission_denied', 'csrf_token_wrong'],
    [
      'with the token, from a foreign origin',
      { origin: 'https://evil.example' },
      'origin_not_allowed',
      'management_from_foreign_origin',
    ],
    [
      'with the token, from another origin of the same site',
      { 'sec-fetch-site': 'same-site', origin: ownUrl },
      'origin_not_allowed',
      'session_cookie_from_elsewhere',
    ],
  ])('makes a cookie that changes nothing %s', async (name, headers, code, reason) => {
    const csrf = name.startsWith('with the token') ? { 'x-csrf-token': browser.csrfToken } : {};
    await expectRefusal(
      scenario,
      () =>
        browser.askWithCookie({
          method: 'POST',
          url: '/v1/workspaces',
          body: { name: 'Forged' },
          headers: { ...csrf, ...headers },
        }),
      { status: 403, code: code as 'permission_denied', reason, credentialId: browser.id },
    );
  });

  it('makes a cookie that a page of the same site cannot even read with', async () => {
    await expectRefusal(
      scenario,
      () => browser.askWithCookie({ url: '/v1/owner-keys', headers: { 'sec-fetch-site': 'same-site' } }),
      { status: 403, code: 'origin_not_allowed', reason: 'session_cookie_from_elsewhere', credentialId: browser.id },
    );
  });

  it('makes a cookie that does not count beside an Authorization header, not even a bad one', async () => {
    const bad = `Bearer ${withOtherSecret(scenario.owner.key)}`;
    for (const [authorization, code] of [
      [bad, 'invalid_token'],
      ['Basic eDp5', 'missing_auth'],
      ['', 'missing_auth'],
    ] as const) {
      const answer = await browser.ask({ url: meUrl, headers: { authorization } });
      expect([answer.status, answer.body.code], authorization).toEqual([401, code]);
    }
    const stranger = await scenario.anotherOwner();
    const { body } = await expectStatus(
      browser.ask({ url: meUrl, headers: { authorization: `Bearer ${stranger.key}` } }),
      200,
    );
    expect(body.ownerId).toBe(stranger.id);
  });

  it('makes a cookie that is refused beside a credential in another header, and where two have its name', async () => {
    const mixed = await browser.ask({ url: meUrl, headers: { 'x-api-key': 'x' } });
    expect([mixed.status, mixed.body.code]).toEqual([401, 'mixed_auth']);
    const cookie = `__Host-microapp_session=${browser.secret}`;
    const doubled = await scenario.ask({ url: meUrl, headers: { cookie: `${cookie}; ${cookie}` } });
    expect([doubled.status, doubled.body.code]).toEqual([401, 'invalid_token']);
  });

  it('makes a cookie that runs no tool and no embed', async () => {
    for (const url of ['/api/tools/loan-calculator/schema', '/v1/embed/me']) {
      const answer = await browser.ask({ url });
      expect([answer.status, answer.body.code], url).toEqual([401, 'missing_auth']);
    }
  });

  it('makes a session of one owner, who alone sees and ends it (K16)', async () => {
    const stranger = await scenario.anotherOwner();
    const theirs = await signIn(scenario, stranger.key);
    const listed = await expectStatus(theirs.ask({ url: '/v1/dashboard-sessions' }), 200);
    expect(listed.body.data.map(({ id }: { id: string }) => id)).toEqual([theirs.id]);
    const foreign = await theirs.ask({ method: 'DELETE', url: `/v1/dashboard-sessions/${browser.id}` });
    expect(foreign.status).toBe(404);
    await expectStatus(browser.ask({ url: meUrl }), 200);
  });

  describe('ends with the next request', () => {
    type End = (held: { key: { id: string; key: string }; session: SignedIn; other: SignedIn }) => Promise<Answer>;
    it.each<[string, End, string]>([
      [
        'when its key is revoked',
        ({ key }) => scenario.owner.ask({ method: 'DELETE', url: `/v1/owner-keys/${key.id}` }),
        'revoked',
      ],
      [
        'when its key is rotated',
        ({ key }) => scenario.owner.ask({ method: 'POST', url: `/v1/owner-keys/${key.id}/rotate` }),
        'rotated',
      ],
      ['when it signs out', ({ session }) => session.ask({ method: 'DELETE', url: currentUrl }), 'signed_out'],
      [
        'when it is ended from the list',
        ({ other, session }) => other.ask({ method: 'DELETE', url: `/v1/dashboard-sessions/${session.id}` }),
        'signed_out',
      ],
      [
        'when its key signs out everywhere',
        ({ other }) => other.ask({ method: 'DELETE', url: '/v1/dashboard-sessions' }),
        'signed_out',
      ],
    ])('%s', async (_, end, reason) => {
      const key = await freshKey(scenario);
      const [session, other] = [await signIn(scenario, key.key), await signIn(scenario, key.key)];
      await expectStatus(session.ask({ url: meUrl }), 200);
      const answer = await end({ key, session, other });
      expect([200, 204]).toContain(answer.status);
      await expectRefusal(scenario, () => session.ask({ url: meUrl }), {
        status: 401,
        code: 'invalid_token',
        reason,
        credentialId: session.id,
      });
      // The browser that was signed in before is another key's, and stays.
      await expectStatus(browser.ask({ url: meUrl }), 200);
    });

    it('when its owner is disabled, on all of its sessions', async () => {
      const stranger = await scenario.anotherOwner();
      const theirs = await signIn(scenario, stranger.key);
      await expectStatus(theirs.ask({ url: meUrl }), 200);
      await scenario.database.admin.query(`update owners set status = 'disabled' where id = $1`, [stranger.id]);
      await expect.poll(async () => (await theirs.ask({ url: meUrl })).status).toBe(401);
    });
  });

  it('and out again takes the cookie away, and may be repeated from the list', async () => {
    const session = await signIn(scenario);
    const out = await expectStatus(session.ask({ method: 'DELETE', url: currentUrl }), 204);
    expect(out.headers['set-cookie']).toMatch(/^__Host-microapp_session=; Path=\/; Max-Age=0; /);
    expect(cookieSetBy(out)).toBe('');
    const repeat = { method: 'DELETE', url: `/v1/dashboard-sessions/${session.id}` } as const;
    await expectStatus(browser.ask(repeat), 204);
  });

  it('shows the sessions that there are, and which of them asks', async () => {
    const key = await freshKey(scenario);
    const named = await scenario.ask(signInRequest(key.key, { 'user-agent': 'Lynx/2.8' }));
    const { body } = await expectStatus(browser.ask({ url: '/v1/dashboard-sessions' }), 200);
    const own = body.data.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
    expect(own).toMatchObject({ id: browser.id, kind: 'owner_key', person: null });
    expect(body.data).toContainEqual(
      expect.objectContaining({ id: named.body.id, userAgent: 'Lynx/2.8', isCurrent: false }),
    );
    expect(JSON.stringify(body)).not.toMatch(/mdsh_|secret|csrf/i);
  });

  it('writes signing in and out into the audit trail', async () => {
    const session = await signIn(scenario);
    await expectStatus(session.ask({ method: 'DELETE', url: currentUrl }), 204);
    const { body } = await expectStatus(scenario.owner.ask({ url: `/v1/audit?targetId=${session.id}` }), 200);
    expect(
      body.data.map(({ event, actorId }: { event: string; actorId: string }) => [event, actorId]).toSorted(),
    ).toEqual([
      ['dashboard-session.created', scenario.owner.keyId],
      ['dashboard-session.ended', scenario.owner.keyId],
    ]);
  });

  it('is what a key that comes as bearer does not do: it has no current session', async () => {
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await scenario.owner.ask({ method, url: currentUrl })).status).toBe(404);
    }
    expect((await scenario.ask({ url: currentUrl })).status).toBe(401);
  });
});

describeAppOnce('a session of the dashboard', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open({ settings: { FAILURES_PER_ADDRESS_PER_MINUTE: '3' } });
  });

  it('lives for as long as it is used within 12 hours each time, and for 7 days at most', async () => {
    const session = await signIn(scenario);
    for (let at = 0; at < 7 * 24 - 11; at += 11) {
      await expectStatus(session.ask({ url: meUrl }), 200);
      await scenario.flush();
      scenario.clock.setNow(scenario.clock.now() + 11 * hourMs);
    }
    await expectStatus(session.ask({ url: meUrl }), 200);
    scenario.clock.advance(4 * hourMs);
    await expectRefusal(scenario, () => session.ask({ url: meUrl }), {
      status: 401,
      code: 'invalid_token',
      reason: 'expired',
      credentialId: session.id,
    });
  });

  it('is over when it was not used for 12 hours', async () => {
    const session = await signIn(scenario);
    scenario.clock.advance(12 * hourMs - 1);
    await expectStatus(session.ask({ url: meUrl }), 200);
    await scenario.flush();
    scenario.clock.advance(12 * hourMs);
    await expectRefusal(scenario, () => session.ask({ url: meUrl }), {
      status: 401,
      code: 'invalid_token',
      reason: 'session_idle',
      credentialId: session.id,
    });
  });

  it('is asked for from one network so often and no more, and a good key waits there, too', async () => {
    const from = { address: '203.0.113.7' };
    const bad = { ...signInRequest(withOtherSecret(scenario.owner.key)), ...from };
    for (let attempt = 0; attempt < 3; attempt++) await expectStatus(scenario.ask(bad), 401);
    const limited = await expectRefusal(
      scenario,
      () => scenario.ask({ ...signInRequest(scenario.owner.key), ...from }),
      { status: 429, code: 'rate_limited', reason: 'failures_of_address' },
    );
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    await expectStatus(scenario.ask({ ...signInRequest(scenario.owner.key), address: '198.51.100.7' }), 201);
  });
});

describeAppOnce('a dashboard without TLS', (open) => {
  it('has a cookie of another name, which is the one that counts there', async () => {
    const publicUrl = 'http://127.0.0.1:4400';
    const scenario = await open({ publicUrl });
    const answer = await expectStatus(scenario.ask(signInRequest(scenario.owner.key, { origin: publicUrl })), 201);
    expect(answer.headers['set-cookie']).toMatch(
      /^microapp_session=mdsh_\w{38}; Path=\/; .*HttpOnly; SameSite=Strict$/,
    );
    const cookie = cookieSetBy(answer);
    await expectStatus(scenario.ask({ url: meUrl, headers: { cookie: `microapp_session=${cookie}` } }), 200);
    const other = await scenario.ask({ url: meUrl, headers: { cookie: `__Host-microapp_session=${cookie}` } });
    expect(other.status).toBe(401);
  });
});

/** A well-formed key that nobody was given. */
function withOtherSecret(key: string): string {
  const start = `${key.slice(0, -10)}AAAA`;
  return start + credentialChecksum(start);
}
