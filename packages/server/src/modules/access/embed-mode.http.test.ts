import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal, outwardly, type ExpectedRefusal } from '../../testing/refusal.ts';
import {
  describeAppOnce,
  expectStatus,
  loanInputs,
  ownUrl,
  type Answer,
  type Scenario,
} from '../../testing/scenario.ts';

/** One of every kind of credential, all of one workspace, all good in their own place. */
type Credentials = {
  embedToken: string;
  otherEmbedToken: string;
  ownerKey: string;
  clientToken: string;
  ticket: string;
  session: string;
};

const header = 'x-microapp-embed-token';
const runUrl = '/api/tools/loan-calculator/run';
const damaged = (token: string): string => `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`;

describeAppOnce('the doors of the embed API', (open) => {
  let scenario: Scenario;
  let credentials: Credentials;
  let workspaceId: string;
  let embedTokenId: string;
  /** Whose line of the access log a refusal is, where the credential in the wrong place is somebody's. */
  let holders: Record<string, Pick<ExpectedRefusal, 'workspaceId' | 'credentialId'>>;

  beforeAll(async () => {
    scenario = await open();
    const { owner, ask } = scenario;
    workspaceId = (await owner.workspace()).id;
    const embedToken = await owner.embedToken(workspaceId);
    const surface = await owner.surface(workspaceId);
    embedTokenId = embedToken.id;
    const origin = 'https://shop.example';
    const { token: session } = await scenario.session(surface, origin);
    const opened = await expectStatus(
      ask({ method: 'POST', url: '/v1/embed/sessions', headers: { origin }, body: { key: surface.clientToken } }),
      201,
    );
    holders = {
      'wrong_class: owner_key': { credentialId: owner.keyId },
      'wrong_class: client_token': { workspaceId, credentialId: surface.clientTokenId },
      'wrong_class: embed_token': { workspaceId, credentialId: embedTokenId },
    };
    credentials = {
      embedToken: embedToken.token,
      otherEmbedToken: (await owner.embedToken(workspaceId)).token,
      ownerKey: owner.key,
      clientToken: surface.clientToken,
      ticket: opened.body.ticket,
      session,
    };
  });

  function run(query: string, headers: Record<string, string>): Promise<Answer> {
    return scenario.ask({ method: 'POST', url: `${runUrl}${query}`, headers, body: { inputs: loanInputs } });
  }

  it.each(['x-microapp-embed-token', 'X-Microapp-Embed-Token', 'X-MICROAPP-EMBED-TOKEN'])(
    'the embed token is taken from the header %s, whatever its case (M2, M14, K26)',
    async (name) => {
      expect((await run('?embed=1', { [name]: credentials.embedToken })).status).toBe(200);
    },
  );

  it('the same token in both headers is one credential (M55)', async () => {
    const { embedToken } = credentials;
    expect((await run('?embed=1', { [header]: embedToken, authorization: `Bearer ${embedToken}` })).status).toBe(200);
  });

  it('a session as bearer runs without embed=1', async () => {
    expect((await run('', { authorization: `Bearer ${credentials.session}` })).status).toBe(200);
  });

  it('one token works for the schema, for the run and for telling who it is (M4, M28)', async () => {
    const headers = { [header]: credentials.embedToken };
    expect((await scenario.ask({ url: '/api/tools/loan-calculator/schema?embed=1', headers })).status).toBe(200);
    expect((await run('?embed=1', headers)).status).toBe(200);
    const me = await expectStatus(scenario.ask({ url: '/v1/embed/me?embed=1', headers }), 200);
    expect(me.body).toEqual({
      class: 'embed_token',
      credentialId: embedTokenId,
      ownerId: scenario.owner.id,
      workspaceId,
      apps: ['loan-calculator'],
      permissions: ['tool:run'],
      environment: 'production',
      origin: null,
    });
  });

  describe('with embed=1', () => {
    const alone = { status: 401, code: 'missing_auth', reason: 'authorization_alone_in_embed_mode' } as const;
    it.each<[string, (held: Credentials) => string]>([
      ['an embed token', (held) => `Bearer ${held.embedToken}`],
      ['a session', (held) => `Bearer ${held.session}`],
      ['an owner key', (held) => `Bearer ${held.ownerKey}`],
      ['a client token', (held) => `Bearer ${held.clientToken}`],
      ['a password', () => 'Basic dXNlcjpwYXNzd29yZA=='],
      ['nothing', () => ''],
    ])('an Authorization header with %s is nothing when it is alone (M10, M32, M53)', async (_, authorization) => {
      const answer = await expectRefusal(
        scenario,
        () => run('?embed=1', { authorization: authorization(credentials) }),
        alone,
      );
      expect(answer.body.hint).toContain(header);
    });

    const mixed = { status: 401, code: 'mixed_auth' } as const;
    it.each<[string, (held: Credentials) => Record<string, string>, string]>([
      [
        'another embed token',
        (held) => ({ authorization: `Bearer ${held.otherEmbedToken}` }),
        'embed token and another authorization',
      ],
      ['a session', (held) => ({ authorization: `Bearer ${held.session}` }), 'embed token and another authorization'],
      [
        'an owner key',
        (held) => ({ authorization: `Bearer ${held.ownerKey}` }),
        'embed token and another authorization',
      ],
      [
        'the same token as Basic',
        (held) => ({ authorization: `Basic ${held.embedToken}` }),
        'embed token and another authorization',
      ],
      ['an empty Authorization', () => ({ authorization: '' }), 'embed token and another authorization'],
      ['an API key', () => ({ 'x-api-key': 'A'.repeat(44) }), 'embed token and x-api-key'],
      ['a signed token', () => ({ 'x-embed-token': 'e30.AAAA' }), 'embed token and x-embed-token'],
    ])('an embed token with %s beside it is refused (M55)', async (_, beside, reason) => {
      await expectRefusal(
        scenario,
        () => run('?embed=1', { [header]: credentials.embedToken, ...beside(credentials) }),
        {
          ...mixed,
          reason,
        },
      );
    });

    it.each<[string, (held: Credentials) => string, string]>([
      ['an owner key', (held) => held.ownerKey, 'wrong_class: owner_key'],
      ['a client token', (held) => held.clientToken, 'wrong_class: client_token'],
      ['a ticket', (held) => held.ticket, 'wrong_class: embed_ticket'],
      ['a session', (held) => held.session, 'malformed'],
      ['an embed token cut off by one character', (held) => held.embedToken.slice(0, -1), 'malformed'],
      ['an embed token with a wrong last character', (held) => damaged(held.embedToken), 'malformed'],
      ['an embed token in lower case', (held) => held.embedToken.toLowerCase(), 'malformed'],
      ['two embed tokens in one header', (held) => `${held.embedToken}, ${held.embedToken}`, 'malformed'],
      ['nothing in it', () => '', 'malformed'],
    ])('the embed token header with %s is refused (M10, K19, K28, K71)', async (_, token, reason) => {
      await expectRefusal(scenario, () => run('?embed=1', { [header]: token(credentials) }), {
        status: 401,
        code: 'invalid_token',
        reason,
        ...holders[reason],
      });
    });

    it('a request without any credential is told which header it needs (M53)', async () => {
      const answer = await expectRefusal(scenario, () => run('?embed=1', {}), {
        status: 401,
        code: 'missing_auth',
        reason: 'no_credential',
      });
      expect(answer.body.hint).toContain(header);
    });
  });

  describe('without embed=1', () => {
    it('an embed token in its header is refused, and told what is missing (M29, M53)', async () => {
      const answer = await expectRefusal(scenario, () => run('', { [header]: credentials.embedToken }), {
        status: 401,
        code: 'invalid_token',
        reason: 'embed_token_without_embed_mode',
      });
      expect(answer.body.hint).toContain('?embed=1');
    });

    it.each<[string, (held: Credentials) => Record<string, string>, Omit<ExpectedRefusal, 'status'>, string]>([
      [
        'an embed token as bearer',
        (held) => ({ authorization: `Bearer ${held.embedToken}` }),
        { code: 'invalid_token', reason: 'wrong_class: embed_token' },
        '?embed=1',
      ],
      [
        'an owner key as bearer',
        (held) => ({ authorization: `Bearer ${held.ownerKey}` }),
        { code: 'invalid_token', reason: 'wrong_class: owner_key' },
        'on your server',
      ],
      [
        'a client token as bearer',
        (held) => ({ authorization: `Bearer ${held.clientToken}` }),
        { code: 'invalid_token', reason: 'wrong_class: client_token' },
        'an embed token or a session',
      ],
      [
        'a ticket as bearer',
        (held) => ({ authorization: `Bearer ${held.ticket}` }),
        { code: 'invalid_token', reason: 'wrong_class: embed_ticket' },
        'an embed token or a session',
      ],
      [
        'a session and an embed token',
        (held) => ({ authorization: `Bearer ${held.session}`, [header]: held.embedToken }),
        { code: 'mixed_auth', reason: 'embed token and authorization' },
        'one credential',
      ],
      [
        'a session and an API key',
        (held) => ({ authorization: `Bearer ${held.session}`, 'x-api-key': 'A'.repeat(44) }),
        { code: 'mixed_auth', reason: 'bearer and x-api-key' },
        'one credential',
      ],
      ['nothing', () => ({}), { code: 'missing_auth', reason: 'no_credential' }, header],
      ['a cookie', () => ({ cookie: 'session=1' }), { code: 'missing_auth', reason: 'no_credential' }, header],
    ])('%s is refused with a hint (M10, M29, M53, K19, K71)', async (_, headers, expected, hint) => {
      const answer = await expectRefusal(scenario, () => run('', headers(credentials)), {
        status: 401,
        ...expected,
        ...holders[expected.reason],
      });
      expect(answer.body.hint).toContain(hint);
    });
  });

  it.each(['?embed=0', '?embed=', '?embed', '?embed=true', '?embed=01', '?embed=1&embed=1', '?embed=1&embed=0'])(
    'the mode %s is no mode, even with a good token (M28)',
    async (query) => {
      const before = await scenario.rows();
      const answer = await run(query, { [header]: credentials.embedToken });
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed', issues: [{ path: 'embed' }] } });
      expect(await scenario.rows()).toBe(before);
    },
  );

  it('a revoked token and a damaged one look the same from outside', async () => {
    const { owner } = scenario;
    const doomed = await owner.embedToken(workspaceId);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${doomed.id}` }), 204);
    const revoked = await run('?embed=1', { [header]: doomed.token });
    const malformed = await run('?embed=1', { [header]: damaged(doomed.token) });
    expect(revoked.status).toBe(401);
    expect(outwardly(malformed)).toEqual(outwardly(revoked));
  });

  describe('the client token alone', () => {
    it('opens no route but the session endpoint, in whichever place it is sent (R3, R35, H14, H15, H16)', async () => {
      const { clientToken } = credentials;
      const before = await scenario.rows();
      const opened: string[] = [];
      const asked: string[] = [];
      for (const { method, url } of await guardedRoutes(scenario)) {
        for (const headers of [
          { authorization: `Bearer ${clientToken}` },
          { [header]: clientToken },
          { 'x-api-key': clientToken },
          { cookie: `token=${clientToken}` },
        ]) {
          for (const mode of ['', '?embed=1']) {
            const body = method === 'GET' || method === 'DELETE' ? undefined : { key: clientToken };
            const answer = await scenario.ask({ method, url: `${url}${mode}`, headers, body });
            asked.push(url);
            if (answer.status !== 401)
              opened.push(`${method} ${url}${mode} ${Object.keys(headers).join()}: ${answer.status}`);
          }
        }
      }
      expect(opened).toEqual([]);
      expect(asked.length).toBeGreaterThan(200);
      expect(await scenario.rows()).toBe(before);
    });

    it('redeems nothing: it is no ticket (H14, H15)', async () => {
      await expectRefusal(
        scenario,
        () =>
          scenario.ask({
            method: 'POST',
            url: '/v1/embed/sessions/redeem',
            headers: { origin: ownUrl },
            body: { ticket: credentials.clientToken, parentOrigin: 'https://shop.example' },
          }),
        { status: 401, code: 'invalid_token', reason: 'malformed' },
      );
    });
  });

  it('a management route takes no embed credential, in whichever place it is sent (M8, K19)', async () => {
    const { embedToken, session } = credentials;
    const management = (await guardedRoutes(scenario)).filter(({ scope }) => scope === 'owner');
    expect(management.length).toBeGreaterThan(20);
    const before = await scenario.rows();
    const opened: string[] = [];
    for (const { method, url } of management) {
      for (const headers of [
        { authorization: `Bearer ${embedToken}` },
        { authorization: `Bearer ${session}` },
        { [header]: embedToken },
      ]) {
        const answer = await scenario.ask({ method, url: `${url}?embed=1`, headers });
        if (answer.status !== 401) opened.push(`${method} ${url}: ${answer.status}`);
      }
    }
    expect(opened).toEqual([]);
    expect(await scenario.rows()).toBe(before);
  });
});

type GuardedRoute = { method: 'GET' | 'POST' | 'PATCH' | 'DELETE'; url: string; scope: string };

/** Every route that asks for a credential, from the server's own description, with something in place of parameters. */
async function guardedRoutes({ ask }: Scenario): Promise<GuardedRoute[]> {
  const { body } = await expectStatus(ask({ url: '/openapi.json' }), 200);
  const routes: GuardedRoute[] = [];
  for (const [path, methods] of Object.entries<Record<string, { security?: Record<string, unknown>[] }>>(body.paths)) {
    for (const [method, { security }] of Object.entries(methods)) {
      const scope = Object.keys(security?.[0] ?? {})[0];
      if (scope === undefined) continue;
      const url = path.replace('{slug}', 'loan-calculator').replace(/\{\w+\}/g, 'ws_1');
      routes.push({ method: method.toUpperCase() as GuardedRoute['method'], url, scope }); // OpenAPI's own method names
    }
  }
  return routes;
}
