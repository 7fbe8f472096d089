import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../../testing/dashboard.ts';
import { startIdentityProvider, type TestIdentityProvider } from '../../testing/identity-provider.ts';
import { describedRoutes, type DescribedRoute } from '../../testing/routes.ts';
import { describeAppOnce, expectStatus, type Answer, type Ask, type Scenario } from '../../testing/scenario.ts';

/**
 * Every kind of credential × every route that the server describes × every way to send one. Each kind opens its own
 * door and no other. The routes come from the server itself, so that a new one cannot be forgotten: whatever is not
 * expected to be admitted here must be refused.
 */
const kinds = [
  'owner key',
  'access token',
  'embed token',
  'client token',
  'ticket',
  'session',
  'URL token',
  'readonly API key',
  'interactive API key',
  'signed token',
  'dashboard session',
] as const;
type Kind = (typeof kinds)[number];

/** What comes back: let in (whatever the operation then answers), refused, or treated as if nothing had been sent. */
type Expected = 'admitted' | 'as without' | { status: number; code: string };

const missing: Expected = { status: 401, code: 'missing_auth' };
const invalid: Expected = { status: 401, code: 'invalid_token' };
/** A session without the token that only the dashboard itself can have read. */
const noCsrfToken: Expected = { status: 403, code: 'permission_denied' };
const noKey: Expected = { status: 403, code: 'permission_denied' };
const inUrl: Expected = { status: 401, code: 'token_in_url' };

type Transport = {
  name: string;
  send: (secret: string) => { headers?: Record<string, string>; query?: string; body?: Record<string, unknown> };
};

const embedHeader = 'x-microapp-embed-token';
/** One kind may stand in the address of one page, in one parameter; and what another server made is not ours to look for. */
const isLetBeInUrl = (route: DescribedRoute, kind: Kind, name: string): boolean =>
  kind === 'access token' || (route.path.startsWith('/embed/') && kind === 'URL token' && name === 'token');

const queryNames = ['token', 'mtok', 'key', 'access_token', 'api_key', 'apiKey', 'embed_token', 'session', 'x'];
const cookieNames = [
  'session',
  'token',
  'microapp',
  'authorization',
  embedHeader,
  '__Host-session',
  '__Host-microapp_session',
];

const transports = {
  bearer: { name: 'as bearer', send: (secret) => ({ headers: { authorization: `Bearer ${secret}` } }) },
  bearerInEmbedMode: {
    name: 'as bearer with embed=1',
    send: (secret) => ({ headers: { authorization: `Bearer ${secret}` }, query: 'embed=1' }),
  },
  basic: {
    name: 'as password',
    send: (secret) => ({
      headers: { authorization: `Basic ${Buffer.from(`x:${secret}`).toString('base64')}` },
    }),
  },
  embedHeader: { name: `as ${embedHeader}`, send: (secret) => ({ headers: { [embedHeader]: secret } }) },
  embedHeaderInEmbedMode: {
    name: `as ${embedHeader} with embed=1`,
    send: (secret) => ({ headers: { [embedHeader]: secret }, query: 'embed=1' }),
  },
  apiKeyHeader: { name: 'as x-api-key', send: (secret) => ({ headers: { 'x-api-key': secret } }) },
  signedHeader: { name: 'as x-embed-token', send: (secret) => ({ headers: { 'x-embed-token': secret } }) },
  cookie: {
    name: 'as cookie',
    send: (secret) => ({ headers: { cookie: cookieNames.map((name) => `${name}=${secret}`).join('; ') } }),
  },
  body: {
    name: 'in the body',
    send: (secret) => ({
      body: { authorization: `Bearer ${secret}`, apiKey: secret, accessToken: secret, session: secret, mtok: secret },
    }),
  },
} as const satisfies Record<string, Transport>;
type TransportName = keyof typeof transports;

/** Which door of its scope each transport is, and who is let in by it. */
function expectedInScope({ scope, takes, method }: DescribedRoute, kind: Kind, by: TransportName): Expected {
  switch (scope) {
    case 'owner':
      if (by === 'cookie') {
        if (kind !== 'dashboard session') return invalid;
        return method === 'GET' ? 'admitted' : noCsrfToken;
      }
      if (by !== 'bearer' && by !== 'bearerInEmbedMode') return missing;
      return kind === 'owner key' || kind === 'access token' ? 'admitted' : invalid;
    case 'embed':
      if (by === 'bearer') return kind === 'session' ? 'admitted' : invalid;
      if (by === 'embedHeaderInEmbedMode') return kind === 'embed token' ? 'admitted' : invalid;
      if (by === 'apiKeyHeader' && takes.includes('apiKey')) {
        if (kind === 'interactive API key') return 'admitted';
        return kind === 'readonly API key' ? noKey : invalid;
      }
      // The right token in the right header, and the address does not say that it is an embed's.
      if (by === 'embedHeader') return invalid;
      return missing;
    case 'apiKey':
      if (by === 'apiKeyHeader') return kind.endsWith('API key') ? 'admitted' : invalid;
      if (by === 'signedHeader') return kind === 'signed token' ? 'admitted' : invalid;
      return missing;
    case 'public':
      return 'as without';
  }
}

/** Routes whose doors are others than their scope's. */
const ownDoors: Record<string, (kind: Kind, by: TransportName, route: DescribedRoute) => Expected> = {
  // An embed token has nothing to refresh: it asks for another ticket.
  'POST /v1/embed/sessions/refresh': (kind, by, route) =>
    kind === 'embed token' && by === 'embedHeaderInEmbedMode' ? invalid : expectedInScope(route, kind, by),
  // Whoever holds a token was given it by the holder of the key, and makes no further ones.
  'POST /v1/api-keys/sign': (kind, by, route) =>
    kind === 'signed token' && by === 'signedHeader' ? invalid : expectedInScope(route, kind, by),
  // Who says hello without a key is nobody; a credential beside that is a mistake, whichever it is.
  'POST /v1/embed/hello': (_, by) =>
    by === 'cookie' || by === 'body' ? 'as without' : { status: 401, code: 'mixed_auth' },
  'POST /v1/embed/sessions': (kind, by) => {
    if (by !== 'embedHeader' && by !== 'embedHeaderInEmbedMode') return by === 'body' ? 'as without' : missing;
    return kind === 'embed token' ? 'admitted' : invalid;
  },
};

/** The fields of bodies that are a door, and who is let in by them. */
const bodyDoors: { route: string; field: string; admits: Kind }[] = [
  { route: 'POST /v1/embed/hello', field: 'key', admits: 'client token' },
  { route: 'POST /v1/embed/sessions', field: 'key', admits: 'client token' },
  { route: 'POST /v1/embed/sessions/redeem', field: 'ticket', admits: 'ticket' },
  { route: 'POST /v1/embed/sessions/redeem', field: 'urlToken', admits: 'URL token' },
];

const origin = 'https://shop.example';
/** Thousands of requests each. */
const sweepTimeoutMs = 180_000;
const keyOf = ({ method, path }: DescribedRoute): string => `${method} ${path}`;

describeAppOnce('every credential on every route by every transport', (open) => {
  let scenario: Scenario;
  let routes: DescribedRoute[];
  let secrets: Record<Kind, string>;
  let surfaceId: string;
  let provider: TestIdentityProvider;
  let asked = 0;

  beforeAll(async () => {
    provider = await startIdentityProvider();
    scenario = await open({ settings: provider.env });
    // The provider goes by the real time.
    scenario.clock.setNow(Date.now());
    const { owner } = scenario;
    routes = await describedRoutes(scenario);
    await owner.tool('matrix-tool');
    const scope = { apps: ['matrix-tool'] };
    const workspace = await owner.workspace();
    const surface = await owner.surface(workspace.id, scope);
    surfaceId = surface.id;
    const opened = await expectStatus(
      scenario.ask({
        method: 'POST',
        url: '/v1/embed/sessions',
        headers: { origin },
        body: { key: surface.clientToken },
      }),
      201,
    );
    const embedToken = await owner.embedToken(workspace.id, { ...scope, allowedOrigins: ['shop.example'] });
    const copied = await expectStatus(
      owner.ask({ method: 'POST', url: `/v1/embed-tokens/${embedToken.id}/url`, body: {} }),
      201,
    );
    const interactive = await owner.apiKey({ scope: 'interactive', workspaceId: workspace.id, appIds: scope.apps });
    const signed = await expectStatus(
      scenario.ask({
        method: 'POST',
        url: '/v1/api-keys/sign',
        headers: { 'x-api-key': interactive.key },
        body: { exp: Math.floor(scenario.clock.now() / 1000) + 3600, scope: 'readonly', apps: ['matrix-tool'] },
      }),
      200,
    );
    // By a key of its own, because signing out everywhere is one of the routes that the other key is tried on.
    const another = await expectStatus(owner.ask({ method: 'POST', url: '/v1/owner-keys', body: {} }), 201);
    secrets = {
      'dashboard session': (await signIn(scenario, another.body.key)).secret,
      'access token': await provider.token({ roles: 'admin' }),
      'owner key': owner.key,
      'embed token': embedToken.token,
      'client token': surface.clientToken,
      ticket: opened.body.ticket,
      session: (await scenario.session(surface, origin)).token,
      'URL token': new URLSearchParams(new URL(copied.body.url).hash.slice(1)).get('token') ?? '',
      'readonly API key': (await owner.apiKey({ scope: 'readonly', appIds: scope.apps })).key,
      'interactive API key': interactive.key,
      'signed token': signed.body.token,
    };
  });

  afterAll(() => provider.close());

  /** Each request comes from an address of its own: what is limited per address is not what is asked here. */
  async function ask({ method = 'GET', url, headers, body }: Ask): Promise<Answer> {
    asked += 1;
    const answer = await scenario.server.inject({
      method,
      url,
      remoteAddress: `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}`,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const isJson = (answer.headers['content-type'] ?? '').includes('application/json');
    return {
      status: answer.statusCode,
      headers: {},
      text: answer.body,
      body: isJson && answer.body !== '' ? JSON.parse(answer.body) : undefined,
    };
  }

  function askRoute({ method, path }: DescribedRoute, sent: ReturnType<Transport['send']>): Promise<Answer> {
    const concrete = path.replace(/\{slug\}/g, 'matrix-tool').replace(/\{\w+\}/g, 'ws_none');
    const url = sent.query === undefined ? concrete : `${concrete}?${sent.query}`;
    const takesBody = method === 'POST' || method === 'PATCH' || method === 'PUT';
    return ask({ method, url, headers: sent.headers ?? {}, ...(takesBody ? { body: sent.body ?? {} } : {}) });
  }

  type Expectation = (route: DescribedRoute, kind: Kind, by: TransportName) => Expected;
  const expectedOf: Expectation = (route, kind, by) =>
    ownDoors[keyOf(route)]?.(kind, by, route) ?? expectedInScope(route, kind, by);
  /** Where nobody needs a credential, what stands in a body is none: such a request brings nothing. */
  const expectedWhereOpen: Expectation = (route, kind, by) =>
    by === 'body' ? 'as without' : expectedOf(route, kind, by);

  /** What went otherwise than expected, as sentences; and the request ids of all refusals. */
  async function sweep(
    pick: (expected: Expected) => boolean,
    swept: { routes: DescribedRoute[]; expectedOf: Expectation } = { routes, expectedOf },
  ): Promise<{ wrong: string[]; refused: string[] }> {
    const wrong: string[] = [];
    const refused: string[] = [];
    for (const route of swept.routes) {
      const without = await askRoute(route, {});
      for (const kind of kinds) {
        for (const [by, transport] of Object.entries(transports) as [TransportName, Transport][]) {
          const expected = swept.expectedOf(route, kind, by);
          if (!pick(expected)) continue;
          const answer = await askRoute(route, transport.send(secrets[kind]));
          const problem = problemOf(answer, expected, without);
          if (problem !== undefined) wrong.push(`${keyOf(route)} with ${kind} ${transport.name}: ${problem}`);
          if (answer.text.includes(secrets[kind])) wrong.push(`${keyOf(route)} repeats the ${kind}`);
          if (typeof expected === 'object') refused.push(answer.body?.requestId);
        }
      }
    }
    return { wrong, refused };
  }

  function problemOf(answer: Answer, expected: Expected, without: Answer): string | undefined {
    const got = `${answer.status} ${answer.body?.code ?? ''}`;
    if (expected === 'admitted') return [401, 403].includes(answer.status) || answer.status >= 500 ? got : undefined;
    const wanted = expected === 'as without' ? { status: without.status, code: without.body?.code } : expected;
    const isAsWanted = answer.status === wanted.status && answer.body?.code === wanted.code;
    return isAsWanted ? undefined : `${got} instead of ${wanted.status} ${wanted.code ?? ''}`;
  }

  async function expectOneLogLineEach(requestIds: readonly string[]): Promise<void> {
    await scenario.flush();
    const lines = await scenario.database.admin.query(
      'select request_id, count(*)::int as lines from access_log group by 1',
      [],
    );
    const linesById = new Map(lines.map((line) => [line['request_id'], line['lines']]));
    expect(requestIds.filter((id) => linesById.get(id) !== 1)).toEqual([]);
  }

  it('covers every scope that the server has', () => {
    expect(routes.length).toBeGreaterThan(40);
    expect(new Set(routes.map(({ scope }) => scope))).toEqual(new Set(['owner', 'embed', 'apiKey', 'public']));
  });

  it(
    'is refused everywhere but at its own door, with one log line and no other trace (H14, K19, K28, M10, R3)',
    { timeout: sweepTimeoutMs },
    async () => {
      const before = await scenario.rows();
      const { wrong, refused } = await sweep((expected) => expected !== 'admitted');
      expect(wrong).toEqual([]);
      expect(refused.length).toBeGreaterThan(1000);
      expect(await scenario.rows()).toBe(before);
      await expectOneLogLineEach(refused);
    },
  );

  it(
    'is refused in the URL under every name on every route, with one log line and nothing else but "seen in a URL" (M6, M16, M33, M54)',
    { timeout: sweepTimeoutMs },
    async () => {
      const before = withoutStamps(await scenario.rows());
      const wrong: string[] = [];
      const refused: string[] = [];
      for (const route of routes) {
        for (const kind of kinds) {
          for (const name of queryNames) {
            if (isLetBeInUrl(route, kind, name)) continue;
            const answer = await askRoute(route, { query: `${name}=${secrets[kind]}` });
            const problem = problemOf(answer, inUrl, answer);
            if (problem !== undefined) wrong.push(`${keyOf(route)} with ${kind} as ?${name}=: ${problem}`);
            if (answer.text.includes(secrets[kind])) wrong.push(`${keyOf(route)} repeats the ${kind}`);
            refused.push(answer.body?.requestId);
          }
        }
      }
      expect(wrong).toEqual([]);
      expect(withoutStamps(await scenario.rows())).toBe(before);
      await expectOneLogLineEach(refused);
    },
  );

  describe.each(bodyDoors)('the field $field of $route', ({ route: key, field, admits }) => {
    it(`takes no other kind of credential than a ${admits}`, async () => {
      const route = routes.find((candidate) => keyOf(candidate) === key);
      if (route === undefined) throw new Error(`There is no route ${key}.`);
      const codes: Record<string, string> = {};
      const before = await scenario.rows();
      for (const kind of kinds) {
        const body = { surfaceId, parentOrigin: 'https://elsewhere.example', [field]: secrets[kind] };
        const answer = await askRoute(route, { body });
        codes[kind] = `${answer.status} ${answer.body?.code}`;
      }
      const expected = (kind: Kind): string => {
        // No page that may embed is named, so the right one comes as far as the origin and no further.
        if (kind === admits) return '403 origin_not_allowed';
        // A JWT is too long for the fields of opaque credentials.
        const isJwt = kind === 'session' || kind === 'URL token' || kind === 'access token';
        return isJwt && field !== 'urlToken' ? '400 validation_failed' : '401 invalid_token';
      };
      expect(codes).toEqual(Object.fromEntries(kinds.map((kind) => [kind, expected(kind)])));
      expect(await scenario.rows()).toBe(before);
    });
  });

  it(
    'is neither let in nor taken for nobody where the tool is open to everybody: each is admitted or refused as before (M36)',
    { timeout: sweepTimeoutMs },
    async () => {
      const open = { routes: routes.filter(({ mayBeOpen }) => mayBeOpen), expectedOf: expectedWhereOpen };
      expect(open.routes.map(keyOf)).toEqual(['GET /api/tools/{slug}/schema', 'POST /api/tools/{slug}/run']);
      const set = (publicRuns: boolean): Promise<Answer> =>
        expectStatus(scenario.owner.ask({ method: 'PATCH', url: '/v1/apps/matrix-tool', body: { publicRuns } }), 200);
      await set(true);
      for (const route of open.routes) expect([401, 403]).not.toContain((await askRoute(route, {})).status);
      const before = await scenario.rows();
      const { wrong, refused } = await sweep((expected) => expected !== 'admitted', open);
      expect(wrong).toEqual([]);
      expect(refused.length).toBeGreaterThan(100);
      expect(await scenario.rows()).toBe(before);
      expect((await sweep((expected) => expected === 'admitted', open)).wrong).toEqual([]);
      await set(false);
      for (const route of open.routes) expect((await askRoute(route, {})).body.code).toBe('missing_auth');
    },
  );

  it('is admitted at its own door, on every route behind it', { timeout: sweepTimeoutMs }, async () => {
    const { wrong } = await sweep((expected) => expected === 'admitted');
    expect(wrong).toEqual([]);
  });
});

function withoutStamps(rows: string): string {
  return rows.replace(/"seen_in_url_at": (null|"[^"]*")/g, '');
}
