import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusalLine } from '../../testing/refusal.ts';
import { describedRoutes, type DescribedRoute } from '../../testing/routes.ts';
import {
  describeAppOnce,
  expectStatus,
  ownUrl,
  refusalOf,
  type Answer,
  type Ask,
  type Owner,
  type Scenario,
} from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

/** One of every kind of credential, all of one owner, all good in their own place. */
type Credentials = {
  ownerKey: string;
  embedToken: string;
  clientToken: string;
  ticket: string;
  session: string;
  apiKey: string;
  signedToken: string;
};

const origin = 'https://shop.example';

describeAppOnce('every management route', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let routes: DescribedRoute[];
  let credentials: Credentials;

  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
    routes = (await describedRoutes(scenario)).filter(({ scope }) => scope === 'owner');
    if (routes.length < 25) throw new Error('The server describes fewer management routes than there are.');
    const workspace = await owner.workspace();
    const { token: embedToken } = await owner.embedToken(workspace.id);
    const surface = await owner.surface(workspace.id);
    const { token: session } = await scenario.session(surface, origin);
    const { clientToken } = surface;
    const opened = await expectStatus(
      scenario.ask({ method: 'POST', url: '/v1/embed/sessions', headers: { origin }, body: { key: clientToken } }),
      201,
    );
    const { key: apiKey } = await owner.apiKey();
    const signed = await expectStatus(
      scenario.ask({
        method: 'POST',
        url: '/v1/api-keys/sign',
        headers: { 'x-api-key': apiKey },
        body: { exp: scenario.clock.now() / 1000 + 3600, scope: 'readonly', apps: ['my-app'] },
      }),
      200,
    );
    const { ticket } = opened.body;
    const signedToken = signed.body.token;
    credentials = { ownerKey: owner.key, embedToken, clientToken, ticket, session, apiKey, signedToken };
  });

  const concrete = (path: string): string => path.replace('{id}', 'ws_none').replace('{slug}', 'nobodys-tool');

  /** Asks the route; where it takes a body it gets a broken one, which a refused credential must never come to. */
  function askRoute({ method, path }: DescribedRoute, headers: Record<string, string>): Promise<Answer> {
    const takesBody = method === 'POST' || method === 'PATCH';
    return scenario.ask({ method, url: concrete(path), headers, ...(takesBody ? { text: '{"broken' } : {}) });
  }

  const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

  it.each<
    [string, (held: Credentials) => Record<string, string>, 'missing_auth' | 'invalid_token' | 'mixed_auth', string]
  >([
    ['no credential', () => ({}), 'missing_auth', 'no_credential'],
    ['an embed token as bearer', (held) => bearer(held.embedToken), 'invalid_token', 'wrong_class: embed_token'],
    ['a client token as bearer', (held) => bearer(held.clientToken), 'invalid_token', 'wrong_class: client_token'],
    ['a ticket as bearer', (held) => bearer(held.ticket), 'invalid_token', 'wrong_class: embed_ticket'],
    ['a session as bearer', (held) => bearer(held.session), 'invalid_token', 'no_identity_provider'],
    ['garbage as bearer', () => bearer('open-sesame'), 'invalid_token', 'malformed'],
    ['half an owner key', (held) => bearer(held.ownerKey.slice(0, 30)), 'invalid_token', 'malformed'],
    ['an owner key in capitals', (held) => bearer(held.ownerKey.toUpperCase()), 'invalid_token', 'malformed'],
    [
      'an embed token in its own header',
      (held) => ({ 'x-microapp-embed-token': held.embedToken }),
      'missing_auth',
      'only x-microapp-embed-token',
    ],
    [
      'an owner key in the header of embed tokens',
      (held) => ({ 'x-microapp-embed-token': held.ownerKey }),
      'missing_auth',
      'only x-microapp-embed-token',
    ],
    ['an API key in its own header', (held) => ({ 'x-api-key': held.apiKey }), 'missing_auth', 'only x-api-key'],
    ['an API key as bearer', (held) => bearer(held.apiKey), 'invalid_token', 'malformed'],
    [
      'a signed token in its own header',
      (held) => ({ 'x-embed-token': held.signedToken }),
      'missing_auth',
      'only x-embed-token',
    ],
    ['a signed token as bearer', (held) => bearer(held.signedToken), 'invalid_token', 'malformed'],
    ['an owner key as API key', (held) => ({ 'x-api-key': held.ownerKey }), 'missing_auth', 'only x-api-key'],
    [
      'an owner key as password',
      (held) => ({ authorization: `Basic ${held.ownerKey}` }),
      'missing_auth',
      'no_credential',
    ],
    ['an owner key in a cookie', (held) => ({ cookie: `key=${held.ownerKey}` }), 'missing_auth', 'no_credential'],
    [
      'an owner key beside an embed token',
      (held) => ({ ...bearer(held.ownerKey), 'x-microapp-embed-token': held.embedToken }),
      'mixed_auth',
      'bearer and x-microapp-embed-token',
    ],
    [
      'an owner key twice, as bearer and as API key',
      (held) => ({ ...bearer(held.ownerKey), 'x-api-key': held.ownerKey }),
      'mixed_auth',
      'bearer and x-api-key',
    ],
  ])('refuses %s, before it looks at the body', async (_, headersOf, code, reason) => {
    const before = await scenario.rows();
    scenario.clock.advance(1);
    for (const route of routes) {
      const answer = await askRoute(route, headersOf(credentials));
      expect(refusalOf(answer), `${route.method} ${route.path}`).toEqual({ status: 401, code });
      await expectRefusalLine(scenario, answer, { status: 401, code, reason });
    }
    expect(await scenario.rows()).toBe(before);
  });

  it('refuses a client token however it is sent, and so does every embed route (H14)', async () => {
    const all = (await describedRoutes(scenario)).filter(({ scope }) => scope !== 'public');
    expect(new Set(all.map(({ scope }) => scope)).size).toBe(3);
    const { clientToken } = credentials;
    for (const route of all) {
      for (const headers of [
        bearer(clientToken),
        { 'x-microapp-embed-token': clientToken },
        { 'x-api-key': clientToken },
      ]) {
        for (const query of ['', '?embed=1']) {
          const { method, path } = route;
          const answer = await scenario.ask({ method, url: `${concrete(path)}${query}`, headers });
          expect(answer.status, `${method} ${path}${query} ${Object.keys(headers).join()}`).toBe(401);
        }
      }
    }
    const [redeemed, refreshed] = [
      await scenario.ask({
        method: 'POST',
        url: '/v1/embed/sessions/redeem',
        body: { ticket: clientToken, parentOrigin: origin },
      }),
      await scenario.ask({ method: 'POST', url: '/v1/embed/sessions/refresh', headers: bearer(clientToken) }),
    ];
    expect([redeemed.status, refreshed.status]).toEqual([401, 401]);
  });

  it('and every embed route tell owner keys from embed tokens by prefix and table, and refuse each in the place of the other (K19, K71)', async () => {
    const { ownerKey, embedToken } = credentials;
    expect([ownerKey.slice(0, 3), embedToken.slice(0, 5)]).toEqual(['mk_', 'mtok_']);
    const embedRoutes = (await describedRoutes(scenario)).filter(({ scope }) => scope === 'embed');
    expect(embedRoutes.length).toBeGreaterThan(2);
    for (const { method, path } of embedRoutes) {
      const headers = { 'x-microapp-embed-token': ownerKey };
      const answer = await scenario.ask({ method, url: `${concrete(path)}?embed=1`, headers });
      expect(answer.body).toMatchObject({ code: 'invalid_token', hint: expect.stringContaining('owner key') });
      expect(await scenario.accessLog(answer.body.requestId)).toMatchObject([{ reason: 'wrong_class: owner_key' }]);
    }
    for (const route of routes) {
      const answer = await askRoute(route, bearer(embedToken));
      expect(answer.body).toMatchObject({ code: 'invalid_token', hint: expect.stringContaining('embed token') });
      expect(await scenario.accessLog(answer.body.requestId)).toMatchObject([{ reason: 'wrong_class: embed_token' }]);
    }
    const keysIn = async (table: string, id: string): Promise<number> =>
      (await scenario.database.admin.query(`select from ${table} where id = $1`, [id])).length;
    expect([await keysIn('owner_keys', owner.keyId), await keysIn('embed_tokens', owner.keyId)]).toEqual([1, 0]);
  });

  describe('called from a browser', () => {
    it('refuses a foreign page, whatever key was pasted into it (K47, M11)', async () => {
      const before = await scenario.rows();
      scenario.clock.advance(1);
      for (const route of routes) {
        const answer = await askRoute(route, { ...bearer(owner.key), origin });
        expect(refusalOf(answer), `${route.method} ${route.path}`).toEqual({ status: 403, code: 'origin_not_allowed' });
        await expectRefusalLine(scenario, answer, {
          status: 403,
          code: 'origin_not_allowed',
          reason: 'management_from_foreign_origin',
          credentialId: owner.keyId,
        });
      }
      expect(await scenario.rows()).toBe(before);
    });

    it.each([
      ['the origin null', { origin: 'null' }],
      ['our host with another scheme', { origin: ownUrl.replace('https:', 'http:') }],
      ['our host with another port', { origin: `${ownUrl}:8443` }],
      ['our host with a dot behind it', { origin: `${ownUrl}.` }],
      ['our host as the beginning of another', { origin: `${ownUrl}.evil.example` }],
      ['our address with a slash', { origin: `${ownUrl}/` }],
      ['a page of the same site', { origin: 'https://other.example.test', 'sec-fetch-site': 'same-site' }],
      ['a page that the browser calls foreign', { origin, 'sec-fetch-site': 'cross-site' }],
      ['a page that the browser calls nothing', { origin, 'sec-fetch-site': 'none' }],
    ])('refuses %s', async (_, headers) => {
      const answer = await scenario.ask({ url: '/v1/me', headers: { ...bearer(owner.key), ...headers } });
      expect(refusalOf(answer)).toEqual({ status: 403, code: 'origin_not_allowed' });
    });

    it.each([
      ['without an origin, as servers call', {}],
      ['from our own pages', { origin: ownUrl }],
      ["from a page of the same origin, as behind an owner's proxy", { origin, 'sec-fetch-site': 'same-origin' }],
      ['by navigation, which has no origin', { 'sec-fetch-site': 'none' }],
    ])('answers %s (M11)', async (_, headers) => {
      await expectStatus(scenario.ask({ url: '/v1/me', headers: { ...bearer(owner.key), ...headers } }), 200);
    });

    it('tells a foreign page nothing about a key that is no good', async () => {
      const answer = await scenario.ask({ url: '/v1/me', headers: { ...bearer('mk_unknown'), origin } });
      expect(refusalOf(answer)).toEqual({ status: 401, code: 'invalid_token' });
    });

    it('never sends a CORS header, not to a preflight either', async () => {
      const preflight = {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      };
      for (const route of routes) {
        for (const asked of [
          await askRoute(route, { ...bearer(owner.key), origin }),
          await askRoute(route, { ...bearer(owner.key), origin: ownUrl }),
          await scenario.ask({ method: 'OPTIONS', url: concrete(route.path), headers: preflight }),
        ]) {
          expect(Object.keys(asked.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
        }
      }
    });
  });

  it('answers a method that it does not take with 405 and the ones that it takes', async () => {
    // One that signs in stands at the address of those that need it.
    const byPath = Map.groupBy(await describedRoutes(scenario), ({ path }) => path);
    for (const path of new Set(routes.map((route) => route.path))) {
      const those = byPath.get(path) ?? [];
      const allowed: string[] = those.map(({ method }) => method);
      const taken = allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed;
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
        if (taken.includes(method)) continue;
        const answer = await scenario.ask({ method, url: concrete(path) });
        expect(refusalOf(answer), `${method} ${path}`).toEqual({ status: 405, code: 'method_not_allowed' });
        expect((answer.headers['allow'] ?? '').split(', ').toSorted()).toEqual(taken.toSorted());
      }
    }
  });

  it.each(['/v1', '/v1/', '/v1/nothing', '/v1/workspaces/ws_none/nothing', '/api/nothing', '/nothing'])(
    'leaves %s to nobody: 404 as JSON',
    async (url) => {
      const refusal = await expectUnloggedRefusal(scenario, () => owner.ask({ url }), {
        status: 404,
        code: 'not_found',
      });
      expect(refusal.headers['content-type']).toContain('application/json');
    },
  );

  describe('that takes a body', () => {
    const json = 'application/json';
    const create = (ask: Partial<Ask>): Promise<Answer> => owner.ask({ method: 'POST', url: '/v1/workspaces', ...ask });

    it.each([
      ['broken JSON', '{"name":', json, 400, 'validation_failed'],
      ['an empty text', '', json, 400, 'validation_failed'],
      ['JSON with something behind it', '{"name":"a"} x', json, 400, 'validation_failed'],
      ['a prototype', '{"name":"a","__proto__":{"status":"disabled"}}', json, 400, 'validation_failed'],
      [
        'a deeper prototype',
        '{"name":"a","attributes":{"constructor":{"prototype":{}}}}',
        json,
        400,
        'validation_failed',
      ],
      ['null', 'null', json, 400, 'validation_failed'],
      ['a text', '"name"', json, 400, 'validation_failed'],
      ['plain text', '{"name":"a"}', 'text/plain', 415, 'unsupported_media_type'],
      ['a form', 'name=a', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
      ['no media type that there is', '{"name":"a"}', 'nonsense', 415, 'unsupported_media_type'],
    ] as const)('refuses %s', async (_, text, type, status, code) => {
      await expectUnloggedRefusal(scenario, () => create({ text, headers: { 'content-type': type } }), {
        status,
        code,
      });
    });

    it('refuses one that is missing', async () => {
      await expectUnloggedRefusal(scenario, () => create({}), { status: 400, code: 'validation_failed' });
    });

    it('takes 64 KiB and refuses a byte more; a spec may have 512 KiB', async () => {
      const bodyOf = (bytes: number): string => {
        const frame = '{"name":"a","attributes":{"a":""}}';
        return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
      };
      await expectStatus(create({ text: bodyOf(64 * 1024) }), 201);
      const tooLarge = { status: 413, code: 'payload_too_large' } as const;
      await expectUnloggedRefusal(scenario, () => create({ text: bodyOf(64 * 1024 + 1) }), tooLarge);
      const spec = (bytes: number): Ask => ({
        method: 'PATCH',
        url: '/v1/apps/loan-calculator',
        body: { spec: 'x'.repeat(bytes - 11) },
      });
      await expectUnloggedRefusal(scenario, () => owner.ask(spec(512 * 1024)), {
        status: 400,
        code: 'validation_failed',
      });
      await expectUnloggedRefusal(scenario, () => owner.ask(spec(512 * 1024 + 1)), tooLarge);
    });
  });

  describe('that lists', () => {
    const lists = (): string[] => {
      const found = routes.filter(({ method, queryNames }) => method === 'GET' && queryNames.includes('cursor'));
      expect(found.length).toBeGreaterThan(7);
      return found.map(({ path }) =>
        path.replace('{id}', scenario.owner.workspaceId).replace('{slug}', 'loan-calculator'),
      );
    };
    const cursorOf = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const time = '2026-03-02T10:00:00.000Z';

    it.each(['limit=0', 'limit=201', 'limit=-1', 'limit=1.5', 'limit=', 'limit=many', 'limit=01', 'limit=1&limit=2'])(
      'refuses %s',
      async (query) => {
        for (const list of lists()) {
          const answer = await owner.ask({ url: `${list}?${query}` });
          expect(refusalOf(answer), list).toEqual({ status: 400, code: 'validation_failed' });
          expect(answer.body.issues).toContainEqual({ path: 'limit', message: expect.any(String) });
        }
      },
    );

    it('takes 1 to 200, and 50 when not told', async () => {
      for (const list of lists()) {
        for (const query of ['', '?limit=1', '?limit=200']) await expectStatus(owner.ask({ url: list + query }), 200);
      }
      const lister = await scenario.anotherOwner();
      for (let count = 0; count < 51; count++) await lister.workspace();
      expect((await lister.ask({ url: '/v1/workspaces' })).body.data).toHaveLength(50);
      expect((await lister.ask({ url: '/v1/workspaces?limit=200' })).body.data).toHaveLength(51);
    });

    it.each([
      ['no JSON', 'abc'],
      ['an object', Buffer.from('{"at":1}').toString('base64url')],
      ['parts of the wrong type', cursorOf(5, '1')],
      ['too few parts', cursorOf(time)],
      ['a time that is none', cursorOf('yesterday', '1')],
      ['a time that no database knows', cursorOf('+275760-09-13T00:00:00.000Z', '1')],
      ['a time before there were databases', cursorOf('-271821-04-20T00:00:00.000Z', '1')],
      ['an id with a NUL character', cursorOf(time, 'ws_a\0')],
      ['an id with SQL in it', cursorOf(time, "' or true --")],
      ['an id without end', cursorOf(time, `ws_${'a'.repeat(200)}`)],
      ['nothing', ''],
      ['400 characters and one', 'a'.repeat(401)],
    ])('refuses a cursor of %s', async (_, cursor) => {
      for (const list of lists()) {
        const answer = await owner.ask({ url: `${list}?cursor=${cursor}` });
        expect(refusalOf(answer), `${list} ${answer.text}`).toEqual({ status: 400, code: 'validation_failed' });
        expect(answer.body.issues).toEqual([{ path: 'cursor', message: expect.any(String) }]);
      }
    });

    it('refuses a cursor of another list where ids are numbers', async () => {
      const answer = await owner.ask({ url: `/v1/access-log?cursor=${cursorOf(time, 'ws_1')}` });
      expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed' });
    });
  });

  describe('names its request', () => {
    const idOf = async (sent: Record<string, string>): Promise<string | undefined> =>
      (await owner.ask({ url: '/v1/me', headers: sent })).headers['x-request-id'];

    it.each(['checkout-42', 'A1b2C3d4', 'f47ac10b-58cc-4372-a567-0e02b2c3d479', 'a'.repeat(64)])(
      'as the caller did: %s',
      async (id) => {
        expect(await idOf({ 'x-request-id': id })).toBe(id);
      },
    );

    it.each([
      ['too short', 'abc'],
      ['too long', 'a'.repeat(65)],
      ['with a space', 'two words here'],
      ['with a line feed in disguise', 'abcdefgh%0aset-cookie'],
      ['with markup', '<script>alert(1)</script>'],
    ])('with an id of its own when the caller sends one %s', async (_, id) => {
      expect(await idOf({ 'x-request-id': id })).toMatch(/^req_[0-9A-Za-z]{22}$/);
    });

    it('with an id of its own when the caller sends a credential, which no log then holds', async () => {
      for (const credential of Object.values(credentials)) {
        expect(await idOf({ 'x-request-id': credential })).toMatch(/^req_[0-9A-Za-z]{22}$/);
      }
      expect(scenario.logged()).not.toContain(credentials.embedToken);
      expect(scenario.logged()).not.toContain(credentials.apiKey);
    });

    it('with a new id each time when the caller sends none, and repeats it in a refusal', async () => {
      const ids = [await idOf({}), await idOf({})];
      expect(new Set(ids).size).toBe(2);
      const refusal = await scenario.ask({ url: '/v1/me' });
      expect(refusal.body.requestId).toBe(refusal.headers['x-request-id']);
    });
  });
});
