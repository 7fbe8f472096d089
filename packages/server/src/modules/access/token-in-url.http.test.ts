import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusalLine } from '../../testing/refusal.ts';
import { signAnything } from '../../testing/signed-token.ts';
import {
  describeApp,
  expectStatus,
  loanInputs,
  refusalOf,
  type Answer,
  type Ask,
  type Scenario,
} from '../../testing/scenario.ts';

const run = '/api/tools/loan-calculator/run';
const header = 'x-microapp-embed-token';

describeApp('a credential in the URL', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  /** Asks, and fails unless the one trace in the database is the stamp "seen in a URL". */
  async function expectTokenInUrl(asked: Ask, who: { workspaceId?: string; credentialId?: string }): Promise<Answer> {
    const before = withoutStamps(await scenario.rows());
    const answer = await scenario.ask(asked);
    expect(refusalOf(answer)).toEqual({ status: 401, code: 'token_in_url' });
    expect(withoutStamps(await scenario.rows())).toBe(before);
    await expectRefusalLine(scenario, answer, { status: 401, code: 'token_in_url', reason: 'token_in_url', ...who });
    return answer;
  }

  it.each<[string, (token: string) => Pick<Ask, 'method' | 'url'>]>([
    ['as token', (token) => ({ method: 'POST', url: `${run}?embed=1&token=${token}` })],
    ['as mtok', (token) => ({ method: 'POST', url: `${run}?embed=1&mtok=${token}` })],
    ['as embed_token', (token) => ({ method: 'POST', url: `${run}?embed=1&embed_token=${token}` })],
    ['under any other name', (token) => ({ method: 'POST', url: `${run}?embed=1&utm_source=${token}` })],
    ['as the mode', (token) => ({ method: 'POST', url: `${run}?embed=${token}` })],
    ['as a name', (token) => ({ method: 'POST', url: `${run}?embed=1&${token}=1` })],
    ['as a name without a value', (token) => ({ method: 'POST', url: `${run}?embed=1&${token}` })],
    ['twice', (token) => ({ method: 'POST', url: `${run}?embed=1&a=${token}&a=${token}` })],
    ['escaped', (token) => ({ method: 'POST', url: `${run}?embed=1&token=${escaped(token)}` })],
    ['with text around it', (token) => ({ method: 'POST', url: `${run}?embed=1&next=x${token}yz` })],
    [
      'inside another address',
      (token) => ({ method: 'POST', url: `${run}?embed=1&next=https%3A%2F%2Fa.b%2F%3Ft%3D${token}` }),
    ],
    [
      'beside a value that is escaped twice',
      (token) => ({ method: 'POST', url: `${run}?embed=1&a=%252Fx%2525&token=${token}` }),
    ],
    ['beside a broken escape', (token) => ({ method: 'POST', url: `${run}?embed=1&a=%E0%A4%A&token=${token}` })],
    [
      'escaped, beside a broken escape',
      (token) => ({ method: 'POST', url: `${run}?embed=1&a=%zz&token=${escaped(token)}` }),
    ],
    ['on the schema', (token) => ({ url: `/api/tools/loan-calculator/schema?embed=1&token=${token}` })],
    ['on the session endpoint', (token) => ({ method: 'POST', url: `/v1/embed/sessions?key=${token}` })],
    ['on a preflight', (token) => ({ method: 'OPTIONS', url: `${run}?embed=1&token=${token}` })],
    ['in the path', (token) => ({ method: 'POST', url: `/api/tools/${token}/run?embed=1` })],
    ['on an unknown path', (token) => ({ url: `/nowhere/at-all?token=${token}` })],
    ['on a public route', (token) => ({ url: `/healthz?token=${token}` })],
    ['on a management route', (token) => ({ url: `/v1/workspaces?token=${token}` })],
    ['with a method that the route does not take', (token) => ({ method: 'PUT', url: `${run}?token=${token}` })],
  ])('an embed token %s is refused although a valid header is beside it (M6, M16, M33, M54)', async (_, askedWith) => {
    const { owner } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id: credentialId, token } = await owner.embedToken(workspaceId);
    const asked = askedWith(token);
    const isManagement = asked.url.startsWith('/v1/workspaces');
    const answer = await expectTokenInUrl(
      {
        ...asked,
        headers: isManagement ? { authorization: `Bearer ${owner.key}` } : { [header]: token },
        ...(asked.method === 'POST' ? { body: { inputs: loanInputs } } : {}),
      },
      { workspaceId, credentialId },
    );
    expect(answer.text).not.toContain(token);
    expect(scenario.logged()).not.toContain(token);
  });

  it('a token beside a path that cannot be decoded is refused like anywhere else (M16, M33)', async () => {
    const { owner } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id: credentialId, token } = await owner.embedToken(workspaceId);
    const answer = await expectTokenInUrl(
      { url: `/api/tools/%zz/schema?token=${token}` },
      { workspaceId, credentialId },
    );
    expect(answer.text).not.toContain(token);
  });

  it('is shown to its owner on the credential, which is not revoked by it', async () => {
    const { owner, ask, clock, flush } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id, token } = await owner.embedToken(workspaceId);
    const before = await expectStatus(owner.ask({ url: `/v1/embed-tokens/${id}` }), 200);
    expect(before.body.seenInUrlAt).toBeNull();
    const seenAt = new Date(clock.now()).toISOString();
    await expectStatus(ask({ url: `/anything?x=${token}` }), 401);
    await flush();
    const after = await expectStatus(owner.ask({ url: `/v1/embed-tokens/${id}` }), 200);
    expect(after.body).toMatchObject({ seenInUrlAt: seenAt, status: 'active', lastUsedAt: null });
    expect((await scenario.run('loan-calculator', token)).status).toBe(200);
  });

  it('an API key in the URL is refused even beside itself in its header, shown to its owner, and not revoked', async () => {
    const { owner, ask, flush } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id, key } = await owner.apiKey({ workspaceId });
    for (const url of [`/v1/sessions?api_key=${key}`, `/v1/sessions/${key}`, `/healthz?a=b&key=${key}`]) {
      const answer = await expectTokenInUrl({ url, headers: { 'x-api-key': key } }, { workspaceId, credentialId: id });
      expect(answer.text).not.toContain(key);
    }
    expect(scenario.logged()).not.toContain(key);
    await flush();
    const { body } = await expectStatus(owner.ask({ url: `/v1/api-keys/${id}` }), 200);
    expect(body).toMatchObject({ isActive: true, seenInUrlAt: expect.any(String), lastUsedAt: null });
    await expectStatus(ask({ url: '/v1/sessions', headers: { 'x-api-key': key } }), 200);
    // Nobody's, and refused like one of ours: whoever asks does not learn which it is.
    await expectTokenInUrl({ url: `/healthz?key=${'A'.repeat(44)}` }, {});
  });

  it('a signed token in the URL is refused and shown on its key; a forged one is refused and shown nowhere', async () => {
    const { owner, clock, flush } = scenario;
    const { id, key } = await owner.apiKey();
    const payload = { kid: id, exp: Math.floor(clock.now() / 1000) + 60, scope: 'readonly', apps: ['my-app'] };
    const seenInUrlAt = async (): Promise<unknown> => {
      await flush();
      return (await expectStatus(owner.ask({ url: `/v1/api-keys/${id}` }), 200)).body.seenInUrlAt;
    };
    await expectTokenInUrl({ url: `/v1/sessions?token=${signAnything('A'.repeat(44), payload)}` }, {});
    expect(await seenInUrlAt()).toBeNull();
    for (const token of [signAnything(key, payload), signAnything(key, { ...payload, exp: 1 })]) {
      for (const url of [`/v1/sessions?token=${token}`, `/v1/sessions?embed_token=${token}`, `/nowhere/${token}`]) {
        const answer = await expectTokenInUrl({ url, headers: { 'x-embed-token': token } }, { credentialId: id });
        expect(answer.text).not.toContain(token.split('.')[1]);
      }
      expect(scenario.logged()).not.toContain(token.split('.')[1]);
    }
    expect(await seenInUrlAt()).not.toBeNull();
  });

  it('an owner key in the URL is refused, shown to its owner, and not revoked (M16)', async () => {
    const { anotherOwner, flush } = scenario;
    const owner = await anotherOwner();
    const asked = { url: `/v1/workspaces?key=${owner.key}`, headers: { authorization: `Bearer ${owner.key}` } };
    const answer = await expectTokenInUrl(asked, { credentialId: owner.keyId });
    expect(answer.text).not.toContain(owner.key);
    await flush();
    const { body } = await expectStatus(owner.ask({ url: '/v1/owner-keys' }), 200);
    expect(body.data[0]).toMatchObject({ id: owner.keyId, status: 'active', seenInUrlAt: expect.any(String) });
  });

  it('a client token in the URL is refused, and its owner sees it on the surface and in the access log', async () => {
    const { owner, flush } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const surface = await owner.surface(workspaceId);
    const asked: Ask = {
      method: 'POST',
      url: `/v1/embed/sessions?key=${surface.clientToken}`,
      headers: { origin: 'https://shop.example' },
      body: { key: surface.clientToken },
    };
    const answer = await expectTokenInUrl(asked, { workspaceId, credentialId: surface.clientTokenId });
    const { body } = await expectStatus(owner.ask({ url: `/v1/access-log?requestId=${answer.body.requestId}` }), 200);
    expect(body.data).toMatchObject([{ code: 'token_in_url', credentialId: surface.clientTokenId, workspaceId }]);
    await flush();
    const shown = await expectStatus(owner.ask({ url: `/v1/surfaces/${surface.id}` }), 200);
    expect(shown.body.clientTokenSeenInUrlAt).toEqual(expect.any(String));
  });

  describe('of a visitor', () => {
    const origin = 'https://shop.example';

    it('a ticket in the URL is refused, and stays good where it belongs', async () => {
      const { owner, ask } = scenario;
      const { id: workspaceId } = await owner.workspace();
      const surface = await owner.surface(workspaceId);
      const opened = await expectStatus(
        ask({ method: 'POST', url: '/v1/embed/sessions', headers: { origin }, body: { key: surface.clientToken } }),
        201,
      );
      const { ticket } = opened.body;
      const answer = await expectTokenInUrl({ url: `/healthz?ticket=${ticket}` }, {});
      expect(answer.text).not.toContain(ticket);
      const redeemed = ask({
        method: 'POST',
        url: '/v1/embed/sessions/redeem',
        body: { ticket, surfaceId: surface.id, parentOrigin: origin },
      });
      await expectStatus(redeemed, 200);
    });

    it('a session in the URL is refused although it is the bearer too (M16, M33)', async () => {
      const { owner, session } = scenario;
      const { id: workspaceId } = await owner.workspace();
      const surface = await owner.surface(workspaceId);
      const { token } = await session(surface, origin);
      const asked: Ask = {
        method: 'POST',
        url: `${run}?access_token=${token}`,
        headers: { authorization: `Bearer ${token}` },
        body: { inputs: loanInputs },
      };
      const answer = await expectTokenInUrl(asked, { workspaceId, credentialId: surface.clientTokenId });
      expect(answer.text).not.toContain(token);
      expect(scenario.logged()).not.toContain(token);
    });
  });

  it("what only looks like one of ours, or is somebody else's, stays allowed in a URL", async () => {
    const { owner, ask } = scenario;
    const { token } = await owner.embedToken(owner.workspaceId);
    const foreignJwt = `${part({ alg: 'RS256' })}.${part({ aud: 'https://other.example' })}.c2ln`;
    for (const value of [`${token.slice(0, -1)}?`, 'mtok_', foreignJwt, 'eyJhbGciOiJ9.eyJ.', 'a_b_c']) {
      const asked: Ask = { url: `/api/tools/loan-calculator/schema?embed=1&x=${encodeURIComponent(value)}` };
      await expectStatus(ask({ ...asked, headers: { [header]: token } }), 200);
    }
  });
});

function withoutStamps(rows: string): string {
  return rows.replace(/"seen_in_url_at": (null|"[^"]*")/g, '');
}

/** Every letter as a percent escape. */
function escaped(token: string): string {
  return token.replace(/[a-z]/gi, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
