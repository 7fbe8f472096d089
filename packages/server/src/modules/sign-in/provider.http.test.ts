import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedInBy } from '../../testing/dashboard.ts';
import { person, startSignInProvider, type SignInProvider } from '../../testing/sign-in-provider.ts';
import { describeAppOnce, expectStatus, type Answer, type Scenario } from '../../testing/scenario.ts';

const beginUrl = '/sign-in/oidc';

describeAppOnce('signing in through the identity provider', (open) => {
  let provider: SignInProvider;
  let scenario: Scenario;
  beforeAll(async () => {
    provider = await startSignInProvider();
    scenario = await open({ settings: provider.env });
    // The provider goes by the real time.
    scenario.clock.setNow(Date.now());
  });
  afterAll(() => provider.close());

  /** From our own page to the provider, and to the moment in which the browser is sent back. */
  async function visit(
    claims: Record<string, unknown>,
    returnTo = '/customers',
  ): Promise<{ back: URL; cookie: string }> {
    provider.setClaims(claims);
    const begun = await scenario.ask({ url: `${beginUrl}?returnTo=${encodeURIComponent(returnTo)}` });
    expect(begun.status, begun.text).toBe(303);
    const cookie = begun.headers['set-cookie']?.split(';')[0] ?? '';
    return { back: await provider.visit(begun.headers['location'] ?? ''), cookie };
  }

  const comeBack = (back: URL, cookie: string): Promise<Answer> =>
    scenario.ask({ url: back.pathname + back.search, headers: { cookie, 'sec-fetch-site': 'cross-site' } });

  /** Asks; fails unless a person reads a page and nobody is signed in, and answers with what the log says. */
  async function refused(ask: () => Promise<Answer>, status: number): Promise<{ page: Answer; reason: unknown }> {
    const before = await scenario.rows();
    const page = await ask();
    expect(page.status, page.text).toBe(status);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.text).toContain('href="/sign-in"');
    expect(page.headers['set-cookie'] ?? '').not.toContain('mdsh_');
    expect(await scenario.rows()).toBe(before);
    const requestId = page.headers['x-request-id'] ?? '';
    expect(page.text).toContain(requestId);
    const [line] = await scenario.accessLog(requestId);
    return { page, reason: line?.['reason'] };
  }

  it('is offered', async () => {
    const { body } = await expectStatus(scenario.ask({ url: '/v1/sign-in' }), 200);
    expect(body).toEqual({ identityProvider: true });
  });

  it('makes a session with the role that the provider gives, and leads to where one wanted to go (K51)', async () => {
    const claims = { name: 'Ada Lovelace', email: 'ada@example.com', roles: ['developer'] };
    const { back, cookie } = await visit(claims, '/customers/ws_1?tab=surfaces#top');
    expect(cookie).toMatch(/^__Host-microapp_sign_in=[\w-]+$/);
    const answer = await expectStatus(comeBack(back, cookie), 303);
    expect(answer.headers['location']).toBe('/customers/ws_1?tab=surfaces#top');
    const set = answer.headers['set-cookie'] ?? '';
    expect(set).toMatch(
      /__Host-microapp_session=mdsh_\w{38}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure/,
    );
    expect(set).toContain('__Host-microapp_sign_in=; Path=/; Max-Age=0;');
    const session = /__Host-microapp_session=(mdsh_\w{38})/.exec(set)?.[1] ?? '';
    const current = await expectStatus(
      scenario.ask({
        url: '/v1/dashboard-sessions/current',
        headers: { cookie: `__Host-microapp_session=${session}` },
      }),
      200,
    );
    expect(current.body).toMatchObject({
      me: { class: 'oidc_user', credentialId: person, ownerId: scenario.owner.id, role: 'developer' },
      person: { name: 'Ada Lovelace', email: 'ada@example.com' },
    });
    const signedIn = signedInBy(scenario, {
      ...current,
      headers: { 'set-cookie': `__Host-microapp_session=${session};` },
    });
    await expectStatus(signedIn.ask({ method: 'POST', url: '/v1/workspaces', body: { name: 'By Ada' } }), 201);
    const beyond = await signedIn.ask({ url: '/v1/owner-keys' });
    expect([beyond.status, beyond.body.code]).toEqual([403, 'permission_denied']);
    await expectStatus(signedIn.ask({ method: 'DELETE', url: '/v1/dashboard-sessions/current' }), 204);
    expect((await signedIn.ask({ url: '/v1/me' })).status).toBe(401);
  });

  it('tells nobody what it told the browser: neither code nor secret is in the log or in the database', async () => {
    const { back, cookie } = await visit({ roles: ['viewer'] });
    await expectStatus(comeBack(back, cookie), 303);
    const kept = scenario.logged() + (await scenario.rows());
    for (const secret of [back.searchParams.get('code') ?? '', back.searchParams.get('state') ?? '', cookie]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(kept).not.toContain(secret);
    }
  });

  it('is refused with an answer to somebody else: another state, another browser, or none that began it', async () => {
    const one = await visit({ roles: ['admin'] });
    const other = await visit({ roles: ['admin'] });
    const changed = new URL(one.back);
    changed.searchParams.set('state', 'x'.repeat(43));
    for (const [back, cookie] of [
      [changed, one.cookie],
      [one.back, other.cookie],
      [one.back, ''],
      [one.back, `${one.cookie}x`],
      [one.back, `${one.cookie}; ${one.cookie}`],
    ] as const) {
      const { reason } = await refused(() => comeBack(back, cookie), 401);
      expect(reason).toMatch(/^provider_sign_in: /);
    }
    // Nothing of that has used it up.
    await expectStatus(comeBack(one.back, one.cookie), 303);
  });

  it('is refused with a code that was used, even in the browser that it was for', async () => {
    const { back, cookie } = await visit({ roles: ['admin'] });
    await expectStatus(comeBack(back, cookie), 303);
    const { reason } = await refused(() => comeBack(back, cookie), 401);
    expect(reason).toBe('provider_sign_in: invalid_grant');
  });

  it('is refused when it took longer than ten minutes', async () => {
    const { back, cookie } = await visit({ roles: ['admin'] });
    const before = scenario.clock.now();
    scenario.clock.setNow(before + 601_000);
    const { reason } = await refused(() => comeBack(back, cookie), 401);
    scenario.clock.setNow(before);
    expect(reason).toBe('provider_sign_in: not_begun_here');
  });

  it('is refused when the person called it off', async () => {
    const { back, cookie } = await visit({ roles: ['admin'] });
    back.searchParams.delete('code');
    back.searchParams.set('error', 'access_denied');
    const { reason } = await refused(() => comeBack(back, cookie), 401);
    expect(reason).toBe('provider_sign_in: access_denied');
  });

  it.each([
    ['no role', {}],
    ['no role of ours', { roles: ['owner', 'Admin'] }],
  ])('is refused to a person with %s, in words that say whom to ask', async (_, claims) => {
    const { back, cookie } = await visit(claims);
    const { page, reason } = await refused(() => comeBack(back, cookie), 403);
    expect(reason).toBe('no_role');
    expect(page.text).toContain('Ask your administrator');
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example/', 'evil', '/a%0d%0ax'])(
    'does not lead to %s',
    async (returnTo) => {
      const answer = await scenario.ask({
        url: `${beginUrl}?returnTo=${encodeURIComponent(decodeURIComponent(returnTo))}`,
      });
      expect(answer.status).toBe(400);
      expect([answer.headers['location'], answer.headers['set-cookie']]).toEqual([undefined, undefined]);
      expect(answer.text).not.toContain('evil');
    },
  );

  it('says so when the provider is down, before and after the visit, and works again when it is back', async () => {
    const visited = await visit({ roles: ['viewer'] });
    await provider.pause();
    const after = await refused(() => comeBack(visited.back, visited.cookie), 503);
    expect(after.page.text).toContain('does not answer');
    // What was learned of the provider before has been forgotten by then, and learning it anew fails.
    scenario.clock.advance(11 * 60_000);
    const before = await refused(() => scenario.ask({ url: beginUrl }), 503);
    expect(before.page.text).toContain('does not answer');
    await provider.resume();
    scenario.clock.setNow(Date.now());
    const { back, cookie } = await visit({ roles: ['viewer'] });
    await expectStatus(comeBack(back, cookie), 303);
  });
});

describeAppOnce('a server without an identity provider', (open) => {
  it('offers none, and says so to whoever comes by an old address', async () => {
    const scenario = await open();
    const offered = await expectStatus(scenario.ask({ url: '/v1/sign-in' }), 200);
    expect(offered.body).toEqual({ identityProvider: false });
    for (const url of [beginUrl, `${beginUrl}/callback?code=x&state=y`]) {
      const page = await expectStatus(scenario.ask({ url }), 404);
      expect(page.text).toContain('No identity provider is set up');
    }
  });
});
