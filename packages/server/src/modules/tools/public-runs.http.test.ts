import { beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../app.ts';
import { expectRefusal, outwardly } from '../../testing/refusal.ts';
import { describeApp, expectStatus, ownUrl, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { whileClockRuns } from '../../testing/running-clock.ts';

const page = 'https://anybody.example';

describeApp('public runs', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  /** The owner's first workspace, to which runs of nobody in particular belong. */
  let home: string;
  let opened = 0;
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
    ({ id: home } = await owner.workspace());
    scenario.clock.advance(1000);
    await owner.workspace();
  });

  type Asked = { headers?: Record<string, string>; query?: string; by?: Owner; body?: unknown };
  /** From an address of its own, so that no test counts towards another's limit. */
  const run = (slug: string, { headers = {}, query = '', body = { inputs: { text: 'x' } } }: Asked = {}) =>
    scenario.ask({
      method: 'POST',
      url: `/api/tools/${slug}/run${query}`,
      headers,
      body,
      address: `10.1.${(opened >> 8) & 255}.${(opened += 1) & 255}`,
    });
  const schema = (slug: string, { headers = {}, query = '' }: Asked = {}) =>
    scenario.ask({ url: `/api/tools/${slug}/schema${query}`, headers });
  const change = (slug: string, body: unknown, by = owner): Promise<Answer> =>
    by.ask({ method: 'PATCH', url: `/v1/apps/${slug}`, body });
  /** A tool that anybody may run. */
  async function publicTool(slug: string, by = owner): Promise<{ id: string }> {
    const tool = await by.tool(slug);
    await expectStatus(change(slug, { publicRuns: true }, by), 200);
    return tool;
  }
  /** Outwardly this is what any request without a credential gets, whatever it asked for. */
  async function expectNothingThere(answer: Answer): Promise<void> {
    expect(answer.status).toBe(401);
    expect(outwardly(answer)).toEqual(outwardly(await run('there-is-no-such-tool')));
  }

  it('let anybody read and run the tool without a credential, from a server and from any page (M36)', async () => {
    await publicTool('open-tool');
    for (const headers of [{}, { origin: page }, { origin: 'null' }, { origin: ownUrl }]) {
      const { body } = await expectStatus(schema('open-tool', { headers }), 200);
      expect(body).toMatchObject({ slug: 'open-tool', normalizedFields: [{ key: 'text' }] });
      const answer = await expectStatus(run('open-tool', { headers }), 200);
      expect(answer.body).toEqual({
        runId: expect.stringMatching(/^run_/),
        status: 'ok',
        output: { text: 'x' },
        durationMs: expect.any(Number),
      });
    }
  });

  it('can be read by the page that asked, which needs no credentials mode for it (M36)', async () => {
    await publicTool('readable-tool');
    const answer = await expectStatus(run('readable-tool', { headers: { origin: page } }), 200);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': page, vary: 'Origin' });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    const preflight = await scenario.ask({
      method: 'OPTIONS',
      url: '/api/tools/readable-tool/run',
      headers: {
        origin: page,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(preflight.headers).toMatchObject({ 'access-control-allow-origin': page });
    expect(preflight.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('move the owner’s counters, in the owner’s first workspace, and stand in its logs as anonymous (M38)', async () => {
    const { id: appId } = await publicTool('counted-tool');
    const usage = async (): Promise<unknown> => {
      const { body } = await expectStatus(owner.ask({ url: `/v1/usage?workspaceId=${home}` }), 200);
      const day = body.data.find((row: { appId: string }) => row.appId === appId);
      return day && [day.workspaceId, day.runs, day.failedRuns];
    };
    expect(await usage()).toBeUndefined();
    const first = await expectStatus(run('counted-tool', { headers: { origin: page } }), 200);
    expect(await usage()).toEqual([home, 1, 0]);
    const second = await expectStatus(run('counted-tool'), 200);
    expect(await usage()).toEqual([home, 2, 0]);
    const { body } = await expectStatus(owner.ask({ url: '/v1/runs?limit=200' }), 200);
    for (const answer of [first, second]) {
      expect(body.data.find(({ id }: { id: string }) => id === answer.body.runId)).toMatchObject({
        workspaceId: home,
        appId,
        surfaceId: null,
        credentialClass: 'anonymous',
        credentialId: 'anonymous',
        // Whoever sends no credential can write what it likes there.
        origin: null,
        status: 'ok',
      });
    }
    expect(await scenario.accessLog(String(first.headers['x-request-id']))).toMatchObject([
      {
        credential_class: 'anonymous',
        credential_id: 'anonymous',
        owner_id: owner.id,
        workspace_id: home,
        app: 'counted-tool',
        origin: page,
        status: 200,
      },
    ]);
  });

  it('belong to the workspace of the tool’s owner, and to no other that the request names', async () => {
    await publicTool('homely-tool');
    const asked = { inputs: { text: 'x' }, workspaceId: scenario.owner.workspaceId };
    await expectRefusal(scenario, () => run('homely-tool', { body: asked }), {
      status: 403,
      code: 'permission_denied',
      reason: 'workspace_assertion_failed',
      workspaceId: home,
      credentialId: 'anonymous',
    });
    await expectStatus(run('homely-tool', { body: { ...asked, workspaceId: home } }), 200);
  });

  describe('are off', () => {
    it('until the owner switches them on, and again from the request after it switches them off (M36, M37)', async () => {
      const tool = await owner.tool('switched-tool');
      expect(tool).toMatchObject({ publicRuns: false });
      await expectNothingThere(await run('switched-tool'));
      await expectNothingThere(await schema('switched-tool'));
      const on = await expectStatus(change('switched-tool', { publicRuns: true }), 200);
      expect(on.body.publicRuns).toBe(true);
      await expectStatus(run('switched-tool'), 200);
      await expectStatus(schema('switched-tool'), 200);
      const off = await expectStatus(change('switched-tool', { publicRuns: false }), 200);
      expect(off.body.publicRuns).toBe(false);
      await expectNothingThere(await run('switched-tool'));
      await expectNothingThere(await schema('switched-tool'));
    });

    it('on every instance from the moment the call that switched them has answered (M37)', async () => {
      await owner.tool('shared-tool');
      const other = await buildApp(scenario.deps);
      try {
        const statusThere = async (): Promise<number> =>
          (await other.server.inject({ url: '/api/tools/shared-tool/schema' })).statusCode;
        const set = (publicRuns: boolean): Promise<Answer> =>
          expectStatus(whileClockRuns(scenario.clock, change('shared-tool', { publicRuns })), 200);
        expect(await statusThere()).toBe(401);
        await set(true);
        expect(await statusThere()).toBe(200);
        await set(false);
        expect(await statusThere()).toBe(401);
      } finally {
        await other.close();
      }
    });

    it.each<[string, (slug: string) => Promise<Answer>]>([
      ['taken back to draft', (slug) => expectStatus(change(slug, { status: 'draft' }), 200)],
      ['deleted', (slug) => expectStatus(owner.ask({ method: 'DELETE', url: `/v1/apps/${slug}` }), 204)],
    ])('for a tool that is %s, at once', async (how, stop) => {
      const slug = `stopped-${how.split(' ')[0]}`;
      await publicTool(slug);
      await expectStatus(run(slug), 200);
      await stop(slug);
      await expectNothingThere(await run(slug));
      await expectNothingThere(await schema(slug));
    });

    it('for a tool that was opened and never published', async () => {
      const spec = { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'say', expression: '"x"' }] };
      const made = { slug: 'open-draft', kind: 'tool', name: 'x', spec };
      await expectStatus(owner.ask({ method: 'POST', url: '/v1/apps', body: made }), 201);
      await expectStatus(change('open-draft', { publicRuns: true }), 200);
      await expectNothingThere(await run('open-draft'));
      await expectStatus(owner.ask({ method: 'POST', url: '/v1/apps/open-draft/publish' }), 200);
      await expectStatus(run('open-draft'), 200);
    });

    it('under a slug that another owner has taken since', async () => {
      const stranger = await scenario.anotherOwner();
      await publicTool('passed-on-tool');
      await expectStatus(run('passed-on-tool'), 200);
      await expectStatus(owner.ask({ method: 'DELETE', url: '/v1/apps/passed-on-tool' }), 204);
      await stranger.workspace();
      await stranger.tool('passed-on-tool');
      await expectNothingThere(await run('passed-on-tool'));
    });

    it('for embed mode, which takes an embed token and nothing else', async () => {
      await publicTool('no-embed-mode');
      for (const asked of [
        run('no-embed-mode', { query: '?embed=1' }),
        schema('no-embed-mode', { query: '?embed=1' }),
      ]) {
        expect(await asked).toMatchObject({ status: 401, body: { code: 'missing_auth' } });
      }
      for (const query of ['?embed=0', '?embed=', '?embed=1&embed=1']) {
        expect(await run('no-embed-mode', { query })).toMatchObject({ status: 400 });
      }
    });
  });

  it('off leave embed tokens working, and on leave them as they are: one for another app stays refused (M39)', async () => {
    await publicTool('both-ways');
    await owner.tool('elsewhere');
    const { token } = await owner.embedToken(home, { apps: ['both-ways'] });
    const other = await owner.embedToken(home, { apps: ['elsewhere'] });
    for (const publicRuns of [true, false]) {
      await expectStatus(change('both-ways', { publicRuns }), 200);
      const { body } = await expectStatus(scenario.run('both-ways', token, { text: 'held' }), 200);
      expect(body.output).toEqual({ text: 'held' });
      expect((await scenario.run('both-ways', other.token, {})).body.code).toBe('permission_denied');
    }
  });

  describe('are switched by the owner alone:', () => {
    it('by an owner key, and not by an embed token, a client token, a session, an API key or another owner (M37)', async () => {
      await owner.tool('guarded-tool');
      const scope = { apps: ['guarded-tool'] };
      const { token } = await owner.embedToken(home, scope);
      const surface = await owner.surface(home, scope);
      const session = await scenario.session(surface, 'https://shop.example');
      const { key } = await owner.apiKey({ scope: 'interactive', appIds: ['guarded-tool'] });
      const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
      const stranger = await scenario.anotherOwner();
      const refused: [Record<string, string>, number, string][] = [
        [{}, 401, 'missing_auth'],
        [bearer(token), 401, 'invalid_token'],
        [{ 'x-microapp-embed-token': token }, 401, 'missing_auth'],
        [bearer(surface.clientToken), 401, 'invalid_token'],
        [bearer(session.token), 401, 'invalid_token'],
        [{ 'x-api-key': key }, 401, 'missing_auth'],
        [bearer(stranger.key), 404, 'not_found'],
      ];
      await stranger.ask({ url: '/v1/me' });
      for (const [headers, status, code] of refused) {
        const before = await scenario.rows();
        const answer = await scenario.ask({
          method: 'PATCH',
          url: '/v1/apps/guarded-tool',
          headers,
          body: { publicRuns: true },
        });
        expect(answer).toMatchObject({ status, body: { code } });
        expect(await scenario.rows()).toBe(before);
      }
      await expectNothingThere(await run('guarded-tool'));
      await expectStatus(change('guarded-tool', { publicRuns: true }), 200);
      await expectStatus(run('guarded-tool'), 200);
    });

    it.each([['"true"'], ['1'], ['null']])('a value of %s is refused', async (value) => {
      const answer = await owner.ask({
        method: 'PATCH',
        url: '/v1/apps/loan-calculator',
        headers: { 'content-type': 'application/json' },
        text: `{"publicRuns":${value}}`,
      });
      expect(answer).toMatchObject({ status: 400, body: { issues: [{ path: 'publicRuns' }] } });
    });
  });

  it.each([
    ['authorization', ''],
    ['authorization', 'Basic eDp5'],
    ['authorization', 'Bearer not-a-token'],
    ['x-microapp-embed-token', 'mtok_bad'],
    ['x-microapp-embed-token', ''],
    ['x-api-key', 'A'.repeat(44)],
    ['x-api-key', ''],
    ['x-embed-token', 'a.b'],
    ['cookie', '__Host-session=anything'],
  ])('never take somebody for nobody: a request with %s: %j is refused with 401 (M36)', async (name, value) => {
    const slug = 'never-downgraded';
    if ((await owner.ask({ url: `/v1/apps/${slug}` })).status === 404) await publicTool(slug);
    await expectStatus(run(slug), 200);
    const before = await scenario.rows();
    for (const answer of [
      await run(slug, { headers: { [name]: value } }),
      await schema(slug, { headers: { [name]: value } }),
    ]) {
      expect(answer.status).toBe(401);
      expect(answer.body.code).toMatch(/^(missing_auth|invalid_token)$/);
      const [line] = await scenario.accessLog(answer.body.requestId);
      expect(line).toMatchObject({ status: 401, credential_class: null });
    }
    expect(await scenario.rows()).toBe(before);
  });

  it('stay refused with a credential of ours that is good elsewhere, or good no more (M36)', async () => {
    await publicTool('strict-tool');
    await owner.tool('strict-neighbor');
    const held = await owner.embedToken(home, { apps: ['strict-tool'] });
    const { key } = await owner.apiKey({ scope: 'readonly', appIds: ['strict-tool'] });
    const neighbors = await owner.apiKey({ scope: 'interactive', appIds: ['strict-neighbor'] });
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${held.id}` }), 204);
    const codeOf = async (asked: Asked): Promise<unknown> => (await run('strict-tool', asked)).body.code;
    const embedHeader = { 'x-microapp-embed-token': held.token };
    expect(await codeOf({ headers: embedHeader, query: '?embed=1' })).toBe('invalid_token');
    expect(await codeOf({ headers: embedHeader })).toBe('invalid_token');
    expect(await codeOf({ headers: { authorization: `Bearer ${owner.key}` } })).toBe('invalid_token');
    expect(await codeOf({ headers: { 'x-api-key': key } })).toBe('permission_denied');
    expect(await codeOf({ headers: { 'x-api-key': neighbors.key } })).toBe('permission_denied');
    expect(await codeOf({ query: `?token=${held.token}` })).toBe('token_in_url');
  });

  it.each(['no-such-tool', 'No_Slug', 'a%00b', 'a'.repeat(65), '%F0%9F%92%A9'])(
    'say nothing of what is not there: "%s" is refused like any request without a credential',
    async (slug) => {
      const refused = await expectRefusal(scenario, () => run(slug), {
        status: 401,
        code: 'missing_auth',
        reason: 'no_credential',
      });
      await expectNothingThere(refused);
    },
  );

  describe('end with what they rest on:', () => {
    let by: Owner;
    let own: string;
    const set = (change: Record<string, unknown>): Promise<Answer> =>
      expectStatus(by.ask({ method: 'PATCH', url: `/v1/workspaces/${own}`, body: change }), 200);
    beforeAll(async () => {
      by = await scenario.anotherOwner();
      ({ id: own } = await by.workspace());
      await publicTool('resting-tool', by);
    });

    it('the first workspace’s feature, its being enabled, and then its being there', async () => {
      await expectStatus(run('resting-tool'), 200);
      const line = { workspaceId: own, credentialId: 'anonymous' };
      await set({ features: [] });
      await by.ask({ url: '/v1/me' });
      await scenario.flush();
      await expectRefusal(scenario, () => run('resting-tool'), {
        status: 403,
        code: 'permission_denied',
        reason: 'lacks tool:run',
        ...line,
      });
      await set({ features: ['tool:run'], status: 'disabled' });
      await scenario.flush();
      await expectRefusal(scenario, () => run('resting-tool'), {
        status: 403,
        code: 'workspace_disabled',
        reason: 'workspace_disabled',
        ...line,
      });
      await set({ status: 'active' });
      await expectStatus(run('resting-tool'), 200);
      // A further workspace is a customer's, and takes no run that is nobody's.
      scenario.clock.advance(1000);
      await by.workspace();
      await expectStatus(by.ask({ method: 'DELETE', url: `/v1/workspaces/${own}` }), 204);
      await scenario.flush();
      const refused = await expectRefusal(scenario, () => run('resting-tool'), {
        status: 401,
        code: 'missing_auth',
        reason: 'workspace_deleted',
        ...line,
      });
      await expectNothingThere(refused);
    });

    it('the owner’s account', async () => {
      const gone = await scenario.anotherOwner();
      const { id: workspaceId } = await gone.workspace();
      await publicTool('gone-tool', gone);
      await expectStatus(run('gone-tool'), 200);
      await scenario.database.admin.query(`update owners set status = 'disabled' where id = $1`, [gone.id]);
      await scenario.deps.db.notifications.delivered();
      await scenario.flush();
      const refused = await expectRefusal(scenario, () => run('gone-tool'), {
        status: 401,
        code: 'missing_auth',
        reason: 'owner_disabled',
        workspaceId,
        credentialId: 'anonymous',
      });
      await expectNothingThere(refused);
    });
  });

  describe('of one address are limited', () => {
    const from = (address: string, slug = 'limited-tool'): Promise<Answer> =>
      scenario.ask({ method: 'POST', url: `/api/tools/${slug}/run`, body: { inputs: {} }, address });
    beforeAll(async () => {
      await publicTool('limited-tool');
      await publicTool('other-limited-tool');
    });

    it('to ten a minute for each tool; other addresses, other tools and tokens are not concerned', async () => {
      const address = '203.0.113.7';
      for (let count = 0; count < 10; count += 1) await expectStatus(from(address), 200);
      await scenario.flush();
      const refused = await expectRefusal(scenario, () => from(address), {
        status: 429,
        code: 'rate_limited',
        reason: 'public_runs_of_address',
        workspaceId: home,
        credentialId: 'anonymous',
      });
      const seconds = Number(refused.headers['retry-after']);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(60);
      await expectStatus(from('203.0.113.8'), 200);
      await expectStatus(from(address, 'other-limited-tool'), 200);
      const { token } = await owner.embedToken(home, { apps: ['limited-tool'] });
      const headers = { 'x-microapp-embed-token': token };
      const held = { method: 'POST', url: '/api/tools/limited-tool/run?embed=1', headers, address } as const;
      await expectStatus(scenario.ask({ ...held, body: { inputs: {} } }), 200);
      scenario.clock.advance(seconds * 1000);
      await expectStatus(from(address), 200);
    });

    it('by network: the addresses of one IPv6 network count together', async () => {
      for (let count = 0; count < 10; count += 1) await expectStatus(from(`2001:db8:0:7::${count}`), 200);
      expect(await from('2001:db8:0:7:ffff::1')).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      await expectStatus(from('2001:db8:0:8::1'), 200);
    });
  });

  describe('are refused for a tool with a function', () => {
    const transform = { kind: 'transform', name: 'say', expression: '"safe"' };
    const compute = { kind: 'function', name: 'stats', code: 'export default () => 1' };
    const spec = (...steps: unknown[]) => ({ inputs: { type: 'object' }, steps });
    const publish = (slug: string): Promise<Answer> => owner.ask({ method: 'POST', url: `/v1/apps/${slug}/publish` });
    const rollBack = (slug: string, version: number): Promise<Answer> =>
      owner.ask({ method: 'POST', url: `/v1/apps/${slug}/roll-back`, body: { version } });

    async function expectNotForPublic(ask: () => Promise<Answer>): Promise<void> {
      await owner.ask({ url: '/v1/me' });
      const before = await scenario.rows();
      const answer = await ask();
      expect(answer).toMatchObject({ status: 409, body: { code: 'spec_not_allowed_for_public' } });
      expect(answer.body.hint).toContain('the function step "stats"');
      expect(await scenario.rows()).toBe(before);
    }

    it('when they are switched on, by what is live or would come back live, and not by the draft', async () => {
      await owner.tool('computing', spec(transform, compute));
      await expectNotForPublic(() => change('computing', { publicRuns: true }));
      await expectNotForPublic(() => change('computing', { publicRuns: true, spec: spec(transform) }));
      await expectStatus(change('computing', { status: 'draft' }), 200);
      await expectNotForPublic(() => change('computing', { publicRuns: true }));
      await expectStatus(change('computing', { spec: spec(transform) }), 200);
      await expectStatus(publish('computing'), 200);
      await expectStatus(change('computing', { spec: spec(compute) }), 200);
      await expectStatus(change('computing', { publicRuns: true }), 200);
      expect((await expectStatus(run('computing'), 200)).body.output).toBe('safe');
    });

    it('when it is published, and when it is rolled back to; what is live goes on', async () => {
      await owner.tool('publishing', spec(compute));
      await expectStatus(change('publishing', { spec: spec(transform) }), 200);
      await expectStatus(publish('publishing'), 200);
      await expectStatus(change('publishing', { publicRuns: true }), 200);
      await expectNotForPublic(() => rollBack('publishing', 1));
      await expectStatus(change('publishing', { spec: spec(transform, compute) }), 200);
      await expectNotForPublic(() => publish('publishing'));
      expect((await expectStatus(run('publishing'), 200)).body.output).toBe('safe');
      await expectStatus(change('publishing', { publicRuns: false }), 200);
      await expectStatus(publish('publishing'), 200);
      await expectNothingThere(await run('publishing'));
    });

    it('however switching on and publishing fall together', async () => {
      await owner.tool('racing', spec(transform));
      await expectStatus(change('racing', { spec: spec(compute) }), 200);
      const answers = await Promise.all([publish('racing'), change('racing', { publicRuns: true })]);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
      const { body } = await owner.ask({ url: '/v1/apps/racing' });
      expect([body.liveVersion, body.publicRuns]).toEqual(answers[0].status === 200 ? [2, false] : [1, true]);
    });
  });

  it('are for tools: an app of another kind has none, neither by the API nor by the database', async () => {
    const now = new Date(scenario.clock.now());
    await scenario.database.admin.query(
      `insert into apps (id, owner_id, slug, kind, name, draft_spec, created_at, updated_at)
       values ('app_chat', $1, 'some-chat', 'chat', 'Chat', '{}', $2, $2)`,
      [owner.id, now],
    );
    const answer = await change('some-chat', { publicRuns: true });
    expect(answer).toMatchObject({ status: 400, body: { issues: [{ path: 'publicRuns' }] } });
    await expect(
      scenario.database.admin.query(`update apps set public_runs = true where id = 'app_chat'`, []),
    ).rejects.toThrow(/apps_public_runs_of_tools/);
  });
});
