import { isWellFormed } from '@microapp/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { expectNoChange } from '../../testing/repeated-call.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

describeApp('surfaces', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
    workspaceId = (await owner.workspace()).id;
  });

  const least = (): Record<string, unknown> => ({
    workspaceId,
    name: 'Shop',
    environment: 'production',
    apps: ['loan-calculator'],
    permissions: ['tool:run'],
  });
  const create = (body: unknown): Promise<Answer> => owner.ask({ method: 'POST', url: '/v1/surfaces', body });
  const read = (id: string): Promise<Answer> => owner.ask({ url: `/v1/surfaces/${id}` });
  const change = (id: string, body: unknown): Promise<Answer> =>
    owner.ask({ method: 'PATCH', url: `/v1/surfaces/${id}`, body });
  const rotate = (id: string, by: Owner = owner): Promise<Answer> =>
    by.ask({ method: 'POST', url: `/v1/surfaces/${id}/rotate-token` });
  const remove = (id: string): Promise<Answer> => owner.ask({ method: 'DELETE', url: `/v1/surfaces/${id}` });

  /** What a page on `origin` is answered when it asks for a session. */
  const ticketFor = (clientToken: string, origin: string): Promise<Answer> =>
    scenario.ask({ method: 'POST', url: '/v1/embed/sessions', headers: { origin }, body: { key: clientToken } });

  const me = (session: string): Promise<Answer> =>
    scenario.ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${session}` } });

  it('a surface is made with a client token of its own, and lets no site in until one is listed (R9, H13)', async () => {
    const { body } = await expectStatus(create(least()), 201);
    const now = new Date(scenario.clock.now()).toISOString();
    expect(body).toEqual({
      id: expect.stringMatching(/^srf_[0-9A-Za-z]{22}$/),
      ownerId: owner.id,
      ...least(),
      allowedOrigins: [],
      theme: {},
      texts: {},
      limits: {},
      logos: { light: null, dark: null },
      clientToken: expect.stringMatching(/^wk_pub_/),
      clientTokenId: expect.stringMatching(/^ctok_[0-9A-Za-z]{22}$/),
      clientTokenSeenInUrlAt: null,
      createdAt: now,
      updatedAt: now,
    });
    expect(isWellFormed('client_token', body.clientToken)).toBe(true);
    // It is public, so it may be read again.
    expect((await expectStatus(read(body.id), 200)).body).toEqual(body);
    expect((await ticketFor(body.clientToken, 'https://shop.example')).body).toMatchObject({
      code: 'origin_not_allowed',
    });
    const second = await expectStatus(create(least()), 201);
    expect(second.body.clientToken).not.toBe(body.clientToken);
  });

  it('every field can be set and changed one by one', async () => {
    const fields = {
      environment: 'development',
      allowedOrigins: ['localhost:3000'],
      theme: { primary: '#336699' },
      texts: { title: 'Überschrift' },
      limits: { mintsPerMinute: 10, messagesPerSession: 20, runsPerDay: 0 },
    };
    const { body: made } = await expectStatus(create({ ...least(), ...fields }), 201);
    expect(made).toMatchObject(fields);
    await owner.tool('second-tool');
    scenario.clock.advance(1000);
    const changes = {
      name: 'Store',
      environment: 'production',
      apps: ['second-tool', 'loan-calculator'],
      permissions: ['tool:run', 'chat:send'],
      allowedOrigins: ['store.example'],
      theme: {},
      texts: { title: 'Title' },
      limits: {},
    };
    let expected = made;
    for (const [field, value] of Object.entries(changes)) {
      expected = { ...expected, [field]: value, updatedAt: new Date(scenario.clock.now()).toISOString() };
      expect((await expectStatus(change(made.id, { [field]: value }), 200)).body).toEqual(expected);
    }
    expect((await read(made.id)).body).toEqual(expected);
  });

  it('origins are kept as they are compared: bare hosts, ports, wildcards, exact origins (R8, R11, R15)', async () => {
    const allowedOrigins = [
      'example.com',
      'www.example.com',
      '*.Example.com',
      'localhost:3000',
      '127.0.0.1:8080',
      '*.ngrok.io',
      'https://a.example',
      'EXAMPLE.com',
    ];
    const { body } = await expectStatus(create({ ...least(), allowedOrigins }), 201);
    expect(body.allowedOrigins).toEqual([
      'example.com',
      'www.example.com',
      '*.example.com',
      'localhost:3000',
      '127.0.0.1:8080',
      '*.ngrok.io',
      'https://a.example',
    ]);
  });

  it('* lets every site in on a development surface (R13)', async () => {
    const { clientToken } = await owner.surface(workspaceId, { environment: 'development', allowedOrigins: ['*'] });
    for (const origin of ['https://any.example', 'http://localhost:9999', 'https://deep.down.example:8443']) {
      await expectStatus(ticketFor(clientToken, origin), 201);
    }
  });

  it('* is refused on a production surface, when it is made and when it is changed (R14)', async () => {
    const { id } = await owner.surface(workspaceId);
    const wanted = { status: 400, code: 'validation_failed' } as const;
    for (const asked of [
      () => create({ ...least(), allowedOrigins: ['shop.example', '*'] }),
      () => change(id, { allowedOrigins: ['shop.example', '*'] }),
      () => change(id, { allowedOrigins: ['shop.example', ' * '] }),
    ]) {
      const refusal = await expectUnloggedRefusal(scenario, asked, wanted);
      expect(refusal.body.issues).toEqual([
        { path: 'allowedOrigins.1', message: expect.stringContaining('for development only') },
      ]);
    }
  });

  it('a development surface with * cannot be switched to production, unless * goes with the same change (R14)', async () => {
    const { id, clientToken } = await owner.surface(workspaceId, {
      environment: 'development',
      allowedOrigins: ['shop.example', '*'],
    });
    await expectUnloggedRefusal(scenario, () => change(id, { environment: 'production' }), {
      status: 400,
      code: 'validation_failed',
    });
    await expectStatus(ticketFor(clientToken, 'https://any.example'), 201);
    await expectStatus(change(id, { environment: 'production', allowedOrigins: ['shop.example'] }), 200);
    expect((await ticketFor(clientToken, 'https://any.example')).status).toBe(403);
    await expectStatus(ticketFor(clientToken, 'https://shop.example'), 201);
  });

  it.each([
    ['shop.example', 'https://shop.example', 201],
    ['shop.example', 'http://shop.example', 201],
    ['shop.example', 'https://shop.example:8443', 201],
    ['shop.example', 'https://www.shop.example', 403],
    ['localhost:3000', 'http://localhost:3000', 201],
    ['localhost:3000', 'https://localhost:3000', 201],
    ['localhost:3000', 'http://localhost:3001', 403],
    ['localhost:3000', 'http://localhost', 403],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080', 201],
    ['127.0.0.1:8080', 'http://127.0.0.1:8081', 403],
  ])('the entry %s answers a page on %s with %i (R5, R15, R16, R21, R22, R23)', async (entry, origin, status) => {
    const { clientToken } = await owner.surface(workspaceId, { allowedOrigins: [entry] });
    expect((await ticketFor(clientToken, origin)).status).toBe(status);
  });

  it('a domain works as soon as it is added, and no longer when it is taken off (R28)', async () => {
    const { id, clientToken } = await owner.surface(workspaceId, { allowedOrigins: ['old.example'] });
    const statuses = async (): Promise<number[]> => [
      (await ticketFor(clientToken, 'https://old.example')).status,
      (await ticketFor(clientToken, 'https://new.example')).status,
    ];
    expect(await statuses()).toEqual([201, 403]);
    await expectStatus(change(id, { allowedOrigins: ['old.example', 'new.example'] }), 200);
    expect(await statuses()).toEqual([201, 201]);
    await expectStatus(change(id, { allowedOrigins: ['new.example'] }), 200);
    expect(await statuses()).toEqual([403, 201]);
  });

  it('development and production surfaces of one customer have lists of their own (R17, R18, R19, R20)', async () => {
    const development = await owner.surface(workspaceId, {
      environment: 'development',
      allowedOrigins: ['localhost:3000', 'staging.example'],
    });
    const production = await owner.surface(workspaceId, { allowedOrigins: ['live.example'] });
    expect((await ticketFor(production.clientToken, 'https://staging.example')).status).toBe(403);
    expect((await ticketFor(production.clientToken, 'https://live.example')).status).toBe(201);
    expect((await ticketFor(development.clientToken, 'https://live.example')).status).toBe(403);
    expect((await ticketFor(development.clientToken, 'https://staging.example')).status).toBe(201);
  });

  it('a rotated client token is refused on the next request with its sessions; the new one works (H21, H22, H23, R32)', async () => {
    const origin = 'https://shop.example';
    const surface = await owner.surface(workspaceId);
    const bystander = await owner.surface((await owner.workspace()).id);
    const session = await scenario.session(surface, origin);
    const bystanders = await scenario.session(bystander, origin);
    await expectStatus(me(session.token), 200);
    const { body: rotated } = await expectStatus(rotate(surface.id), 200);
    expect(rotated).toMatchObject({ id: surface.id, clientToken: expect.stringMatching(/^wk_pub_/) });
    expect(rotated.clientToken).not.toBe(surface.clientToken);
    const refused = {
      status: 401,
      code: 'invalid_token',
      reason: 'revoked',
      workspaceId,
      credentialId: surface.clientTokenId,
    } as const;
    await expectRefusal(scenario, () => ticketFor(surface.clientToken, origin), refused);
    await expectRefusal(scenario, () => me(session.token), refused);
    await expectStatus(ticketFor(rotated.clientToken, origin), 201);
    expect((await read(surface.id)).body.clientToken).toBe(rotated.clientToken);
    await expectStatus(ticketFor(bystander.clientToken, origin), 201);
    await expectStatus(me(bystanders.token), 200);
  });

  it('one row set to inactive in the database revokes a client token with effect on the next request (H20, H61)', async () => {
    const origin = 'https://shop.example';
    const surface = await owner.surface(workspaceId);
    const session = await scenario.session(surface, origin);
    const { admin, db } = scenario.database;
    const updated = await admin.query('update client_tokens set is_active = false where id = $1 returning id', [
      surface.clientTokenId,
    ]);
    expect(updated).toHaveLength(1);
    await db.notifications.delivered();
    const refused = {
      status: 401,
      code: 'invalid_token',
      reason: 'revoked',
      workspaceId,
      credentialId: surface.clientTokenId,
    } as const;
    await expectRefusal(scenario, () => ticketFor(surface.clientToken, origin), refused);
    await expectRefusal(scenario, () => me(session.token), refused);
  });

  it('two rotations at once leave one working client token', async () => {
    const surface = await owner.surface(workspaceId);
    const answers = await Promise.all([rotate(surface.id), rotate(surface.id)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const current = (await read(surface.id)).body.clientToken;
    const origin = 'https://shop.example';
    const tried = [surface.clientToken, ...answers.map(({ body }) => body.clientToken)];
    const statuses = await Promise.all(tried.map(async (token) => [token, (await ticketFor(token, origin)).status]));
    expect(statuses.filter(([, status]) => status === 201)).toEqual([[current, 201]]);
  });

  it('a deleted surface is gone with its client token and sessions; deleting may be repeated (H19)', async () => {
    const surface = await owner.surface(workspaceId);
    const session = await scenario.session(surface, 'https://shop.example');
    await expectStatus(remove(surface.id), 204);
    const refused = {
      status: 401,
      code: 'invalid_token',
      reason: 'revoked',
      workspaceId,
      credentialId: surface.clientTokenId,
    } as const;
    // From a site that is on no list, too: whether the token is active is looked at before anything else.
    await expectRefusal(scenario, () => ticketFor(surface.clientToken, 'https://elsewhere.example'), refused);
    await expectRefusal(scenario, () => me(session.token), refused);
    expect((await expectNoChange(scenario, owner, () => remove(surface.id))).status).toBe(204);
    const gone = { status: 404, code: 'not_found' } as const;
    await expectUnloggedRefusal(scenario, () => read(surface.id), gone);
    await expectUnloggedRefusal(scenario, () => change(surface.id, { name: 'Back' }), gone);
    await expectUnloggedRefusal(scenario, () => rotate(surface.id), gone);
  });

  it('the list can be narrowed to one workspace', async () => {
    const other = await owner.workspace();
    const surface = await owner.surface(other.id);
    const { body } = await expectStatus(owner.ask({ url: `/v1/surfaces?workspaceId=${other.id}` }), 200);
    expect(body).toMatchObject({ data: [{ id: surface.id, clientToken: surface.clientToken }], nextCursor: null });
    const all = await owner.ask({ url: '/v1/surfaces?limit=200' });
    expect(all.body.data.length).toBeGreaterThan(1);
  });

  it('a surface cannot allow what its workspace has no feature for, then or later', async () => {
    const workspace = await owner.workspace({ features: ['tool:run'] });
    const { id } = await owner.surface(workspace.id);
    const permissions = ['tool:run', 'voice:start'];
    for (const asked of [
      () => create({ ...least(), workspaceId: workspace.id, permissions }),
      () => change(id, { permissions }),
    ]) {
      const refusal = await expectUnloggedRefusal(scenario, asked, { status: 409, code: 'conflict' });
      expect(refusal.body.issues).toEqual([
        { path: 'permissions', message: 'the workspace lacks the feature "voice:start"' },
      ]);
    }
  });

  describe('is refused, when made and when changed, with', () => {
    it.each([
      ['no app', { apps: [] }, 'apps'],
      ['an unknown app', { apps: ['loan-calculator', 'no-such-app'] }, 'apps.1'],
      ['no permission', { permissions: [] }, 'permissions'],
      ['an unknown permission', { permissions: ['all'] }, 'permissions.0'],
      ['an unknown environment', { environment: 'staging' }, 'environment'],
      ['an origin with a path', { allowedOrigins: ['https://a.example/x'] }, 'allowedOrigins.0'],
      ['an IPv6 origin', { allowedOrigins: ['[::1]:3000'] }, 'allowedOrigins.0'],
      ['an underscore in an origin', { allowedOrigins: ['my_shop.example'] }, 'allowedOrigins.0'],
      [
        'more than 100 origins',
        { allowedOrigins: Array.from({ length: 101 }, (_, n) => `h${n}.example`) },
        'allowedOrigins',
      ],
      ['an unknown limit', { limits: { runsPerYear: 1 } }, 'limits.runsPerYear'],
      ['no ticket a minute', { limits: { mintsPerMinute: 0 } }, 'limits.mintsPerMinute'],
      ['tickets without end', { limits: { mintsPerMinute: 100_001 } }, 'limits.mintsPerMinute'],
      ['a negative limit', { limits: { runsPerDay: -1 } }, 'limits.runsPerDay'],
      ['a limit that is no whole number', { limits: { runsPerDay: 1.5 } }, 'limits.runsPerDay'],
      ['a theme of other things than text', { theme: { primary: 5 } }, 'theme.primary'],
      ['a text without end', { texts: { title: 'x'.repeat(2001) } }, 'texts.title'],
      ['a client token of its own choice', { clientToken: 'wk_pub_mine' }, 'clientToken'],
      ['an owner', { ownerId: 'own_other' }, 'ownerId'],
    ])('%s', async (_, fields, path) => {
      const { id } = await owner.surface(workspaceId);
      for (const asked of [() => create({ ...least(), ...fields }), () => change(id, fields)]) {
        const refusal = await expectUnloggedRefusal(scenario, asked, { status: 400, code: 'validation_failed' });
        expect(refusal.body.issues).toEqual([{ path, message: expect.any(String) }]);
      }
    });

    it.each([
      ['no field', {}, ''],
      ['another workspace', { workspaceId: 'ws_other' }, 'workspaceId'],
    ])('a change with %s', async (_, body, path) => {
      const { id } = await owner.surface(workspaceId);
      const refusal = await expectUnloggedRefusal(scenario, () => change(id, body), {
        status: 400,
        code: 'validation_failed',
      });
      expect(refusal.body.issues).toEqual([{ path, message: expect.any(String) }]);
    });
  });

  it("another owner's surfaces, workspaces and apps cannot be seen, changed or named, and look like none", async () => {
    const stranger = await scenario.anotherOwner();
    const surface = await owner.surface(workspaceId);
    await owner.tool('our-own-tool');
    const missing = { status: 404, code: 'not_found' } as const;
    for (const id of [surface.id, 'srf_nobody']) {
      await expectUnloggedRefusal(scenario, () => stranger.ask({ url: `/v1/surfaces/${id}` }), missing);
      await expectUnloggedRefusal(
        scenario,
        () => stranger.ask({ method: 'PATCH', url: `/v1/surfaces/${id}`, body: { name: 'Mine' } }),
        missing,
      );
      await expectUnloggedRefusal(scenario, () => rotate(id, stranger), missing);
      await expectUnloggedRefusal(
        scenario,
        () => stranger.ask({ method: 'DELETE', url: `/v1/surfaces/${id}` }),
        missing,
      );
    }
    expect((await stranger.ask({ url: '/v1/surfaces' })).body.data).toEqual([]);
    expect((await stranger.ask({ url: `/v1/surfaces?workspaceId=${workspaceId}` })).body.data).toEqual([]);

    await stranger.tool('strangers-own-tool');
    const own = await stranger.workspace();
    const named = (fields: Record<string, unknown>): Promise<Answer> =>
      stranger.ask({ method: 'POST', url: '/v1/surfaces', body: { ...least(), ...fields } });
    const wrong = { status: 400, code: 'validation_failed' } as const;
    for (const foreign of [workspaceId, 'ws_nobody']) {
      const refusal = await named({ workspaceId: foreign, apps: ['strangers-own-tool'] });
      expect(refusal.status).toBe(400);
      expect(refusal.body.issues).toEqual([{ path: 'workspaceId', message: 'there is no such workspace' }]);
    }
    for (const slug of ['our-own-tool', 'nobodys-tool']) {
      const refusal = await expectUnloggedRefusal(scenario, () => named({ workspaceId: own.id, apps: [slug] }), wrong);
      expect(refusal.body.issues).toEqual([{ path: 'apps.0', message: `there is no app "${slug}"` }]);
    }
    expect((await read(surface.id)).body).toMatchObject({ name: 'Shop', clientToken: surface.clientToken });
  });
});
