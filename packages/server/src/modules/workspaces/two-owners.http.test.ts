import { beforeAll, expect, it } from 'vitest';
import { signIn } from '../../testing/dashboard.ts';
import { pngOf } from '../../testing/pictures.ts';
import { describedRoutes, type DescribedRoute } from '../../testing/routes.ts';
import { describeApp, expectStatus, type Ask, type Owner, type Scenario } from '../../testing/scenario.ts';

/** For every management route with an object in its address: what a request to it looks like apart from the object. */
const bodies: Record<string, unknown> = {
  'POST /v1/owner-keys/{id}/rotate': undefined,
  'DELETE /v1/owner-keys/{id}': undefined,
  'GET /v1/workspaces/{id}': undefined,
  'PATCH /v1/workspaces/{id}': { name: 'Mine' },
  'DELETE /v1/workspaces/{id}': undefined,
  'POST /v1/workspaces/{id}/embed-tokens': { apps: ['strangers-tool'], permissions: ['tool:run'] },
  'GET /v1/workspaces/{id}/embed-tokens': undefined,
  'POST /v1/workspaces/{id}/embed-tokens/revoke-unused': { unusedSinceDays: 1 },
  'POST /v1/workspaces/{id}/embed-tokens/reviewed': undefined,
  'GET /v1/apps/{slug}': undefined,
  'PATCH /v1/apps/{slug}': { name: 'Mine' },
  'GET /v1/apps/{slug}/uses': undefined,
  'POST /v1/apps/{slug}/preview-ticket': {},
  'DELETE /v1/apps/{slug}': undefined,
  'POST /v1/apps/{slug}/publish': undefined,
  'GET /v1/apps/{slug}/versions': undefined,
  'GET /v1/apps/{slug}/versions/{version}': undefined,
  'POST /v1/apps/{slug}/roll-back': { version: 1 },
  'GET /v1/embed-tokens/{id}': undefined,
  'POST /v1/embed-tokens/{id}/rotate': undefined,
  'POST /v1/embed-tokens/{id}/url': undefined,
  'POST /v1/embed-tokens/{id}/test': { origin: 'https://shop.example' },
  'DELETE /v1/embed-tokens/{id}': undefined,
  'GET /v1/surfaces/{id}': undefined,
  'GET /v1/surfaces/{id}/sightings': undefined,
  'PATCH /v1/surfaces/{id}': { name: 'Mine' },
  'PUT /v1/surfaces/{id}/logos/{scheme}': { image: pngOf(1, 1).toString('base64') },
  'DELETE /v1/surfaces/{id}/logos/{scheme}': undefined,
  'POST /v1/surfaces/{id}/rotate-token': undefined,
  'POST /v1/surfaces/{id}/preview-ticket': undefined,
  'DELETE /v1/surfaces/{id}': undefined,
  'GET /v1/api-keys/{id}': undefined,
  'PATCH /v1/api-keys/{id}': { name: 'Mine' },
  'DELETE /v1/api-keys/{id}': undefined,
  'PATCH /v1/provider-keys/{id}': { name: 'Mine' },
  'DELETE /v1/provider-keys/{id}': undefined,
  'POST /v1/provider-keys/{id}/test': undefined,
  'PATCH /v1/members/{id}': { name: 'Mine' },
  'DELETE /v1/members/{id}': undefined,
  'POST /v1/members/{id}/link': undefined,
  'DELETE /v1/dashboard-sessions/{id}': undefined,
};

/** What belongs to the installation has its own tests: only the first owner reaches it at all. */
const isOfInstallation = ({ path }: DescribedRoute): boolean => /^\/v1\/(signing-keys|installation)\b/.test(path);

describeApp('between two owners', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let stranger: Owner;
  let routes: DescribedRoute[];
  /** What the owner has, by the first part of the addresses where it is found. */
  let owned: Record<string, string>;
  let requestId: string;

  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
    routes = (await describedRoutes(scenario)).filter((route) => route.scope === 'owner' && !isOfInstallation(route));
    stranger = await scenario.anotherOwner();
    await stranger.tool('strangers-tool');
    await stranger.workspace();
    const workspace = await owner.workspace({ name: 'Confidential customer' });
    const { slug } = await owner.tool('confidential-tool');
    const embedToken = await owner.embedToken(workspace.id, { apps: [slug] });
    const surface = await owner.surface(workspace.id, { name: 'Confidential surface', apps: [slug] });
    const run = await expectStatus(scenario.run(slug, embedToken.token, {}), 200);
    requestId = run.headers['x-request-id'] ?? '';
    await expectStatus(owner.ask({ method: 'POST', url: '/v1/owner-keys', body: { label: 'Confidential key' } }), 201);
    const apiKey = await owner.apiKey({ name: 'Confidential API key' });
    const providerKey = await expectStatus(
      owner.ask({
        method: 'POST',
        url: '/v1/provider-keys',
        body: { provider: 'openai', name: 'Confidential provider', key: 'sk-confidential-key' },
      }),
      201,
    );
    const member = { name: 'Confidential member', role: 'viewer' };
    const invited = await expectStatus(owner.ask({ method: 'POST', url: '/v1/members', body: member }), 201);
    await scenario.flush();
    await scenario.database.admin.query(
      `insert into spikes (id, owner_id, workspace_id, kind, started_at, observed, expected, credential_id, origin)
       values ('spk_1', $1, $2, 'new_origin', now(), 1, 0, $3, 'https://confidential.example')`,
      [owner.id, workspace.id, embedToken.id],
    );
    await scenario.database.admin.query(
      `insert into quota_alerts (owner_id, workspace_id, day, quota, threshold_percent, allowed, at)
       values ($1, $2, now()::date, 'runs', 80, 10, now())`,
      [owner.id, workspace.id],
    );
    owned = {
      'owner-keys': owner.keyId,
      workspaces: workspace.id,
      apps: slug,
      'embed-tokens': embedToken.id,
      surfaces: surface.id,
      'api-keys': apiKey.id,
      'provider-keys': providerKey.body.id,
      members: invited.body.member.id,
      'dashboard-sessions': (await signIn(scenario)).id,
    };
  });

  const nobodys: Record<string, string> = {
    'owner-keys': 'ownk_nobody',
    workspaces: 'ws_nobody',
    apps: 'nobodys-tool',
    'embed-tokens': 'etok_nobody',
    surfaces: 'srf_nobody',
    'api-keys': '00000000-0000-4000-8000-000000000000',
    'provider-keys': 'pkey_nobody',
    members: 'mem_nobody',
    'dashboard-sessions': 'dses_nobody',
  };

  function askAbout({ method, path }: DescribedRoute, ids: Record<string, string>): Ask {
    const noun = path.split('/')[2] ?? '';
    const id = ids[noun];
    if (id === undefined) throw new Error(`This test has no object for ${path}.`);
    const body = bodies[`${method} ${path}`];
    const url = path
      .replace('{version}', '1')
      .replace('{scheme}', 'light')
      .replace(/\{\w+\}/, id);
    return { method, url, ...(body === undefined ? {} : { body }) };
  }

  it("every route answers about the other's object as it does about one that nobody has, and changes nothing (K16)", async () => {
    const withObject = routes.filter(({ path }) => path.includes('{'));
    expect(withObject.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(
      Object.keys(bodies).toSorted(),
    );
    await stranger.ask({ url: '/v1/me' });
    const before = await scenario.rows();
    scenario.clock.advance(1);
    for (const route of withObject) {
      const foreign = await stranger.ask(askAbout(route, owned));
      const missing = await stranger.ask(askAbout(route, nobodys));
      expect(foreign.status, `${route.method} ${route.path}`).toBe(404);
      expect({ ...foreign.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' });
    }
    expect(await scenario.rows()).toBe(before);
    // The same requests do reach their object when its owner makes them.
    for (const route of withObject.filter(({ method }) => method === 'GET')) {
      await expectStatus(owner.ask(askAbout(route, owned)), 200);
    }
  });

  it("no list shows the other's rows, with or without the other's ids as filters", async () => {
    // Two are about the caller, and one is the same for everybody.
    const aboutNoRows = ['/v1/me', '/v1/dashboard-sessions/current', '/v1/app-examples'];
    const lists = routes.filter(
      ({ method, path }) => method === 'GET' && !path.includes('{') && !aboutNoRows.includes(path),
    );
    expect(lists.length).toBeGreaterThan(7);
    const confidential = [...Object.values(owned), owner.id, requestId, 'Confidential'];
    const filters: Record<string, string | undefined> = {
      workspaceId: owned['workspaces'],
      credentialId: owned['embed-tokens'],
      requestId,
    };
    for (const { path, queryNames } of lists) {
      const whole = await expectStatus(stranger.ask({ url: path }), 200);
      for (const word of confidential) expect(whole.text, path).not.toContain(word);
      for (const [name, value] of Object.entries(filters)) {
        if (!queryNames.includes(name)) continue;
        const narrowed = await expectStatus(stranger.ask({ url: `${path}?${name}=${value}` }), 200);
        expect(narrowed.body.data, `${path} by ${name}`).toEqual([]);
      }
      const own = await owner.ask({ url: `${path}?limit=200` });
      expect(confidential.some((word) => own.text.includes(word))).toBe(true);
    }
  });
});
