import { permissions } from '@microapp/contract';
import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { signIn } from '../../testing/dashboard.ts';
import { pngOf } from '../../testing/pictures.ts';
import { describedRoutes } from '../../testing/routes.ts';
import { describeApp, expectStatus, type Answer, type Ask, type Owner, type Scenario } from '../../testing/scenario.ts';

/** A change through a management route, and the line of the trail that it must leave. */
type Change = {
  route: string;
  body?: unknown;
  event: string;
  /** Which object the line is about; some objects are known only from the answer. */
  target: (known: Known, answer: Answer) => string;
  isAboutWorkspace: boolean;
  detail: unknown;
};
type Known = {
  providerKeyId: string;
  workspaceId: string;
  appId: string;
  tokenId: string;
  surfaceId: string;
  keyId: string;
  apiKeyId: string;
  memberId: string;
  sessionId: string;
};

const spec = { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'say', expression: '"x"' }] };
const scope = { apps: ['audited'], permissions: ['tool:run'] };
const made = (_: Known, answer: Answer): string => answer.body.id;

const changes: Change[] = [
  {
    route: 'POST /v1/owner-keys',
    body: { label: 'x' },
    event: 'owner-key.issued',
    target: made,
    isAboutWorkspace: false,
    detail: {},
  },
  {
    route: 'POST /v1/owner-keys/{key}/rotate',
    event: 'owner-key.rotated',
    target: ({ keyId }) => keyId,
    isAboutWorkspace: false,
    detail: { version: 2 },
  },
  {
    route: 'DELETE /v1/owner-keys/{key}',
    event: 'owner-key.revoked',
    target: ({ keyId }) => keyId,
    isAboutWorkspace: false,
    detail: {},
  },
  {
    route: 'POST /v1/api-keys',
    body: { name: 'x', scope: 'readonly', appIds: ['audited'], workspaceId: '{workspace}' },
    event: 'api-key.created',
    target: made,
    isAboutWorkspace: true,
    detail: { scope: 'readonly', appIds: ['audited'] },
  },
  {
    route: 'PATCH /v1/api-keys/{apiKey}',
    body: { name: 'y', scope: 'interactive', appIds: [] },
    event: 'api-key.changed',
    target: ({ apiKeyId }) => apiKeyId,
    isAboutWorkspace: false,
    detail: { fields: ['name', 'scope', 'appIds'], scope: 'interactive', appIds: [] },
  },
  {
    route: 'DELETE /v1/api-keys/{apiKey}',
    event: 'api-key.revoked',
    target: ({ apiKeyId }) => apiKeyId,
    isAboutWorkspace: false,
    detail: {},
  },
  {
    route: 'POST /v1/workspaces',
    body: { name: 'New' },
    event: 'workspace.created',
    target: made,
    isAboutWorkspace: true,
    detail: {},
  },
  {
    route: 'PATCH /v1/workspaces/{workspace}',
    body: { name: 'Renamed', features: ['tool:run'] },
    event: 'workspace.changed',
    target: ({ workspaceId }) => workspaceId,
    isAboutWorkspace: true,
    detail: {
      fields: ['name', 'features'],
      changes: { name: { from: 'Customer', to: 'Renamed' }, features: { from: [...permissions], to: ['tool:run'] } },
    },
  },
  {
    route: 'POST /v1/apps',
    body: { slug: 'audited-too', kind: 'tool', name: 'x', spec },
    event: 'app.created',
    target: made,
    isAboutWorkspace: false,
    detail: {},
  },
  {
    route: 'PATCH /v1/apps/{app}',
    body: { description: 'y', spec, publicRuns: true },
    event: 'app.changed',
    target: ({ appId }) => appId,
    isAboutWorkspace: false,
    detail: { fields: ['description', 'spec', 'publicRuns'], publicRuns: true },
  },
  {
    route: 'POST /v1/apps/{app}/publish',
    event: 'app.published',
    target: ({ appId }) => appId,
    isAboutWorkspace: false,
    detail: { version: 2 },
  },
  {
    route: 'POST /v1/apps/{app}/roll-back',
    body: { version: 1 },
    event: 'app.rolled-back',
    target: ({ appId }) => appId,
    isAboutWorkspace: false,
    detail: { from: 2, version: 1 },
  },
  {
    route: 'POST /v1/workspaces/{workspace}/embed-tokens',
    body: scope,
    event: 'embed-token.issued',
    target: made,
    isAboutWorkspace: true,
    detail: { ...scope, use: 'widget' },
  },
  {
    route: 'POST /v1/embed-tokens/{token}/url',
    body: { app: 'audited' },
    event: 'embed-token.url-copied',
    target: ({ tokenId }) => tokenId,
    isAboutWorkspace: true,
    detail: { app: 'audited' },
  },
  {
    route: 'POST /v1/embed-tokens/{token}/rotate',
    event: 'embed-token.rotated',
    target: ({ tokenId }) => tokenId,
    isAboutWorkspace: true,
    detail: { version: 2 },
  },
  {
    route: 'DELETE /v1/embed-tokens/{token}',
    event: 'embed-token.revoked',
    target: ({ tokenId }) => tokenId,
    isAboutWorkspace: true,
    detail: {},
  },
  {
    route: 'POST /v1/surfaces',
    body: { workspaceId: '{workspace}', name: 'x', environment: 'development', ...scope, allowedOrigins: ['*'] },
    event: 'surface.created',
    target: made,
    isAboutWorkspace: true,
    detail: { environment: 'development', allowedOrigins: ['*'] },
  },
  {
    route: 'PATCH /v1/surfaces/{surface}',
    body: { allowedOrigins: ['b.example'] },
    event: 'surface.changed',
    target: ({ surfaceId }) => surfaceId,
    isAboutWorkspace: true,
    detail: { fields: ['allowedOrigins'], allowedOrigins: ['b.example'] },
  },
  {
    route: 'PUT /v1/surfaces/{surface}/logos/{scheme}',
    body: { image: pngOf(1, 1).toString('base64') },
    event: 'surface.logo-set',
    target: ({ surfaceId }) => surfaceId,
    isAboutWorkspace: true,
    detail: { scheme: 'light' },
  },
  {
    route: 'DELETE /v1/surfaces/{surface}/logos/{scheme}',
    event: 'surface.logo-removed',
    target: ({ surfaceId }) => surfaceId,
    isAboutWorkspace: true,
    detail: { scheme: 'light' },
  },
  {
    route: 'POST /v1/surfaces/{surface}/rotate-token',
    event: 'client-token.rotated',
    target: (_, answer) => answer.body.clientTokenId,
    isAboutWorkspace: true,
    detail: { surfaceId: '{surface}' },
  },
  {
    route: 'POST /v1/workspaces/{workspace}/embed-tokens/reviewed',
    event: 'embed-tokens.reviewed',
    target: ({ workspaceId }) => workspaceId,
    isAboutWorkspace: true,
    detail: {},
  },
  {
    route: 'DELETE /v1/surfaces/{surface}',
    event: 'surface.deleted',
    target: ({ surfaceId }) => surfaceId,
    isAboutWorkspace: true,
    detail: {},
  },
  {
    route: 'DELETE /v1/apps/{app}',
    event: 'app.deleted',
    target: ({ appId }) => appId,
    isAboutWorkspace: false,
    detail: {},
  },
  {
    route: 'POST /v1/provider-keys',
    body: { provider: 'openai', key: 'sk-audited-key-0001' },
    event: 'provider-key.created',
    target: made,
    isAboutWorkspace: false,
    detail: { provider: 'openai', baseUrl: null },
  },
  {
    route: 'PATCH /v1/provider-keys/{providerKey}',
    body: { key: 'sk-audited-key-0002' },
    event: 'provider-key.changed',
    target: ({ providerKeyId }) => providerKeyId,
    isAboutWorkspace: false,
    detail: { fields: ['key'], version: 2 },
  },
  {
    route: 'POST /v1/provider-keys/{providerKey}/test',
    event: 'provider-key.tested',
    target: ({ providerKeyId }) => providerKeyId,
    isAboutWorkspace: false,
    detail: { ok: false },
  },
  {
    route: 'DELETE /v1/provider-keys/{providerKey}',
    event: 'provider-key.deleted',
    target: ({ providerKeyId }) => providerKeyId,
    isAboutWorkspace: false,
    detail: {},
  },
  {
    route: 'POST /v1/webhook-secret/rotate',
    event: 'webhook-secret.rotated',
    target: () => expect.stringMatching(/^whs_/) as string,
    isAboutWorkspace: false,
    detail: { version: 1 },
  },
  {
    route: 'POST /v1/members',
    body: { name: 'Ada', role: 'viewer' },
    event: 'member.invited',
    target: (_, answer) => answer.body.member.id,
    isAboutWorkspace: false,
    detail: { role: 'viewer' },
  },
  {
    route: 'POST /v1/members/{member}/link',
    event: 'member.link-renewed',
    target: ({ memberId }) => memberId,
    isAboutWorkspace: false,
    detail: {},
  },
  {
    route: 'PATCH /v1/members/{member}',
    body: { role: 'admin', name: 'Grace' },
    event: 'member.changed',
    target: ({ memberId }) => memberId,
    isAboutWorkspace: false,
    detail: { fields: ['role', 'name'], changes: { role: { from: 'viewer', to: 'admin' } } },
  },
  {
    route: 'DELETE /v1/members/{member}',
    event: 'member.removed',
    target: ({ memberId }) => memberId,
    isAboutWorkspace: false,
    detail: {},
  },
  {
    route: 'DELETE /v1/dashboard-sessions/{session}',
    event: 'dashboard-session.ended',
    target: ({ sessionId }) => sessionId,
    isAboutWorkspace: false,
    detail: {},
  },
  {
    route: 'DELETE /v1/workspaces/{workspace}',
    event: 'workspace.deleted',
    target: ({ workspaceId }) => workspaceId,
    isAboutWorkspace: true,
    detail: {},
  },
];

/** For the installation's first owner only, or for sessions, so their lines are tested with them. */
const testedElsewhere = ['POST /v1/owners', 'DELETE /v1/dashboard-sessions/current', 'DELETE /v1/dashboard-sessions'];
/** Routes that change nothing, or many things: how many lines each leaves is tested beside it. */
const withoutOneLine = [
  'POST /v1/apps/{}/preview-ticket',
  'POST /v1/embed-tokens/{}/test',
  'POST /v1/workspaces/{}/embed-tokens/revoke-unused',
  'POST /v1/surfaces/{}/preview-ticket',
  'POST /v1/theme-suggestions',
  'POST /v1/theme-suggestions/refine',
];

describeApp('the audit trail', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
  });

  it('has one line for every change: who, what, when, from where, under which request, and no secret', async () => {
    const { id: workspaceId } = await owner.workspace();
    const { id: appId } = await owner.tool('audited', spec);
    const { id: tokenId } = await owner.embedToken(workspaceId, scope);
    const surface = await owner.surface(workspaceId, scope);
    const key = await expectStatus(owner.ask({ method: 'POST', url: '/v1/owner-keys', body: {} }), 201);
    const { id: apiKeyId } = await owner.apiKey();
    const provider = {
      provider: 'openai-compatible',
      key: 'sk-audited-key-0000',
      baseUrl: 'http://127.0.0.1:1',
      defaultModel: 'm',
    };
    const providerKey = await expectStatus(
      owner.ask({ method: 'POST', url: '/v1/provider-keys', body: provider }),
      201,
    );
    const member = { name: 'Grace', role: 'viewer' };
    const invited = await expectStatus(owner.ask({ method: 'POST', url: '/v1/members', body: member }), 201);
    const known: Known = {
      memberId: invited.body.member.id,
      sessionId: (await signIn(scenario, key.body.key)).id,
      providerKeyId: providerKey.body.id,
      workspaceId,
      appId,
      tokenId,
      surfaceId: surface.id,
      keyId: key.body.id,
      apiKeyId,
    };
    const names: Record<string, string> = {
      '{workspace}': workspaceId,
      '{app}': 'audited',
      '{token}': tokenId,
      '{surface}': surface.id,
      '{scheme}': 'light',
      '{key}': known.keyId,
      '{providerKey}': known.providerKeyId,
      '{apiKey}': apiKeyId,
      '{member}': known.memberId,
      '{session}': known.sessionId,
    };
    const named = (text: string): string => text.replace(/\{\w+\}/g, (name) => names[name] ?? name);

    const secrets: unknown[] = [];
    for (const change of changes) {
      scenario.clock.advance(1000);
      const [method, path = ''] = change.route.split(' ');
      const answer = await owner.ask({
        method: method as NonNullable<Ask['method']>, // from the table above
        url: named(path),
        ...(change.body === undefined ? {} : { body: JSON.parse(named(JSON.stringify(change.body))) }),
      });
      expect([200, 201, 204], `${change.route}: ${answer.text}`).toContain(answer.status);
      secrets.push(answer.body?.key, answer.body?.token, answer.body?.secret, answer.body?.url?.split('#token=')[1]);
      secrets.push(answer.body?.signInUrl?.split('#link=')[1]);
      const trail = await expectStatus(owner.ask({ url: '/v1/audit?limit=2' }), 200);
      const targetId = change.target(known, answer);
      const about = change.event === 'workspace.created' ? targetId : workspaceId;
      expect(trail.body.data[0], change.route).toEqual({
        id: expect.stringMatching(/^aud_/),
        at: new Date(scenario.clock.now()).toISOString(),
        workspaceId: change.isAboutWorkspace ? about : null,
        actorClass: 'owner_key',
        actorId: owner.keyId,
        address: '127.0.0.1',
        requestId: answer.headers['x-request-id'],
        event: change.event,
        targetId,
        detail: JSON.parse(named(JSON.stringify(change.detail))),
      });
      expect(trail.body.data[1].requestId).not.toBe(answer.headers['x-request-id']);
    }

    const whole = await owner.ask({ url: '/v1/audit?limit=200' });
    const raw = secrets.filter((secret) => typeof secret === 'string');
    expect(raw.length).toBe(9);
    raw.push('sk-audited-key');
    for (const secret of raw) expect(whole.text).not.toContain(secret);
    const narrowed = await owner.ask({ url: `/v1/audit?workspaceId=${workspaceId}` });
    const events = narrowed.body.data.map(({ event }: { event: string }) => event);
    expect(events.slice(0, 2)).toEqual(['workspace.deleted', 'surface.deleted']);
    expect(new Set(narrowed.body.data.map((line: { workspaceId: string }) => line.workspaceId))).toEqual(
      new Set([workspaceId]),
    );
  });

  it('knows of every route that changes something', async () => {
    const shape = (route: string): string => route.replaceAll(/\{\w+\}/g, '{}');
    const changing = (await describedRoutes(scenario)).filter(
      ({ scope, method, path }) =>
        // What belongs to the installation is the first owner's, and audited in tests of its own.
        scope === 'owner' && method !== 'GET' && !/^\/v1\/(signing-keys|installation)\b/.test(path),
    );
    expect(changing.map(({ method, path }) => shape(`${method} ${path}`)).toSorted()).toEqual(
      [...changes.map(({ route }) => shape(route)), ...testedElsewhere, ...withoutOneLine].toSorted(),
    );
  });

  it.each(['update audit_log set event = event', 'delete from audit_log', 'truncate audit_log'])(
    'cannot be rewritten by the server itself: %s',
    async (statement) => {
      const rewriting = scenario.database.db.withOwner({ ownerId: owner.id }, (tx) => sql.raw(statement).execute(tx));
      await expect(rewriting).rejects.toThrow(/permission denied/);
    },
  );
});
