import { createPublicKey, verify } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, ownUrl, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

const day = 24 * 60 * 60 * 1000;

describeApp('Copy URL', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
    workspaceId = (await owner.workspace()).id;
  });

  const copy = (id: string, body?: unknown, by: Owner = owner): Promise<Answer> =>
    by.ask({ method: 'POST', url: `/v1/embed-tokens/${id}/url`, ...(body === undefined ? {} : { body }) });
  const conflict = { status: 409, code: 'conflict' } as const;

  it('answers with an address for an iframe, without revealing the raw token, which nobody has any more (K31, K39, M58)', async () => {
    const { id, token } = await owner.embedToken(workspaceId);
    const { body } = await expectStatus(copy(id), 201);
    expect(Object.keys(body).toSorted()).toEqual(['expiresAt', 'url']);
    const url = new URL(body.url);
    expect(`${url.origin}${url.pathname}${url.search}`).toBe(`${ownUrl}/embed/apps/loan-calculator?for=${id}`);
    expect(url.hash).toMatch(/^#token=eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{86}$/);
    expect(body.url).not.toContain(token.slice('mtok_'.length));
    const claims = Buffer.from(url.hash.split('.')[1] ?? '', 'base64url').toString();
    expect(JSON.parse(claims)).toEqual({
      jti: expect.stringMatching(/^url_/),
      iss: ownUrl,
      aud: 'microapp:url',
      iat: Math.floor(scenario.clock.now() / 1000),
      exp: Math.floor(scenario.clock.now() / 1000) + 90 * 24 * 60 * 60,
      owner: owner.id,
      workspace: workspaceId,
      app: 'loan-calculator',
      cred: { class: 'embed_token', id, version: 1 },
    });
    expect(body.expiresAt).toBe(new Date((JSON.parse(claims) as { exp: number }).exp * 1000).toISOString());
  });

  it('signs with a published key, in a kind of its own', async () => {
    const { id } = await owner.embedToken(workspaceId);
    const { body } = await expectStatus(copy(id), 201);
    const [header = '', payload = '', signature = ''] = new URL(body.url).hash.slice('#token='.length).split('.');
    const { kid, ...rest } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    expect(rest).toEqual({ alg: 'EdDSA', typ: 'microapp-url+jwt' });
    const { keys } = (await scenario.ask({ url: '/.well-known/jwks.json' })).body as { keys: { kid: string }[] };
    const jwk = keys.find((key) => key.kid === kid);
    if (jwk === undefined) throw new Error('The key is not published.');
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const signed = Buffer.from(`${header}.${payload}`);
    expect(verify(null, signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('makes a fresh token each time, in the fragment or, where that is asked, in the query (K30)', async () => {
    const { id } = await owner.embedToken(workspaceId);
    const first = (await expectStatus(copy(id, {}), 201)).body.url;
    const second = (await expectStatus(copy(id, { form: 'fragment' }), 201)).body.url;
    const third = (await expectStatus(copy(id, { form: 'query' }), 201)).body.url;
    expect(new Set([first, second, third]).size).toBe(3);
    expect(third.replace(/eyJ.*/, '')).toBe(`${ownUrl}/embed/apps/loan-calculator?for=${id}&token=`);
    expect(new URL(second).hash).toMatch(/^#token=/);
  });

  it('lives as long as the token does, where that has an end (K54)', async () => {
    const expiresAt = new Date(scenario.clock.now() + 365 * day).toISOString();
    const { id } = await owner.embedToken(workspaceId, { expiresAt });
    const { body } = await expectStatus(copy(id), 201);
    expect(Date.parse(body.expiresAt)).toBeLessThanOrEqual(Date.parse(expiresAt));
    expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.parse(expiresAt) - 1000);
  });

  it('asks which app, where the token is for several', async () => {
    await owner.tool('copied-too');
    const { id } = await owner.embedToken(workspaceId, { apps: ['loan-calculator', 'copied-too'] });
    const unsaid = await expectUnloggedRefusal(scenario, () => copy(id), { status: 400, code: 'validation_failed' });
    expect(unsaid.body.issues).toEqual([{ path: 'app', message: expect.stringContaining('several') }]);
    const foreign = await expectUnloggedRefusal(scenario, () => copy(id, { app: 'other' }), {
      status: 400,
      code: 'validation_failed',
    });
    expect(foreign.body.issues).toEqual([{ path: 'app', message: expect.stringContaining('none of the apps') }]);
    const { body } = await expectStatus(copy(id, { app: 'copied-too' }), 201);
    expect(body.url).toContain('/embed/apps/copied-too?for=');
  });

  it.each([
    ['an unknown form', { form: 'path' }, 'form'],
    ['an unknown field', { expiresAt: '2030-01-01T00:00:00Z' }, 'expiresAt'],
  ])('refuses %s', async (_, body, path) => {
    const { id } = await owner.embedToken(workspaceId);
    const refusal = await expectUnloggedRefusal(scenario, () => copy(id, body), {
      status: 400,
      code: 'validation_failed',
    });
    expect(refusal.body.issues.map((issue: { path: string }) => issue.path)).toContain(path);
  });

  it('is refused with a sentence for a token that is revoked, expired or for servers, and in a disabled workspace', async () => {
    const revoked = await owner.embedToken(workspaceId);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${revoked.id}` }), 204);
    const expired = await owner.embedToken(workspaceId, {
      expiresAt: new Date(scenario.clock.now() + 1000).toISOString(),
    });
    scenario.clock.advance(1000);
    const server = await owner.embedToken(workspaceId, { use: 'server' });
    const disabled = await owner.workspace();
    const stopped = await owner.embedToken(disabled.id);
    const url = `/v1/workspaces/${disabled.id}`;
    await expectStatus(owner.ask({ method: 'PATCH', url, body: { status: 'disabled' } }), 200);
    for (const [{ id }, word] of [
      [revoked, 'revoked'],
      [expired, 'expired'],
      [server, 'servers'],
      [stopped, 'disabled'],
    ] as const) {
      const refusal = await expectUnloggedRefusal(scenario, () => copy(id), conflict);
      expect(refusal.body.error).toContain(word);
    }
  });

  it("is refused for another owner's token as for one that nobody has (K16)", async () => {
    const stranger = await scenario.anotherOwner();
    const { id } = await owner.embedToken(workspaceId);
    for (const tokenId of [id, 'etok_nobody']) {
      await expectUnloggedRefusal(scenario, () => copy(tokenId, {}, stranger), { status: 404, code: 'not_found' });
    }
  });

  it('is in the audit trail, without the token', async () => {
    const { id } = await owner.embedToken(workspaceId);
    scenario.clock.advance(1);
    const { body } = await expectStatus(copy(id), 201);
    const { text, body: trail } = await expectStatus(owner.ask({ url: '/v1/audit?limit=1' }), 200);
    expect(trail.data).toMatchObject([{ event: 'embed-token.url-copied', targetId: id, workspaceId }]);
    expect(text).not.toContain(body.url.slice(-80));
  });
});
