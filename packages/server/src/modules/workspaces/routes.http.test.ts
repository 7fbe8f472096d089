import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { expectNoChange } from '../../testing/repeated-call.ts';
import { describeApp, expectStatus, refusalOf, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

describeApp('workspaces', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
  });

  function create(body: unknown) {
    return owner.ask({ method: 'POST', url: '/v1/workspaces', body });
  }

  function change(id: string, body: unknown) {
    return owner.ask({ method: 'PATCH', url: `/v1/workspaces/${id}`, body });
  }

  const listed = 'https://customer.example';

  /** A token and a session of one workspace, both of which work. */
  async function workingCredentials(workspaceId: string) {
    const { id: tokenId, token } = await owner.embedToken(workspaceId);
    const surface = await owner.surface(workspaceId, { allowedOrigins: ['customer.example'] });
    const session = await scenario.session(surface, listed);
    const credentials = {
      token: () => scenario.run('loan-calculator', token),
      session: () =>
        scenario.ask({
          url: '/api/tools/loan-calculator/schema',
          headers: { authorization: `Bearer ${session.token}` },
        }),
      clientToken: () =>
        scenario.ask({
          method: 'POST',
          url: '/v1/embed/sessions',
          headers: { origin: listed },
          body: { key: surface.clientToken },
        }),
    };
    await expectStatus(credentials.token(), 200);
    await expectStatus(credentials.session(), 200);
    await expectStatus(credentials.clientToken(), 201);
    return { ...credentials, tokenId, surface };
  }

  it('a workspace begins active and with nothing: no portal, no feature, no origin', async () => {
    const { body } = await expectStatus(create({ name: 'Shop' }), 201);
    const now = new Date(scenario.clock.now()).toISOString();
    expect(body).toEqual({
      id: expect.stringMatching(/^ws_[0-9A-Za-z]{22}$/),
      ownerId: owner.id,
      name: 'Shop',
      status: 'active',
      portalEnabled: false,
      features: [],
      allowedOrigins: [],
      attributes: {},
      limits: {},
      embedTokensReviewedAt: null,
      createdAt: now,
      updatedAt: now,
    });
    const read = await expectStatus(owner.ask({ url: `/v1/workspaces/${body.id}` }), 200);
    expect(read.body).toEqual(body);
  });

  it('every field can be set when a workspace is made, and changed later one by one', async () => {
    const fields = {
      name: 'Shop',
      status: 'disabled',
      portalEnabled: true,
      features: ['tool:run', 'chat:send'],
      allowedOrigins: ['shop.example'],
      attributes: { plan: 'gold', seats: 5, nested: { list: [1, null, 'é'] } },
    };
    const { body: made } = await expectStatus(create(fields), 201);
    expect(made).toMatchObject(fields);
    scenario.clock.advance(1000);
    const changes = {
      name: 'Store',
      status: 'active',
      portalEnabled: false,
      features: [],
      allowedOrigins: ['*.store.example'],
      attributes: {},
    };
    let expected = made;
    for (const [field, value] of Object.entries(changes)) {
      const { body } = await expectStatus(change(made.id, { [field]: value }), 200);
      expected = { ...expected, [field]: value, updatedAt: new Date(scenario.clock.now()).toISOString() };
      expect(body).toEqual(expected);
    }
    expect((await owner.ask({ url: `/v1/workspaces/${made.id}` })).body).toEqual(expected);
  });

  it('origins are kept in one spelling, each once', async () => {
    const allowedOrigins = ['Shop.EXAMPLE', 'shop.example ', 'bücher.example', 'localhost:3000', 'HTTPS://a.example/'];
    const { body } = await expectStatus(create({ name: 'Shop', allowedOrigins }), 201);
    expect(body.allowedOrigins).toEqual([
      'shop.example',
      'xn--bcher-kva.example',
      'localhost:3000',
      'https://a.example',
    ]);
  });

  it.each([
    ['*', 'development only'],
    ['https://shop.example/path', 'more than a host'],
    ['*.*.example', 'not a host name'],
    ['null', 'cannot be allowed'],
  ])('the origin %s is refused with the place and a hint', async (origin, hint) => {
    const refusal = await expectUnloggedRefusal(
      scenario,
      () => create({ name: 'Shop', allowedOrigins: ['fine.example', origin] }),
      { status: 400, code: 'validation_failed' },
    );
    expect(refusal.body.issues).toEqual([{ path: 'allowedOrigins.1', message: expect.stringContaining(hint) }]);
  });

  it.each([
    ['no field at all', {}, ''],
    ['an unknown field', { name: 'x', colour: 'red' }, 'colour'],
    ['a read-only field', { ownerId: 'own_other' }, 'ownerId'],
    ['another id', { id: 'ws_other' }, 'id'],
    ['an empty name', { name: '' }, 'name'],
    ['a status that there is not', { status: 'deleted' }, 'status'],
    ['a number where a truth value belongs', { portalEnabled: 1 }, 'portalEnabled'],
    ['an unknown feature', { features: ['tool:run', 'fly'] }, 'features.1'],
    ['a feature twice', { features: ['tool:run', 'tool:run'] }, 'features'],
    ['a NUL character', { attributes: { a: { b: 'x\0' } } }, 'attributes.a.b'],
    ['a NUL character in a key', { attributes: { 'a\0': 1 } }, 'attributes'],
    ['an array', [], ''],
  ])('a change with %s is refused, and the field is named', async (_, body, path) => {
    const { id } = await owner.workspace();
    const refusal = await expectUnloggedRefusal(scenario, () => change(id, body), {
      status: 400,
      code: 'validation_failed',
    });
    expect(refusal.body.issues).toEqual([{ path, message: expect.any(String) }]);
  });

  it('a word that is none of those allowed is told which are', async () => {
    const { body } = await create({ name: 'x', status: 'deleted' });
    expect(body.issues).toEqual([{ path: 'status', message: 'must be one of: active, disabled' }]);
  });

  it.each([
    ['half of a surrogate pair', '"\\ud800"'],
    ['JSON nested without end', `${'['.repeat(5000)}${']'.repeat(5000)}`],
  ])('%s is refused as what it is, not as a failure of ours', async (_, value) => {
    await expectUnloggedRefusal(
      scenario,
      () => owner.ask({ method: 'POST', url: '/v1/workspaces', text: `{"name":"a","attributes":{"a":${value}}}` }),
      { status: 400, code: 'validation_failed' },
    );
  });

  describe('the list', () => {
    it('pages from newest to oldest without a gap or a repeat, also among rows of one moment', async () => {
      const lister = await scenario.anotherOwner();
      const made: string[] = [];
      for (let index = 0; index < 7; index++) {
        if (index % 3 === 0) scenario.clock.advance(1000);
        made.push((await lister.workspace({ name: `W${index}` })).id);
      }
      const seen: string[] = [];
      let pages = 0;
      let url = '/v1/workspaces?limit=2';
      for (;;) {
        const { body } = await expectStatus(lister.ask({ url }), 200);
        pages += 1;
        expect(body.data.length).toBeLessThanOrEqual(2);
        seen.push(...body.data.map(({ id }: { id: string }) => id));
        if (body.nextCursor === null) break;
        // A row that comes meanwhile is newer than every page that follows.
        scenario.clock.advance(1);
        if (pages === 1) await lister.workspace({ name: 'Late' });
        url = `/v1/workspaces?limit=2&cursor=${body.nextCursor}`;
      }
      expect(pages).toBe(4);
      expect(seen.toSorted()).toEqual(made.toSorted());
      const whole = (await lister.ask({ url: '/v1/workspaces' })).body.data;
      expect(seen).toEqual(whole.slice(1).map(({ id }: { id: string }) => id));
      const times = whole.map(({ createdAt }: { createdAt: string }) => createdAt);
      expect(times).toEqual(times.toSorted().toReversed());
    });

    it("a cursor made from another owner's row shows nothing of the other", async () => {
      const lister = await scenario.anotherOwner();
      await owner.workspace();
      await owner.workspace();
      const own = await lister.workspace();
      const foreign = (await owner.ask({ url: '/v1/workspaces?limit=1' })).body.nextCursor;
      const { body } = await expectStatus(lister.ask({ url: `/v1/workspaces?cursor=${foreign}` }), 200);
      expect(body.data.filter(({ id }: { id: string }) => id !== own.id)).toEqual([]);
    });
  });

  it('disabling a workspace stops all its credentials at once, and enabling it brings them back (K77)', async () => {
    const workspace = await owner.workspace();
    const bystander = await workingCredentials((await owner.workspace()).id);
    const { token, session, clientToken, tokenId, surface } = await workingCredentials(workspace.id);
    await expectStatus(change(workspace.id, { status: 'disabled' }), 200);
    for (const [asked, credentialId] of [
      [token, tokenId],
      [session, surface.clientTokenId],
      [clientToken, surface.clientTokenId],
    ] as const) {
      const before = await scenario.rows();
      const answer = await asked();
      expect(refusalOf(answer)).toEqual({ status: 403, code: 'workspace_disabled' });
      expect(await scenario.rows()).toBe(before);
      expect(await scenario.accessLog(answer.body.requestId)).toMatchObject([
        { status: 403, reason: 'workspace_disabled', workspace_id: workspace.id, credential_id: credentialId },
      ]);
    }
    await expectStatus(bystander.token(), 200);
    await expectStatus(bystander.session(), 200);
    await expectStatus(change(workspace.id, { status: 'active' }), 200);
    await expectStatus(token(), 200);
    await expectStatus(session(), 200);
    await expectStatus(clientToken(), 201);
  });

  it('turning a feature off stops what depends on it at once, and turning it on brings it back (K18, K70, K78)', async () => {
    const workspace = await owner.workspace({ features: ['tool:run', 'chat:send'] });
    const { token, session, tokenId } = await workingCredentials(workspace.id);
    await expectStatus(change(workspace.id, { features: ['chat:send'] }), 200);
    const refused = {
      status: 403,
      code: 'permission_denied',
      reason: 'lacks tool:run',
      workspaceId: workspace.id,
    } as const;
    await expectRefusal(scenario, token, { ...refused, credentialId: tokenId });
    expect((await session()).body).toMatchObject({ code: 'permission_denied' });
    await expectStatus(change(workspace.id, { features: ['tool:run'] }), 200);
    await expectStatus(token(), 200);
    await expectStatus(session(), 200);
  });

  it('turning the portal off stops the creation of tokens and nothing else, and turning it on brings that back (K7)', async () => {
    const workspace = await owner.workspace();
    const { token, session, clientToken, tokenId } = await workingCredentials(workspace.id);
    const url = `/v1/workspaces/${workspace.id}/embed-tokens`;
    const create = () =>
      owner.ask({ method: 'POST', url, body: { apps: ['loan-calculator'], permissions: ['tool:run'] } });
    await expectStatus(change(workspace.id, { portalEnabled: false }), 200);
    const refusal = await expectUnloggedRefusal(scenario, create, { status: 409, code: 'conflict' });
    expect(refusal.body.issues).toMatchObject([{ path: 'workspace.portalEnabled' }]);
    await expectStatus(token(), 200);
    await expectStatus(session(), 200);
    await expectStatus(clientToken(), 201);
    await expectStatus(owner.ask({ method: 'POST', url: `/v1/embed-tokens/${tokenId}/url` }), 201);
    await expectStatus(change(workspace.id, { portalEnabled: true }), 200);
    await expectStatus(create(), 201);
  });

  it('what a token lacked when it was issued it does not get from a feature that is turned on later (K18)', async () => {
    const workspace = await owner.workspace({ features: ['tool:run', 'chat:send'] });
    const { token } = await owner.embedToken(workspace.id, { permissions: ['chat:send'] });
    await expectStatus(change(workspace.id, { features: ['tool:run', 'chat:send', 'lead:create'] }), 200);
    const me = await scenario.ask({ url: '/v1/embed/me?embed=1', headers: { 'x-microapp-embed-token': token } });
    expect(me.body.permissions).toEqual(['chat:send']);
    expect((await scenario.run('loan-calculator', token)).body).toMatchObject({ code: 'permission_denied' });
  });

  it("a workspace's origins apply at once to tokens that have no list of their own (K24, K72)", async () => {
    const workspace = await owner.workspace({ allowedOrigins: ['old.example'] });
    const { token } = await owner.embedToken(workspace.id);
    const { token: listedItself } = await owner.embedToken(workspace.id, { allowedOrigins: ['own.example'] });
    const status = async (origin: string, by: string = token): Promise<number> =>
      (await scenario.run('loan-calculator', by, undefined, { origin })).status;
    expect([await status('https://old.example'), await status('https://new.example')]).toEqual([200, 403]);
    await expectStatus(change(workspace.id, { allowedOrigins: ['new.example'] }), 200);
    expect([await status('https://old.example'), await status('https://new.example')]).toEqual([403, 200]);
    expect([
      await status('https://new.example', listedItself),
      await status('https://own.example', listedItself),
    ]).toEqual([403, 200]);
  });

  it('a deleted workspace is gone with all its credentials, whose status says so, and deleting it may be repeated (K38)', async () => {
    const workspace = await owner.workspace();
    const { token, session, clientToken, tokenId } = await workingCredentials(workspace.id);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/workspaces/${workspace.id}` }), 204);
    await expectRefusal(scenario, token, {
      status: 401,
      code: 'invalid_token',
      reason: 'workspace_deleted',
      workspaceId: workspace.id,
      credentialId: tokenId,
    });
    expect((await session()).body).toMatchObject({ code: 'invalid_token' });
    expect((await clientToken()).body).toMatchObject({ code: 'invalid_token' });
    const tokenUrl = `/v1/embed-tokens/${tokenId}`;
    expect((await expectStatus(owner.ask({ url: tokenUrl }), 200)).body).toMatchObject({ status: 'revoked' });
    await expectUnloggedRefusal(scenario, () => owner.ask({ method: 'POST', url: `${tokenUrl}/rotate` }), {
      status: 409,
      code: 'conflict',
    });
    const url = `/v1/workspaces/${workspace.id}`;
    const again = await expectNoChange(scenario, owner, () => owner.ask({ method: 'DELETE', url }));
    expect(again.status).toBe(204);
    const gone = { status: 404, code: 'not_found' } as const;
    await expectUnloggedRefusal(scenario, () => owner.ask({ url }), gone);
    await expectUnloggedRefusal(scenario, () => change(workspace.id, { name: 'Back' }), gone);
    await expectUnloggedRefusal(scenario, () => owner.ask({ url: `${url}/embed-tokens` }), gone);
    const list = await owner.ask({ url: '/v1/workspaces?limit=200' });
    expect(list.body.data.map(({ id }: { id: string }) => id)).not.toContain(workspace.id);
  });
});
