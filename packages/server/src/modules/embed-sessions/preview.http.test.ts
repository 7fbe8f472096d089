import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeApp, expectStatus, ownUrl, refusalOf, type Answer, type Scenario } from '../../testing/scenario.ts';
import { change, redeemRequest, refreshRequest, sessionRequest, sessionRun } from '../../testing/visitor.ts';

const minuteMs = 60_000;
const live = answering('"published"');
const draft = answering('"drafted"');

function answering(expression: string) {
  return { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'say', expression }] };
}

describeApp('a preview', (open) => {
  let scenario: Scenario;
  let slug: string;
  let made = 0;
  beforeAll(async () => {
    scenario = await open();
    // Whichever customer follows is younger than the owner's own workspace.
    scenario.clock.advance(1);
  });
  beforeEach(async () => {
    slug = `notice-${(made += 1)}`;
    await scenario.owner.tool(slug, live);
    await change(scenario.owner, `/v1/apps/${slug}`, { spec: draft });
  });

  const previewOf = (app: string, body: object = {}) =>
    ({ method: 'POST', url: `/v1/apps/${app}/preview-ticket`, body }) as const;

  async function ticketFor(app: string, body: object = {}): Promise<Answer['body']> {
    return (await expectStatus(scenario.owner.ask(previewOf(app, body)), 201)).body;
  }

  async function sessionFor(app: string, body: object = {}): Promise<string> {
    const { ticket } = await ticketFor(app, body);
    return (await expectStatus(scenario.ask(redeemRequest(ticket, ownUrl)), 200)).body.token;
  }

  const run = (session: string, app: string): Promise<Answer> => scenario.ask(sessionRun(session, app, {}));

  it('runs the draft in the frame of the dashboard, while visitors get what is published (R39)', async () => {
    const { ask, owner } = scenario;
    const ticket = await ticketFor(slug);
    expect(ticket).toEqual({
      ticket: expect.any(String),
      frameUrl: `${ownUrl}/embed/apps/${slug}`,
      expiresIn: 60,
      endsAt: new Date(scenario.clock.now() + 15 * minuteMs).toISOString(),
    });
    const redeemed = await expectStatus(ask(redeemRequest(ticket.ticket, ownUrl)), 200);
    expect(redeemed.body.config.apps).toEqual([{ slug, name: slug, kind: 'tool' }]);
    expect((await run(redeemed.body.token, slug)).body.output).toBe('drafted');
    await change(owner, `/v1/apps/${slug}`, { spec: answering('"drafted again"') });
    expect((await run(redeemed.body.token, slug)).body.output).toBe('drafted again');

    const { token } = await owner.embedToken(owner.workspaceId, { apps: [slug] });
    expect((await scenario.run(slug, token, {})).body.output).toBe('published');
  });

  it('shows an app that was never published, with the form that it is drafted with', async () => {
    const { ask, owner } = scenario;
    const unborn = `unborn-${made}`;
    const spec = { ...draft, inputs: { type: 'object', properties: { city: { type: 'string', title: 'City' } } } };
    await expectStatus(
      owner.ask({ method: 'POST', url: '/v1/apps', body: { slug: unborn, kind: 'tool', name: 'Unborn', spec } }),
      201,
    );
    const session = await sessionFor(unborn);
    const headers = { authorization: `Bearer ${session}`, origin: ownUrl };
    const schema = await expectStatus(ask({ url: `/api/tools/${unborn}/schema`, headers }), 200);
    expect(schema.body.normalizedFields).toMatchObject([{ key: 'city', label: 'City' }]);
    expect((await run(session, unborn)).body.output).toBe('drafted');
  });

  it('counts in the quotas of the customer whose data it runs with, and the log of runs says that it was one', async () => {
    const { owner } = scenario;
    const customer = await owner.workspace({ name: 'Ridge & Rope' });
    await change(owner, `/v1/apps/${slug}`, { spec: answering('workspace.name') });
    const answer = await run(await sessionFor(slug, { workspaceId: customer.id }), slug);
    expect(answer.body.output).toBe('Ridge & Rope');
    const runs = await owner.ask({ url: `/v1/runs?workspaceId=${customer.id}` });
    expect(runs.body.data).toMatchObject([
      { id: answer.body.runId, credentialClass: 'preview', appVersion: 0, origin: ownUrl, status: 'ok' },
    ]);
    const quotas = await owner.ask({ url: `/v1/usage/quotas?workspaceId=${customer.id}` });
    expect(quotas.body.data).toMatchObject([{ runs: { used: 1 } }]);
  });

  it('runs a version that was published before, with its own form, whatever the draft and the live version are', async () => {
    const { ask, owner } = scenario;
    const inputs = { type: 'object', properties: { city: { type: 'string', title: 'City' } } };
    await change(owner, `/v1/apps/${slug}`, { spec: { ...draft, inputs } });
    await expectStatus(owner.ask({ method: 'POST', url: `/v1/apps/${slug}/publish` }), 200);
    const [first, second, drafted] = await Promise.all(
      [{ version: 1 }, { version: 2 }, {}].map((body) => sessionFor(slug, body)),
    );
    await change(owner, `/v1/apps/${slug}`, { spec: answering('"drafted later"'), status: 'draft' });
    const schemaFor = (session: string) =>
      ask({ url: `/api/tools/${slug}/schema`, headers: { authorization: `Bearer ${session}`, origin: ownUrl } });
    for (const [session = '', output, fields] of [
      [first, 'published', []],
      [second, 'drafted', [{ key: 'city' }]],
      [drafted, 'drafted later', []],
    ] as const) {
      expect((await run(session, slug)).body.output).toBe(output);
      expect((await schemaFor(session)).body.normalizedFields).toMatchObject(fields);
    }
    const app = await owner.ask({ url: `/v1/apps/${slug}` });
    const runs = await owner.ask({ url: `/v1/runs?appId=${app.body.id}` });
    expect(runs.body.data.map((line: { appVersion: number }) => line.appVersion).toSorted()).toEqual([0, 1, 2]);
  });

  it('runs what nobody has saved, with its own form and nothing but it, and leaves the draft as it is', async () => {
    const { ask, owner } = scenario;
    const typed = (word: string, ...keys: string[]) => ({
      ...answering(`"${word}"`),
      inputs: { type: 'object', properties: Object.fromEntries(keys.map((key) => [key, { type: 'string' }])) },
    });
    const before = await owner.ask({ url: `/v1/apps/${slug}` });
    const [first, second, drafted] = await Promise.all(
      [{ spec: typed('typed', 'z', 'a') }, { spec: typed('typed on', 'a', 'z') }, {}].map((body) =>
        sessionFor(slug, body),
      ),
    );
    await owner.ask({ method: 'POST', url: `/v1/apps/${slug}/publish` });
    const keysFor = async (session: string): Promise<string[]> => {
      const headers = { authorization: `Bearer ${session}`, origin: ownUrl };
      const { body } = await expectStatus(ask({ url: `/api/tools/${slug}/schema`, headers }), 200);
      return body.normalizedFields.map(({ key }: { key: string }) => key);
    };
    for (const [session = '', output, keys] of [
      [first, 'typed', ['z', 'a']],
      [second, 'typed on', ['a', 'z']],
      [drafted, 'drafted', []],
    ] as const) {
      expect((await run(session, slug)).body.output).toBe(output);
      expect(await keysFor(session)).toEqual(keys);
      expect(refusalOf(await run(session, 'loan-calculator'))).toEqual({ status: 403, code: 'permission_denied' });
    }
    const { spec, draftTag, liveVersion } = (await owner.ask({ url: `/v1/apps/${slug}` })).body;
    expect([spec, draftTag, liveVersion]).toEqual([before.body.spec, before.body.draftTag, 2]);
    const { token } = await owner.embedToken(owner.workspaceId, { apps: [slug] });
    expect((await scenario.run(slug, token, {})).body.output).toBe('drafted');
  });

  it('is refused to every app but its own, live or not (H20)', async () => {
    const session = await sessionFor(slug);
    for (const other of ['loan-calculator', 'no-such-app']) {
      const answer = await run(session, other);
      expect(refusalOf(answer)).toEqual({ status: 403, code: 'permission_denied' });
    }
  });

  it('ends after a quarter of an hour, however often its session is refreshed', async () => {
    const { ask, clock } = scenario;
    let session = await sessionFor(slug);
    for (let n = 0; n < 3; n++) {
      clock.advance(4.9 * minuteMs);
      session = (await expectStatus(ask(refreshRequest(session)), 200)).body.token;
    }
    await expectStatus(run(session, slug), 200);
    clock.advance(0.3 * minuteMs);
    expect(refusalOf(await run(session, slug))).toEqual({ status: 401, code: 'invalid_token' });
    expect(refusalOf(await ask(refreshRequest(session)))).toEqual({ status: 401, code: 'invalid_token' });
  });

  it('has a ticket that is good once, for a minute, on a page of the dashboard only', async () => {
    const { ask, clock } = scenario;
    const { ticket } = await ticketFor(slug);
    const elsewhere = await ask(redeemRequest(ticket, 'https://shop.example'));
    expect(refusalOf(elsewhere)).toEqual({ status: 403, code: 'origin_not_allowed' });
    const byAPage = { ...redeemRequest(ticket, ownUrl), headers: { origin: 'https://shop.example' } };
    expect(refusalOf(await ask(byAPage))).toEqual({ status: 403, code: 'origin_not_allowed' });
    await expectStatus(ask(redeemRequest(ticket, ownUrl)), 200);
    expect(refusalOf(await ask(redeemRequest(ticket, ownUrl)))).toEqual({ status: 401, code: 'invalid_token' });

    const late = await ticketFor(slug);
    clock.advance(minuteMs);
    expect(refusalOf(await ask(redeemRequest(late.ticket, ownUrl)))).toEqual({ status: 401, code: 'invalid_token' });
  });

  it.each(['revoke', 'rotate'])(
    'is refused on the next request after its maker’s key was taken away: %s',
    async (how) => {
      const { ask, owner } = scenario;
      const second = (await expectStatus(owner.ask({ method: 'POST', url: '/v1/owner-keys', body: {} }), 201)).body;
      const headers = { authorization: `Bearer ${second.key}` };
      const { ticket } = (await expectStatus(ask({ ...previewOf(slug), headers }), 201)).body;
      const { token } = (await expectStatus(ask(redeemRequest(ticket, ownUrl)), 200)).body;
      const unused = (await expectStatus(ask({ ...previewOf(slug), headers }), 201)).body;
      await expectStatus(run(token, slug), 200);
      const taken =
        how === 'revoke'
          ? await owner.ask({ method: 'DELETE', url: `/v1/owner-keys/${second.id}` })
          : await owner.ask({ method: 'POST', url: `/v1/owner-keys/${second.id}/rotate` });
      expect(taken.status).toBeLessThan(300);
      const refused = await expectRefusal(scenario, () => run(token, slug), {
        status: 401,
        code: 'invalid_token',
        reason: 'revoked',
        workspaceId: owner.workspaceId,
        credentialId: expect.stringMatching(/^prv_/),
      });
      expect(refused.text).not.toContain('draft');
      expect(refusalOf(await ask(redeemRequest(unused.ticket, ownUrl)))).toEqual({
        status: 401,
        code: 'invalid_token',
      });
    },
  );

  it.each([
    ['a draft', {}],
    ['a version', { version: 1 }],
    ['what nobody has saved', { spec: draft }],
  ])('of %s that was made in the dashboard is over when its person signs out', async (_, body) => {
    const { ask, owner } = scenario;
    const signedIn = await expectStatus(
      ask({
        method: 'POST',
        url: '/v1/dashboard-sessions',
        headers: { origin: ownUrl },
        body: { ownerKey: owner.key },
      }),
      201,
    );
    const [cookie = ''] = (signedIn.headers['set-cookie'] ?? '').split(';');
    const headers = { cookie, 'x-csrf-token': signedIn.body.csrfToken, origin: ownUrl };
    const { ticket } = (await expectStatus(ask({ ...previewOf(slug, body), headers }), 201)).body;
    const unused = (await expectStatus(ask({ ...previewOf(slug, body), headers }), 201)).body;
    const { token } = (await expectStatus(ask(redeemRequest(ticket, ownUrl)), 200)).body;
    await expectStatus(run(token, slug), 200);
    await expectStatus(ask({ method: 'DELETE', url: '/v1/dashboard-sessions/current', headers }), 204);
    for (const asked of [run(token, slug), ask(refreshRequest(token)), ask(redeemRequest(unused.ticket, ownUrl))]) {
      expect(refusalOf(await asked)).toEqual({ status: 401, code: 'invalid_token' });
    }
  });

  it('is over when its customer is disabled, and finds nothing when its app is gone', async () => {
    const { owner } = scenario;
    const customer = await owner.workspace();
    const session = await sessionFor(slug, { workspaceId: customer.id });
    await change(owner, `/v1/workspaces/${customer.id}`, { status: 'disabled' });
    expect(refusalOf(await run(session, slug))).toEqual({ status: 403, code: 'workspace_disabled' });
    const own = await Promise.all([sessionFor(slug), sessionFor(slug, { spec: draft })]);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/apps/${slug}` }), 204);
    for (const each of own) expect(refusalOf(await run(each, slug))).toEqual({ status: 404, code: 'not_found' });
  });

  describe('is not made', () => {
    it('of what another owner has, nor of a version that there is not: they are not found', async () => {
      const { owner, anotherOwner } = scenario;
      const other = await anotherOwner();
      const theirs = await other.workspace();
      await other.tool(`${slug}-theirs`, live);
      for (const asked of [
        () => owner.ask(previewOf(`${slug}-theirs`)),
        () => owner.ask(previewOf(`${slug}-theirs`, { version: 1 })),
        () => owner.ask(previewOf(slug, { version: 2 })),
        () => owner.ask(previewOf(slug, { workspaceId: theirs.id })),
        () => owner.ask(previewOf('no-such-app')),
      ]) {
        const before = await scenario.rows();
        const answer = await asked();
        expect(refusalOf(answer)).toEqual({ status: 404, code: 'not_found' });
        expect(await scenario.rows()).toBe(before);
        expect(answer.text).not.toContain(theirs.id);
      }
    });

    it.each([0, -1, 1.5, '1', null, 1_000_000_000])('of a version that is no number of one: %j', async (version) => {
      const before = await scenario.rows();
      const answer = await scenario.owner.ask(previewOf(slug, { version }));
      expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed' });
      expect(await scenario.rows()).toBe(before);
    });

    it.each<[string, object, number, string, object]>([
      ['that is none', { spec: null }, 400, 'validation_failed', [{ path: 'spec' }]],
      [
        'with a mistake in a step',
        { spec: answering('inputs.(') },
        400,
        'validation_failed',
        [{ path: 'spec.steps[0].expression' }],
      ],
      ['beside a version', { spec: draft, version: 1 }, 400, 'validation_failed', [{ path: 'spec' }]],
      [
        'that is too large to be saved',
        { spec: answering(`"${'x'.repeat(513 * 1024)}"`) },
        413,
        'payload_too_large',
        [],
      ],
    ])('of a spec %s', async (_, body, status, code, issues) => {
      const before = await scenario.rows();
      const answer = await scenario.owner.ask(previewOf(slug, body));
      expect(refusalOf(answer)).toEqual({ status, code });
      expect(answer.body.issues ?? []).toMatchObject(issues);
      expect(await scenario.rows()).toBe(before);
    });

    it('for anybody but who may manage, whatever else they hold', async () => {
      const { ask, owner } = scenario;
      const { token } = await owner.embedToken(owner.workspaceId, { apps: [slug] });
      const session = await sessionFor(slug);
      for (const headers of [{}, { authorization: `Bearer ${token}` }, { authorization: `Bearer ${session}` }]) {
        expect((await ask({ ...previewOf(slug), headers })).status).toBe(401);
      }
    });

    it('by a ticket alone at the door of host pages', async () => {
      const { ask } = scenario;
      const { ticket } = await ticketFor(slug);
      const asKey = await ask(sessionRequest({ id: '', clientToken: ticket }, ownUrl));
      expect(refusalOf(asKey)).toEqual({ status: 401, code: 'invalid_token' });
    });
  });
});
