import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';

const origin = 'https://shop.example';

describeApp('the access log', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceId: string;
  let tokenId: string;
  let token: string;
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
    workspaceId = (await owner.workspace()).id;
    await owner.tool('logged');
    ({ id: tokenId, token } = await owner.embedToken(workspaceId, {
      apps: ['logged'],
      allowedOrigins: ['shop.example'],
    }));
  });

  async function lines(query: string, by: Owner = owner): Promise<Record<string, unknown>[]> {
    await scenario.flush();
    return (await expectStatus(by.ask({ url: `/v1/access-log?${query}` }), 200)).body.data;
  }

  const idOf = (answer: Answer): string => answer.headers['x-request-id'] ?? '';

  it('tells the owner of every request by an embed: workspace, app, origin, token, address, outcome (H58)', async () => {
    const answer = await expectStatus(scenario.run('logged', token, { text: 'private words' }, { origin }), 200);
    const [line, ...others] = await lines(`requestId=${idOf(answer)}`);
    expect(others).toEqual([]);
    expect(line).toEqual({
      at: new Date(scenario.clock.now()).toISOString(),
      requestId: idOf(answer),
      workspaceId,
      app: 'logged',
      origin,
      address: '127.0.0.1',
      credentialClass: 'embed_token',
      credentialId: tokenId,
      method: 'POST',
      route: '/api/tools/:slug/run',
      status: 200,
      code: null,
      reason: null,
      explanation: null,
      durationMs: expect.any(Number),
    });
  });

  it('tells the owner why a request was refused, by the request id that the caller was given (K67, K69, K70, K72)', async () => {
    const expiring = await owner.embedToken(workspaceId, {
      apps: ['logged'],
      expiresAt: new Date(scenario.clock.now() + 1000).toISOString(),
    });
    const revoked = await owner.embedToken(workspaceId, { apps: ['logged'] });
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${revoked.id}` }), 204);
    const lacking = await owner.embedToken(workspaceId, { apps: ['logged'], permissions: ['chat:send'] });
    scenario.clock.advance(1000);
    const refusals = [
      [await scenario.run('logged', expiring.token, {}), expiring.id, 401, 'expired'],
      [await scenario.run('logged', revoked.token, {}), revoked.id, 401, 'revoked'],
      [await scenario.run('logged', lacking.token, {}), lacking.id, 403, 'lacks tool:run'],
      [await scenario.run('other', token, {}), tokenId, 403, 'app_not_in_scope'],
      [
        await scenario.run('logged', token, {}, { origin: 'https://elsewhere.example' }),
        tokenId,
        403,
        'origin_not_listed',
      ],
    ] as const;
    for (const [answer, credentialId, status, reason] of refusals) {
      expect(answer.status).toBe(status);
      expect(answer.text).not.toContain(reason);
      expect(await lines(`requestId=${idOf(answer)}`)).toMatchObject([
        { workspaceId, credentialId, status, code: answer.body.code, reason },
      ]);
    }
  });

  it('can be narrowed to one token or one workspace (K59)', async () => {
    const other = await owner.workspace();
    const others = await owner.embedToken(other.id, { apps: ['logged'] });
    await scenario.run('logged', others.token, {});
    await scenario.run('logged', token, {});
    expect(await lines(`credentialId=${others.id}`)).toMatchObject([
      { credentialId: others.id, workspaceId: other.id },
    ]);
    expect(await lines(`workspaceId=${other.id}`)).toMatchObject([{ workspaceId: other.id }]);
    const ofToken = await lines(`credentialId=${tokenId}`);
    expect(ofToken.length).toBeGreaterThan(0);
    expect(new Set(ofToken.map(({ credentialId }) => credentialId))).toEqual(new Set([tokenId]));
  });

  it('pages without a gap or a repeat among lines of one moment', async () => {
    const fresh = await owner.embedToken(workspaceId, { apps: ['logged'] });
    const asked: string[] = [];
    for (let count = 0; count < 5; count++) asked.push(idOf(await scenario.run('logged', fresh.token, {})));
    await scenario.flush();
    const seen: string[] = [];
    let cursor: string | null = '';
    let pages = 0;
    while (cursor !== null) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await expectStatus(
        owner.ask({ url: `/v1/access-log?credentialId=${fresh.id}&limit=2${next}` }),
        200,
      );
      seen.push(...body.data.map(({ requestId }: { requestId: string }) => requestId));
      cursor = body.nextCursor;
      pages += 1;
    }
    expect(pages).toBe(3);
    expect(seen).toEqual(asked.toReversed());
  });

  it('shows a request that names nobody known to no owner', async () => {
    const answer = await scenario.run('logged', 'mtok_nonsense', {});
    expect(answer.status).toBe(401);
    expect(await scenario.accessLog(idOf(answer))).toMatchObject([{ owner_id: null, reason: 'malformed' }]);
    expect(await lines(`requestId=${idOf(answer)}`)).toEqual([]);
    expect(await lines(`requestId=${idOf(answer)}`, scenario.owner)).toEqual([]);
  });

  it("shows an owner's lines to no other owner, whatever is asked for", async () => {
    const answer = await scenario.run('logged', token, {});
    expect(await lines(`requestId=${idOf(answer)}`)).toHaveLength(1);
    const stranger = await scenario.anotherOwner();
    for (const query of ['', `requestId=${idOf(answer)}`, `credentialId=${tokenId}`, `workspaceId=${workspaceId}`]) {
      expect(await lines(query, stranger)).toEqual([]);
    }
  });

  it('has refused management requests too, under the key that made them, and no successful ones', async () => {
    const refused = await owner.ask({ url: '/v1/me', headers: { origin: 'https://elsewhere.example' } });
    expect(refused.status).toBe(403);
    expect(await lines(`requestId=${idOf(refused)}`)).toMatchObject([
      { credentialClass: 'owner_key', credentialId: owner.keyId, route: '/v1/me', workspaceId: null },
    ]);
    const answered = await expectStatus(owner.ask({ url: '/v1/me' }), 200);
    expect(await lines(`requestId=${idOf(answered)}`)).toEqual([]);
  });
});
