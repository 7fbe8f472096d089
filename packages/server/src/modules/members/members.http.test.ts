import { beforeAll, describe, expect, it } from 'vitest';
import { signedInBy, signIn, type SignedIn } from '../../testing/dashboard.ts';
import { expectRefusal } from '../../testing/refusal.ts';
import {
  describeApp,
  expectStatus,
  ownUrl,
  refusalOf,
  type Answer,
  type Ask,
  type Scenario,
} from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

const dayMs = 24 * 60 * 60 * 1000;
const meUrl = '/v1/me';
type Invited = { id: string; link: string; answer: Answer };

function joinRequest(link: string, headers: Record<string, string> = {}): Ask {
  return {
    method: 'POST',
    url: '/v1/dashboard-sessions/join',
    headers: { origin: ownUrl, 'sec-fetch-site': 'same-origin', ...headers },
    body: { link },
  };
}

describeApp('members', (open) => {
  let scenario: Scenario;
  let admin: SignedIn;
  beforeAll(async () => {
    scenario = await open();
    admin = await signIn(scenario);
  });

  async function invite(fields: Record<string, unknown> = {}): Promise<Invited> {
    const body = { name: 'Ada', role: 'developer', ...fields };
    const answer = await expectStatus(admin.ask({ method: 'POST', url: '/v1/members', body }), 201);
    return { id: answer.body.member.id, link: linkOf(answer), answer };
  }

  const linkOf = (answer: Answer): string => new URL(answer.body.signInUrl).hash.slice('#link='.length);

  async function join(fields: Record<string, unknown> = {}): Promise<SignedIn & { memberId: string }> {
    const { id, link } = await invite(fields);
    const session = signedInBy(scenario, await expectStatus(scenario.ask(joinRequest(link)), 201));
    return { ...session, memberId: id };
  }

  const change = (id: string, body: unknown): Promise<Answer> =>
    admin.ask({ method: 'PATCH', url: `/v1/members/${id}`, body });

  it('are invited by a link whose secret is in its fragment, in that one answer, and stored as a hash', async () => {
    const { id, link, answer } = await invite({ email: 'ada@example.com' });
    expect(answer.body.signInUrl).toBe(`${ownUrl}/join#link=${link}`);
    expect(link).toMatch(/^mlnk_\w{38}$/);
    expect(answer.body.member).toMatchObject({
      status: 'invited',
      role: 'developer',
      email: 'ada@example.com',
      joinedAt: null,
    });
    expect(answer.body.expiresAt).toBe(new Date(scenario.clock.now() + dayMs).toISOString());
    const listed = await expectStatus(admin.ask({ url: '/v1/members' }), 200);
    expect(listed.body.data).toContainEqual(answer.body.member);
    expect(listed.text).not.toContain(link);
    expect(await scenario.rows()).not.toContain(link);
    expect(scenario.logged()).not.toContain(link);
    const trail = await expectStatus(admin.ask({ url: `/v1/audit?targetId=${id}` }), 200);
    expect(trail.body.data).toMatchObject([{ event: 'member.invited', detail: { role: 'developer' } }]);
    expect(trail.text).not.toContain(link);
  });

  it('sign in with the link, as themselves and with their role, by a cookie of 30 days', async () => {
    const session = await join({ name: 'Grace', email: 'grace@example.com', role: 'viewer' });
    expect(session.answer.body).toMatchObject({
      me: { class: 'member', credentialId: session.memberId, ownerId: scenario.owner.id, role: 'viewer' },
      person: { name: 'Grace', email: 'grace@example.com' },
    });
    expect(session.answer.headers['set-cookie']).toContain('Max-Age=2592000;');
    const me = await expectStatus(session.ask({ url: meUrl }), 200);
    expect(me.body).toEqual(session.answer.body.me);
    await scenario.flush();
    const listed = await expectStatus(admin.ask({ url: '/v1/members' }), 200);
    const own = listed.body.data.find(({ id }: { id: string }) => id === session.memberId);
    expect(own).toMatchObject({
      status: 'active',
      linkExpiresAt: null,
      joinedAt: expect.any(String),
      lastUsedAt: expect.any(String),
    });
  });

  describe('are not let in by a link', () => {
    const refused = (ask: () => Promise<Answer>, reason: string, credentialId?: string): Promise<Answer> =>
      expectRefusal(scenario, ask, {
        status: 401,
        code: 'invalid_token',
        reason,
        ...(credentialId === undefined ? {} : { credentialId }),
      });

    it('that was used: it is good once, also for two who come at the same time', async () => {
      const { link } = await invite();
      const both = await Promise.all([scenario.ask(joinRequest(link)), scenario.ask(joinRequest(link))]);
      expect(both.map(({ status }) => status).toSorted()).toEqual([201, 401]);
      await refused(() => scenario.ask(joinRequest(link)), 'link_unknown_or_used');
    });

    it('that another one has replaced', async () => {
      const { id, link } = await invite();
      const renewed = await expectStatus(admin.ask({ method: 'POST', url: `/v1/members/${id}/link` }), 201);
      await refused(() => scenario.ask(joinRequest(link)), 'link_unknown_or_used');
      await expectStatus(scenario.ask(joinRequest(linkOf(renewed))), 201);
    });

    it('that is older than a day', async () => {
      const { id, link } = await invite();
      const before = scenario.clock.now();
      scenario.clock.setNow(before + dayMs);
      await refused(() => scenario.ask(joinRequest(link)), 'link_expired', id);
      scenario.clock.setNow(before + dayMs - 1);
      await expectStatus(scenario.ask(joinRequest(link)), 201);
      scenario.clock.setNow(before);
    });

    it.each([
      ['disabled', { method: 'PATCH', body: { status: 'disabled' } }],
      ['removed', { method: 'DELETE' }],
    ] as const)('when they were %s since', async (_, asked) => {
      const { id, link } = await invite();
      const answer = await admin.ask({ ...asked, url: `/v1/members/${id}` });
      expect([200, 204]).toContain(answer.status);
      await refused(() => scenario.ask(joinRequest(link)), 'link_unknown_or_used');
    });

    it('that is none, or is another kind of credential', async () => {
      await refused(() => scenario.ask(joinRequest('mlnk_cut-off')), 'malformed');
      await refused(() => scenario.ask(joinRequest(scenario.owner.key)), 'wrong_class: owner_key');
    });

    it('on a foreign page, where the link stays good', async () => {
      const { link } = await invite();
      await expectRefusal(
        scenario,
        () => scenario.ask(joinRequest(link, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })),
        { status: 403, code: 'origin_not_allowed', reason: 'management_from_foreign_origin' },
      );
      await expectStatus(scenario.ask(joinRequest(link)), 201);
    });

    it('in the address of a request, which is refused as every credential there', async () => {
      const { link } = await invite();
      const answer = await scenario.ask({ url: `/join?link=${link}` });
      expect(refusalOf(answer)).toEqual({ status: 401, code: 'token_in_url' });
    });
  });

  it('have the role that they have now: it counts from the next request (K51)', async () => {
    const session = await join({ role: 'developer' });
    const create: Ask = { method: 'POST', url: '/v1/workspaces', body: { name: 'By a developer' } };
    await expectStatus(session.ask(create), 201);
    await expectStatus(change(session.memberId, { role: 'viewer' }), 200);
    await expectRefusal(scenario, () => session.ask(create), {
      status: 403,
      code: 'permission_denied',
      reason: 'needs_role developer',
      credentialId: session.memberId,
    });
    await expectStatus(change(session.memberId, { role: 'admin' }), 200);
    await expectStatus(session.ask({ url: '/v1/owner-keys' }), 200);
  });

  it('that are disabled lose every session with the next request, for good, and get in by a new link only', async () => {
    const session = await join();
    await expectStatus(session.ask({ url: meUrl }), 200);
    await expectStatus(change(session.memberId, { status: 'disabled' }), 200);
    const whenOver = () =>
      expectRefusal(scenario, () => session.ask({ url: meUrl }), {
        status: 401,
        code: 'invalid_token',
        reason: 'signed_out',
        credentialId: session.id,
      });
    await whenOver();
    const renew: Ask = { method: 'POST', url: `/v1/members/${session.memberId}/link` };
    await expectUnloggedRefusal(scenario, () => admin.ask(renew), { status: 409, code: 'conflict' });
    await expectStatus(change(session.memberId, { status: 'active' }), 200);
    await whenOver();
    const link = linkOf(await expectStatus(admin.ask(renew), 201));
    await expectStatus(scenario.ask(joinRequest(link)), 201);
  });

  it('that are removed lose every session with the next request and are gone; removing may be repeated', async () => {
    const session = await join();
    const remove: Ask = { method: 'DELETE', url: `/v1/members/${session.memberId}` };
    await expectStatus(admin.ask(remove), 204);
    expect((await session.ask({ url: meUrl })).status).toBe(401);
    await expectStatus(admin.ask(remove), 204);
    const listed = await admin.ask({ url: '/v1/members?limit=200' });
    expect(listed.text).not.toContain(session.memberId);
    for (const asked of [
      { method: 'PATCH', url: remove.url, body: { role: 'admin' } },
      { method: 'POST', url: `${remove.url}/link` },
    ] as const) {
      expect((await admin.ask(asked)).status).toBe(404);
    }
  });

  it('end by themselves after 14 days without use', async () => {
    const session = await join();
    const before = scenario.clock.now();
    scenario.clock.setNow(before + 14 * dayMs);
    expect((await session.ask({ url: meUrl })).status).toBe(401);
    scenario.clock.setNow(before + 14 * dayMs - 1);
    await expectStatus(session.ask({ url: meUrl }), 200);
    scenario.clock.setNow(before);
  });

  it.each<[string, Pick<Ask, 'method' | 'url' | 'body'>]>([
    ['invite', { method: 'POST', url: '/v1/members', body: { name: 'Eve', role: 'admin' } }],
    ['make links', { method: 'POST', url: '/v1/members/{id}/link' }],
    ['raise themselves', { method: 'PATCH', url: '/v1/members/{id}', body: { role: 'admin' } }],
    ['remove', { method: 'DELETE', url: '/v1/members/{id}' }],
    ['read owner keys', { url: '/v1/owner-keys' }],
    ['make owner keys', { method: 'POST', url: '/v1/owner-keys', body: {} }],
  ])('who are no admins do not %s (K51)', async (_, asked) => {
    for (const role of ['viewer', 'developer']) {
      const session = await join({ role });
      await expectRefusal(scenario, () => session.ask({ ...asked, url: asked.url.replace('{id}', session.memberId) }), {
        status: 403,
        code: 'permission_denied',
        reason: 'needs_role admin',
        credentialId: session.memberId,
      });
    }
  });

  it('who are no admins see and end their own sessions only', async () => {
    const [one, other] = [await join(), await join()];
    const listed = await expectStatus(one.ask({ url: '/v1/dashboard-sessions' }), 200);
    expect(listed.body.data.map(({ id }: { id: string }) => id)).toEqual([one.id]);
    expect((await one.ask({ method: 'DELETE', url: `/v1/dashboard-sessions/${other.id}` })).status).toBe(404);
    await expectStatus(one.ask({ method: 'DELETE', url: '/v1/dashboard-sessions' }), 204);
    expect((await one.ask({ url: meUrl })).status).toBe(401);
    await expectStatus(other.ask({ url: meUrl }), 200);
  });

  it('belong to one owner: another neither lists, changes, removes nor renews them (K16)', async () => {
    const { id } = await invite();
    const stranger = await scenario.anotherOwner();
    const listed = await expectStatus(stranger.ask({ url: '/v1/members' }), 200);
    expect(listed.body.data).toEqual([]);
    for (const asked of [
      { method: 'PATCH', url: `/v1/members/${id}`, body: { role: 'admin' } },
      { method: 'DELETE', url: `/v1/members/${id}` },
      { method: 'POST', url: `/v1/members/${id}/link` },
    ] as const) {
      await expectUnloggedRefusal(scenario, () => stranger.ask(asked), { status: 404, code: 'not_found' });
    }
  });

  it('the last admin may be disabled, because owner keys are a way in', async () => {
    const session = await join({ role: 'admin' });
    await expectStatus(change(session.memberId, { status: 'disabled' }), 200);
    await expectStatus(scenario.owner.ask({ url: meUrl }), 200);
  });

  it.each<[string, unknown]>([
    ['no name', { role: 'viewer' }],
    ['an empty name', { name: '', role: 'viewer' }],
    ['no role', { name: 'Ada' }],
    ['another role', { name: 'Ada', role: 'owner' }],
    ['an address that is none', { name: 'Ada', role: 'viewer', email: 'ada' }],
    ['an unknown field', { name: 'Ada', role: 'viewer', password: 'x' }],
  ])('are not invited with %s', async (_, body) => {
    await expectUnloggedRefusal(scenario, () => scenario.owner.ask({ method: 'POST', url: '/v1/members', body }), {
      status: 400,
      code: 'validation_failed',
    });
  });

  it.each<[string, unknown]>([
    ['nothing', {}],
    ['an e-mail address', { email: 'new@example.com' }],
    ['a status that there is not', { status: 'invited' }],
  ])('are not changed by %s', async (_, body) => {
    const { id } = await invite();
    await expectUnloggedRefusal(
      scenario,
      () => scenario.owner.ask({ method: 'PATCH', url: `/v1/members/${id}`, body }),
      { status: 400, code: 'validation_failed' },
    );
  });
});
