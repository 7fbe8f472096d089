import { createHmac, generateKeyPairSync, randomUUID, sign as signBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIdentityProvider, subject, type TestIdentityProvider } from '../../testing/identity-provider.ts';
import { expectRefusal } from '../../testing/refusal.ts';
import {
  describeApp,
  describeAppOnce,
  expectStatus,
  ownUrl,
  refusalOf,
  type Answer,
  type Ask,
  type Scenario,
} from '../../testing/scenario.ts';

const inTenMinutes = (scenario: Scenario): number => Math.floor(scenario.clock.now() / 1000) + 600;

function askerOf(scenario: Scenario) {
  return (token: string, asked: Ask = { url: '/v1/me' }): Promise<Answer> =>
    scenario.ask({ ...asked, headers: { authorization: `Bearer ${token}`, ...asked.headers } });
}

describeApp('a person with an access token', (open) => {
  let provider: TestIdentityProvider;
  let scenario: Scenario;
  let askAs: ReturnType<typeof askerOf>;

  beforeAll(async () => {
    provider = await startIdentityProvider();
    scenario = await open({ settings: provider.env });
    // The provider goes by the real time.
    scenario.clock.setNow(Date.now());
    askAs = askerOf(scenario);
  });
  afterAll(() => provider.close());

  it('manages as what the token says, for the first owner', async () => {
    const { body } = await expectStatus(askAs(await provider.token({ roles: ['developer', 'viewer'] })), 200);
    expect(body).toEqual({
      class: 'oidc_user',
      credentialId: subject,
      ownerId: scenario.owner.id,
      role: 'developer',
      permissions: expect.arrayContaining(['embed-tokens:write']),
    });
    expect(body.permissions).not.toContain('owner-keys:read');
  });

  it.each([
    ['a list', { roles: ['viewer', 'admin', 'something-else'] }, 'admin'],
    ['one word', { roles: 'viewer' }, 'viewer'],
  ])('has the highest role of %s', async (_, claims, role) => {
    const { body } = await expectStatus(askAs(await provider.token(claims)), 200);
    expect(body.role).toBe(role);
  });

  it.each([
    ['no roles at all', {}],
    ['no role of ours', { roles: ['owner', 'Admin', 'administrator'] }],
    ['roles in one word', { roles: 'viewer admin' }],
    ['a role that is no word', { roles: [{ name: 'admin' }, ['admin'], true] }],
    ['roles under another name', { role: 'admin', groups: ['admin'] }],
  ])('is refused with %s', async (_, claims) => {
    const token = await provider.token(claims);
    await expectRefusal(scenario, () => askAs(token), {
      status: 403,
      code: 'permission_denied',
      reason: 'no_role',
      credentialId: subject,
    });
  });

  it('makes, rotates and revokes embed tokens as a developer, and can do nothing about them as a viewer (K51)', async () => {
    const developer = await provider.token({ roles: 'developer' });
    const viewer = await provider.token({ roles: 'viewer' });
    const { id: workspaceId } = await scenario.owner.workspace();
    const create: Ask = {
      method: 'POST',
      url: `/v1/workspaces/${workspaceId}/embed-tokens`,
      body: { apps: ['loan-calculator'], permissions: ['tool:run'] },
    };
    const made = await expectStatus(askAs(developer, create), 201);
    expect(made.body.token).toMatch(/^mtok_/);
    const rotate: Ask = { method: 'POST', url: `/v1/embed-tokens/${made.body.id}/rotate` };
    const revoke: Ask = { method: 'DELETE', url: `/v1/embed-tokens/${made.body.id}` };
    for (const asked of [create, rotate, revoke]) {
      const refusal = await expectRefusal(scenario, () => askAs(viewer, asked), {
        status: 403,
        code: 'permission_denied',
        reason: 'needs_role developer',
        credentialId: subject,
      });
      expect(refusal.body.hint).toBe('It takes the role "developer".');
    }
    const seen = await expectStatus(askAs(viewer, { url: `/v1/embed-tokens/${made.body.id}` }), 200);
    expect(seen.text).not.toContain('mtok_');
    await expectStatus(askAs(developer, rotate), 200);
    await expectStatus(askAs(developer, revoke), 204);
  });

  it.each<[string, Pick<Ask, 'method' | 'url' | 'body'>]>([
    ['list', { url: '/v1/api-keys' }],
    ['creation', { method: 'POST', url: '/v1/api-keys', body: { name: 'x', scope: 'readonly', appIds: ['my-app'] } }],
    ['change', { method: 'PATCH', url: '/v1/api-keys/{id}', body: { name: 'y' } }],
    ['revocation', { method: 'DELETE', url: '/v1/api-keys/{id}' }],
    ['list of owner keys', { url: '/v1/owner-keys' }],
  ])(
    'reaches API keys as admin only, for their %s: 401 without a token or with an API key, 403 for other roles (U6)',
    async (_, { url, ...rest }) => {
      const { id, key } = await scenario.owner.apiKey({ scope: 'interactive' });
      const asked: Ask = { ...rest, url: url.replace('{id}', id) };
      for (const headers of [{}, { 'x-api-key': key }]) {
        expect(refusalOf(await scenario.ask({ ...asked, headers }))).toEqual({ status: 401, code: 'missing_auth' });
      }
      const asBearer = { ...asked, headers: { authorization: `Bearer ${key}` } };
      expect(refusalOf(await scenario.ask(asBearer))).toEqual({ status: 401, code: 'invalid_token' });
      for (const roles of ['viewer', 'developer']) {
        const refused = await askAs(await provider.token({ roles }), asked);
        expect(refusalOf(refused)).toEqual({ status: 403, code: 'permission_denied' });
      }
      expect([200, 201, 204]).toContain((await askAs(await provider.token({ roles: 'admin' }), asked)).status);
    },
  );

  it('stands in the audit trail under the name that the provider knows', async () => {
    const admin = await provider.token({ roles: 'admin' });
    scenario.clock.advance(1);
    const made = await expectStatus(askAs(admin, { method: 'POST', url: '/v1/owner-keys', body: { label: 'x' } }), 201);
    const trail = await expectStatus(askAs(admin, { url: '/v1/audit?limit=1' }), 200);
    expect(trail.body.data).toMatchObject([
      {
        event: 'owner-key.issued',
        targetId: made.body.id,
        actorClass: 'oidc_user',
        actorId: subject,
        requestId: made.headers['x-request-id'],
      },
    ]);
  });

  it('finds own refusals in the access log by that name', async () => {
    const token = await provider.token({ roles: 'viewer' });
    scenario.clock.advance(1);
    const refused = await askAs(token, { url: '/v1/owner-keys' });
    await scenario.flush();
    const { body } = await expectStatus(askAs(token, { url: `/v1/access-log?credentialId=${subject}&limit=1` }), 200);
    expect(body.data).toMatchObject([
      { requestId: refused.body.requestId, credentialClass: 'oidc_user', reason: 'needs_role admin' },
    ]);
    const others = await expectStatus(askAs(token, { url: '/v1/access-log?credentialId=somebody-else' }), 200);
    expect(others.body.data).toEqual([]);
  });

  it('may use a token until it expires, to the second', async () => {
    const token = await provider.sign({ roles: 'admin', exp: inTenMinutes(scenario) });
    const before = scenario.clock.now();
    const endsAt = inTenMinutes(scenario) * 1000;
    await expectStatus(askAs(token), 200);
    scenario.clock.setNow(endsAt - 1);
    await expectStatus(askAs(token), 200);
    scenario.clock.setNow(endsAt);
    await expectRefusal(scenario, () => askAs(token), {
      status: 401,
      code: 'invalid_token',
      reason: 'access_token: expired',
      credentialId: subject,
    });
    scenario.clock.setNow(before);
  });

  it('is out as soon as the owner is disabled, and back when enabled', async () => {
    const token = await provider.token({ roles: 'admin' });
    const setStatus = (status: string): Promise<unknown> =>
      scenario.database.admin.query('update owners set status = $1 where id = $2', [status, scenario.owner.id]);
    await expectStatus(askAs(token), 200);
    await setStatus('disabled');
    await expect.poll(async () => (await askAs(token)).status).toBe(401);
    await expectRefusal(scenario, () => askAs(token), {
      status: 401,
      code: 'invalid_token',
      reason: 'owner_disabled',
      credentialId: subject,
    });
    await setStatus('active');
    await expect.poll(async () => (await askAs(token)).status).toBe(200);
  });
});

describeAppOnce('an access token', (open) => {
  let provider: TestIdentityProvider;
  let scenario: Scenario;
  let askAs: ReturnType<typeof askerOf>;

  beforeAll(async () => {
    provider = await startIdentityProvider();
    scenario = await open({ settings: provider.env });
    scenario.clock.setNow(Date.now());
    askAs = askerOf(scenario);
  });
  afterAll(() => provider.close());

  const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const good = (): Record<string, unknown> => ({
    iss: provider.issuer,
    aud: provider.env['OIDC_AUDIENCE'],
    sub: subject,
    roles: 'admin',
    exp: inTenMinutes(scenario),
  });
  const publicKeyText = async (): Promise<string> => (await fetch(`${provider.issuer}/jwks`)).text();

  it('by the provider, of which all those below are spoiled copies, is good', async () => {
    const { exp } = good();
    await expectStatus(askAs(await provider.sign({ roles: 'admin', exp })), 200);
    await expectStatus(askAs(await provider.sign({ roles: 'admin', exp }, { typ: 'JWT' })), 200);
    await expectStatus(askAs(await provider.sign({ roles: 'admin', exp }, { typ: 'application/at+JWT' })), 200);
    await expectStatus(askAs(await provider.sign({ roles: 'admin', exp, typ: 'Bearer' })), 200);
    await expectStatus(askAs(await provider.sign({ roles: 'admin', exp, aud: ['other', good()['aud']] })), 200);
    await expectStatus(askAs(await provider.sign({ roles: 'admin', exp, nbf: Number(exp) - 571 })), 200);
  });

  const claim = (name: string): string => `access_token: claim ${name}`;

  it.each<[string, Record<string, unknown>, string]>([
    ['for another audience', { aud: 'https://apps.example.test/elsewhere' }, claim('aud')],
    ['for no audience', { aud: undefined }, claim('aud')],
    ['for its client, as an ID token is', { aud: subject }, claim('aud')],
    ['of another issuer', { iss: 'https://login.example.com' }, 'access_token: another issuer'],
    ['of an issuer with a slash more', { iss: '{issuer}/' }, 'access_token: another issuer'],
    ['of no issuer', { iss: undefined }, 'access_token: another issuer'],
    ['without an expiry', { exp: undefined }, claim('exp')],
    ['with an expiry that is no number', { exp: '9999999999' }, claim('exp')],
    ['about nobody', { sub: undefined }, claim('sub')],
    ['about a name without end', { sub: 'x'.repeat(256) }, 'access_token: subject'],
    ['about a name that is no text', { sub: 5 }, 'access_token: subject'],
    ['about a name that no log can hold', { sub: 'a\0b' }, 'access_token: subject'],
    ['that hashes another token, as an ID token does', { at_hash: 'x' }, 'access_token: no access token'],
    ['that says it is an ID token', { typ: 'ID' }, 'access_token: no access token'],
    ['that says it is a refresh token', { typ: 'Refresh' }, 'access_token: no access token'],
    ['that tells of a logout', { events: {} }, 'access_token: no access token'],
    ['that is bound to a key of its holder', { cnf: { jkt: 'x' } }, 'access_token: sender-constrained'],
  ])('%s is refused', async (_, claims, reason) => {
    const spoiled = { ...claims, ...(claims['iss'] === '{issuer}/' ? { iss: `${provider.issuer}/` } : {}) };
    const token = await provider.sign({ ...good(), ...spoiled });
    const refusal = await expectRefusal(scenario, () => askAs(token), { status: 401, code: 'invalid_token', reason });
    expect(refusal.body.hint).toContain('access token of the identity provider');
  });

  it('that is not valid yet is refused, but for half a minute between two clocks', async () => {
    const now = Math.floor(scenario.clock.now() / 1000);
    await expectStatus(askAs(await provider.sign({ ...good(), nbf: now + 25 })), 200);
    const early = await provider.sign({ ...good(), nbf: now + 35 });
    await expectRefusal(scenario, () => askAs(early), { status: 401, code: 'invalid_token', reason: claim('nbf') });
  });

  it('that has expired is refused and told to its owner', async () => {
    const token = await provider.sign({ ...good(), exp: Math.floor(scenario.clock.now() / 1000) - 1 });
    const refusal = await expectRefusal(scenario, () => askAs(token), {
      status: 401,
      code: 'invalid_token',
      reason: 'access_token: expired',
      credentialId: subject,
    });
    const [line] = await scenario.accessLog(refusal.body.requestId);
    expect(line).toMatchObject({ owner_id: scenario.owner.id, credential_class: 'oidc_user' });
  });

  it.each<[string, () => string | Promise<string>, string]>([
    [
      'without a signature, by the algorithm none',
      () => `${base64url({ alg: 'none', typ: 'at+jwt' })}.${base64url(good())}.`,
      'access_token: algorithm',
    ],
    [
      'with the public key as a shared secret',
      async () => {
        const { keys } = JSON.parse(await publicKeyText());
        const signed = `${base64url({ alg: 'HS256', typ: 'at+jwt', kid: keys[0].kid })}.${base64url(good())}`;
        return `${signed}.${createHmac('sha256', await publicKeyText())
          .update(signed)
          .digest('base64url')}`;
      },
      'access_token: algorithm',
    ],
    [
      'that brings its own key',
      async () => {
        const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        const { keys } = JSON.parse(await publicKeyText());
        const jwk = publicKey.export({ format: 'jwk' });
        const signed = `${base64url({ alg: 'RS256', typ: 'at+jwt', kid: keys[0].kid, jwk })}.${base64url(good())}`;
        return `${signed}.${signBytes('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
      },
      'access_token: ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    ],
    [
      'with other claims than were signed',
      async () => {
        const [header, , signature] = (await provider.sign(good())).split('.');
        return `${header}.${base64url({ ...good(), sub: 'somebody-else' })}.${signature}`;
      },
      'access_token: ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    ],
    [
      'by a key that nobody knows',
      () => provider.sign(good(), { kid: randomUUID() }),
      'access_token: ERR_JWKS_NO_MATCHING_KEY',
    ],
    [
      'with a critical extension',
      async () => {
        const [, claims, signature] = (await provider.sign(good())).split('.');
        const header = { alg: 'RS256', typ: 'at+jwt', crit: ['exp'], exp: 1 };
        return `${base64url(header)}.${claims}.${signature}`;
      },
      'access_token: ERR_JOSE_NOT_SUPPORTED',
    ],
    ['that is a logout token', () => provider.sign(good(), { typ: 'logout+jwt' }), 'access_token: type'],
    [
      'whose type is no text',
      () => `${base64url({ alg: 'RS256', typ: 5 })}.${base64url(good())}.x`,
      'access_token: malformed',
    ],
    ['whose claims are a list', () => `${base64url({ alg: 'RS256' })}.${base64url([1])}.x`, 'access_token: malformed'],
    ['of three dots and nothing', () => 'a.b.c', 'access_token: malformed'],
    ['without end', () => provider.sign({ ...good(), padding: 'x'.repeat(7000) }), 'access_token: too long'],
    [
      'that is one of our sessions',
      async () => {
        const workspace = await scenario.owner.workspace();
        const surface = await scenario.owner.surface(workspace.id);
        return (await scenario.session(surface, 'https://shop.example')).token;
      },
      'access_token: type',
    ],
  ])('%s is refused', async (_, tokenOf, reason) => {
    const token = await tokenOf();
    await scenario.flush();
    const refusal = await expectRefusal(scenario, () => askAs(token), { status: 401, code: 'invalid_token', reason });
    expect(refusal.body.hint).toContain('access token of the identity provider');
  });

  it.each<[string, (token: string) => Ask]>([
    ['as an embed token', (token) => ({ url: '/v1/embed/me?embed=1', headers: { 'x-microapp-embed-token': token } })],
    ['as an embed session', (token) => ({ url: '/v1/embed/me', headers: { authorization: `Bearer ${token}` } })],
    ['as an API key', (token) => ({ url: '/v1/me', headers: { 'x-api-key': token } })],
    ['as a cookie', (token) => ({ url: '/v1/me', headers: { cookie: `token=${token}` } })],
    [
      'beside an embed token',
      (token) => ({ url: '/v1/me', headers: { authorization: `Bearer ${token}`, 'x-microapp-embed-token': 'x' } }),
    ],
  ])('%s is nothing', async (_, ask) => {
    const token = await provider.token({ roles: 'admin' });
    expect((await scenario.ask(ask(token))).status).toBe(401);
  });

  describe('from a browser', () => {
    it.each([
      ['a foreign page', { origin: 'https://shop.example' }],
      ['a sandboxed page', { origin: 'null' }],
      [
        'a page that the browser calls of the same site',
        { origin: 'https://x.example.test', 'sec-fetch-site': 'same-site' },
      ],
    ])('is refused to %s', async (_, headers) => {
      const token = await provider.token({ roles: 'admin' });
      await expectRefusal(scenario, () => askAs(token, { url: '/v1/me', headers }), {
        status: 403,
        code: 'origin_not_allowed',
        reason: 'management_from_foreign_origin',
        credentialId: subject,
      });
    });

    it.each([
      ['our own pages', { origin: ownUrl }],
      ['a page of the same origin', { origin: 'https://proxy.example', 'sec-fetch-site': 'same-origin' }],
    ])('is good from %s', async (_, headers) => {
      await expectStatus(askAs(await provider.token({ roles: 'admin' }), { url: '/v1/me', headers }), 200);
    });
  });

  it('is in no log and in no row', async () => {
    const token = await provider.token({ roles: 'admin' });
    await expectStatus(askAs(token, { method: 'POST', url: '/v1/workspaces', body: { name: 'x' } }), 201);
    await askAs(token, { url: '/v1/me', headers: { origin: 'https://shop.example' } });
    const [, , signature = token] = token.split('.');
    expect(`${scenario.logged()}${await scenario.rows()}`).not.toContain(signature);
  });
});

describeAppOnce('access tokens that name their owner', (open) => {
  let provider: TestIdentityProvider;
  let scenario: Scenario;
  let askAs: ReturnType<typeof askerOf>;

  beforeAll(async () => {
    provider = await startIdentityProvider();
    scenario = await open({
      settings: {
        ...provider.env,
        OIDC_ROLE_CLAIM: 'realm_access.roles',
        OIDC_OWNER_CLAIM: 'https://apps.example.test/owner',
      },
    });
    scenario.clock.setNow(Date.now());
    askAs = askerOf(scenario);
  });
  afterAll(() => provider.close());

  const tokenFor = (owner: unknown, role = 'admin'): Promise<string> =>
    provider.token({ 'https://apps.example.test/owner': owner, realm_access: { roles: [role] } });

  it('are for that owner and for no other', async () => {
    const other = await scenario.anotherOwner();
    const workspace = await other.workspace({ name: 'Theirs' });
    const [mine, theirs] = [await tokenFor(scenario.owner.id), await tokenFor(other.id)];
    expect((await askAs(mine)).body).toMatchObject({ ownerId: scenario.owner.id, role: 'admin' });
    expect((await askAs(theirs)).body).toMatchObject({ ownerId: other.id, role: 'admin' });
    const asked: Ask = { url: `/v1/workspaces/${workspace.id}` };
    await expectStatus(askAs(theirs, asked), 200);
    expect(refusalOf(await askAs(mine, asked))).toEqual({ status: 404, code: 'not_found' });
    const list = await expectStatus(askAs(mine, { url: '/v1/workspaces?limit=200' }), 200);
    expect(list.text).not.toContain('Theirs');
  });

  it.each([
    ['nobody', undefined],
    ['an owner that does not exist', `own_${'0'.repeat(22)}`],
    ['an empty name', ''],
    ['a workspace', `ws_${'0'.repeat(22)}`],
    ['a list', [`own_${'0'.repeat(22)}`]],
    ['words of SQL', "own_' or '1'='1"],
    ['a name without end', `own_${'0'.repeat(5000)}`],
  ])('are refused when they name %s, whatever their role', async (_, owner) => {
    const token = await tokenFor(owner);
    await expectRefusal(scenario, () => askAs(token), {
      status: 401,
      code: 'invalid_token',
      reason: 'owner_unknown',
      credentialId: subject,
    });
  });

  it('do not get their role from anywhere but the claim that the settings name', async () => {
    const token = await provider.token({ 'https://apps.example.test/owner': scenario.owner.id, roles: ['admin'] });
    expect(refusalOf(await askAs(token))).toEqual({ status: 403, code: 'permission_denied' });
  });
});

describeAppOnce('an identity provider', (open) => {
  let provider: TestIdentityProvider;
  let scenario: Scenario;
  let askAs: ReturnType<typeof askerOf>;

  beforeAll(async () => {
    provider = await startIdentityProvider();
    scenario = await open({ settings: provider.env });
    scenario.clock.setNow(Date.now());
    askAs = askerOf(scenario);
  });
  afterAll(() => provider.close());

  it('is asked for its keys once, however many requests wait for them', async () => {
    const before = provider.keyRequests();
    const token = await provider.token({ roles: 'admin' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => askAs(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(provider.keyRequests()).toBeLessThanOrEqual(before + 1);
  });

  it('may restart with another key: new tokens work, and old ones are dead, without a restart of ours', async () => {
    const old = await provider.token({ roles: 'admin' });
    await expectStatus(askAs(old), 200);
    await provider.changeKey();
    scenario.clock.advance(30_000);
    const fresh = await provider.token({ roles: 'admin' });
    await expectStatus(askAs(fresh), 200);
    await expectRefusal(scenario, () => askAs(old), {
      status: 401,
      code: 'invalid_token',
      reason: 'access_token: ERR_JWKS_NO_MATCHING_KEY',
    });
  });

  it('that withdraws a key ends its tokens within five minutes, though nobody shows a new one', async () => {
    const old = await provider.sign({ roles: 'admin', exp: Math.floor(scenario.clock.now() / 1000) + 3600 });
    scenario.clock.advance(30_000);
    await expectStatus(askAs(old), 200);
    await provider.changeKey();
    scenario.clock.advance(5 * 60_000);
    expect(refusalOf(await askAs(old))).toEqual({ status: 401, code: 'invalid_token' });
  });
});

describeAppOnce('an identity provider that is not there', (open) => {
  let provider: TestIdentityProvider;
  let scenario: Scenario;
  let askAs: ReturnType<typeof askerOf>;

  beforeAll(async () => {
    provider = await startIdentityProvider();
    scenario = await open({ settings: provider.env });
    scenario.clock.setNow(Date.now());
    askAs = askerOf(scenario);
  });
  afterAll(() => provider.close());

  it('costs its users a 503 and nobody else anything, and is found when it comes, without a restart', async () => {
    const token = await provider.token({ roles: 'admin' });
    await provider.pause();
    const refused = await askAs(token);
    expect(refusalOf(refused)).toEqual({ status: 503, code: 'unavailable' });
    expect(refused.headers['retry-after']).toBe('1');
    await expectStatus(scenario.owner.ask({ url: '/v1/me' }), 200);
    // What cannot be a token of that provider needs no key to be refused.
    expect(refusalOf(await askAs('a.b.c'))).toEqual({ status: 401, code: 'invalid_token' });

    await provider.resume();
    // Not asked again before its time: nobody can make us knock with each request.
    expect((await askAs(token)).status).toBe(503);
    scenario.clock.advance(1000);
    await expectStatus(askAs(token), 200);

    await provider.pause();
    scenario.clock.advance(10 * 60_000);
    const later = await provider.sign({ roles: 'admin', exp: inTenMinutes(scenario) });
    await expectStatus(askAs(later), 200);
  });
});
