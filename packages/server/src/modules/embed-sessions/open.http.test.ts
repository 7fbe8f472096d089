import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import {
  describeApp,
  describeAppOnce,
  expectStatus,
  ownUrl,
  type Answer,
  type Ask,
  type Scenario,
} from '../../testing/scenario.ts';
import { change, redeemRequest, sessionRequest } from '../../testing/visitor.ts';

const origin = 'https://shop.example';
const notListed = { status: 403, code: 'origin_not_allowed', reason: 'origin_not_listed' } as const;

/** What no browser on shop.example sends, and what looks like shop.example to a careless eye. */
const lookAlikes: [string, string | undefined][] = [
  ['no origin at all', undefined],
  ['null, as every sandboxed page has it', 'null'],
  ['nothing', ''],
  ['a trailing dot', 'https://shop.example.'],
  ['a name in front', 'https://evilshop.example'],
  ['a name in front, with a dash', 'https://evil-shop.example'],
  ['a subdomain', 'https://www.shop.example'],
  ['a name behind', 'https://shop.example.evil.test'],
  ['a longer top-level domain', 'https://shop.examples'],
  ['a shorter one', 'https://shop.exampl'],
  ['another character for the dot', 'https://shopxexample'],
  ['the host as user name', 'https://shop.example@evil.test'],
  ['the host as user name with a port', 'https://shop.example:443@evil.test'],
  ['the host as fragment', 'https://evil.test#shop.example'],
  ['the host as query', 'https://evil.test?shop.example'],
  ['the host as path', 'https://evil.test/shop.example'],
  ['a backslash', 'https://evil.test\\shop.example'],
  ['a path', 'https://shop.example/'],
  ['the default port written out', 'https://shop.example:443'],
  ['capital letters', 'https://SHOP.example'],
  ['another scheme', 'ftp://shop.example'],
  ['an extension', 'chrome-extension://shop.example'],
  ['no scheme', 'shop.example'],
  ['two origins', 'https://shop.example, https://evil.test'],
  ['two origins apart by a space', 'https://evil.test https://shop.example'],
  ['a look-alike letter', 'https://xn--hop-7ed.example'],
  ['an escaped letter', 'https://sho%70.example'],
  ['a space behind', 'https://shop.example%20'],
];

describeApp('asking for a ticket', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('a client token from a listed page gets a ticket, and neither a session nor a secret (H24, H27, R5)', async () => {
    const { owner, ask } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const surface = await owner.surface(workspaceId, { theme: { primary: '#123456' }, texts: { title: 'Hello' } });
    const answer = await expectStatus(ask(sessionRequest(surface, origin)), 201);
    expect(answer.body).toEqual({
      ticket: expect.stringMatching(/^mtkt_[0-9A-Za-z]{38}$/),
      frameUrl: `${ownUrl}/embed/surfaces/${surface.id}`,
      expiresIn: 60,
      ui: {
        name: 'Shop',
        apps: [{ slug: 'loan-calculator', name: 'Loan calculator', kind: 'tool' }],
        theme: { primary: '#123456' },
        texts: {
          open: 'Open',
          close: 'Close',
          unavailable: 'Not available right now.',
          retry: 'Try again',
          title: 'Hello',
        },
        lang: 'en',
        dir: 'ltr',
      },
    });
    expect(answer.text).not.toContain(surface.clientToken);
    expect(answer.text).not.toContain(workspaceId);
  });

  it('an embed token gets a ticket from its frame, from a listed page, and from a backend; no token is in an address (M4)', async () => {
    const { owner, ask } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id, token } = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    const asked = (headers: Record<string, string>, body: object): Ask => ({
      method: 'POST',
      url: '/v1/embed/sessions',
      headers: { 'x-microapp-embed-token': token, ...headers },
      body,
    });
    for (const one of [
      asked({ origin: ownUrl }, { parentOrigin: origin }),
      asked({ origin }, {}),
      asked({}, { app: 'loan-calculator', origin }),
    ]) {
      const answer = await expectStatus(ask(one), 201);
      expect(answer.body.frameUrl).toBe(`${ownUrl}/embed/apps/loan-calculator?for=${id}`);
      const redeemed = await expectStatus(ask(redeemRequest(answer.body.ticket, origin)), 200);
      const me = await ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${redeemed.body.token}` } });
      expect(me.body).toMatchObject({
        class: 'embed_session',
        credentialId: id,
        workspaceId,
        origin,
        environment: 'production',
      });
    }
  });

  it('a domain that is added works at once, and one that is taken off ends its sessions at once (R9, R28)', async () => {
    const { owner, ask } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const surface = await owner.surface(workspaceId, { allowedOrigins: ['other.example'] });
    const who = { workspaceId, credentialId: surface.clientTokenId };
    await expectRefusal(scenario, () => ask(sessionRequest(surface, origin)), { ...notListed, ...who });
    await change(owner, `/v1/surfaces/${surface.id}`, { allowedOrigins: ['other.example', 'shop.example'] });
    const { token } = await scenario.session(surface, origin);
    const me = () => ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${token}` } });
    await expectStatus(me(), 200);
    const opened = await expectStatus(ask(sessionRequest(surface, origin)), 201);
    await change(owner, `/v1/surfaces/${surface.id}`, { allowedOrigins: ['other.example'] });
    await expectRefusal(scenario, me, {
      status: 403,
      code: 'origin_not_allowed',
      reason: 'session_origin_no_longer_listed',
      ...who,
    });
    await expectRefusal(scenario, () => ask(redeemRequest(opened.body.ticket, origin, { surfaceId: surface.id })), {
      ...notListed,
      ...who,
    });
  });
});

describeAppOnce('the origin of who asks for a ticket', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  describe('of a surface that lists shop.example', () => {
    let surface: { id: string; clientToken: string; clientTokenId: string };
    let workspaceId: string;
    beforeAll(async () => {
      workspaceId = (await scenario.owner.workspace()).id;
      surface = await scenario.owner.surface(workspaceId);
    });

    it.each(lookAlikes)('a client token with %s is refused (H12, H48, R5, R9, R10, K72)', async (_, sent) => {
      const answer = await expectRefusal(scenario, () => scenario.ask(sessionRequest(surface, sent)), {
        ...notListed,
        workspaceId,
        credentialId: surface.clientTokenId,
      });
      expect(answer.body.hint).toContain('Allowed origins');
    });

    it('a listed origin is worth nothing without a good client token (H12)', async () => {
      const unknown = { clientToken: (await scenario.owner.surface(workspaceId)).clientToken, id: '' };
      await scenario.database.admin.query('update client_tokens set token = $1 where token = $2', [
        'gone',
        unknown.clientToken,
      ]);
      await expectRefusal(scenario, () => scenario.ask(sessionRequest(unknown, origin)), {
        status: 401,
        code: 'invalid_token',
        reason: 'unknown',
      });
    });

    it("a refusal names the origin to the page's developer, and the log names it to the owner (R25, K72, H49)", async () => {
      const answer = await scenario.ask(sessionRequest(surface, 'https://forgotten.example'));
      expect(answer.body.error).toContain('https://forgotten.example');
      const [line] = await scenario.accessLog(answer.body.requestId);
      expect(line).toMatchObject({ origin: 'https://forgotten.example', reason: 'origin_not_listed' });
    });
  });

  const { admitted, refused } = { admitted: true, refused: false };
  it.each<[string, string, boolean]>([
    ['shop.example', 'https://shop.example', admitted],
    ['shop.example', 'http://shop.example', admitted],
    ['shop.example', 'https://shop.example:8443', admitted],
    ['shop.example', 'https://www.shop.example', refused],
    ['www.shop.example', 'https://shop.example', refused],
    ['SHOP.Example', 'https://shop.example', admitted],
    ['shop.example:8080', 'https://shop.example:8080', admitted],
    ['shop.example:8080', 'http://shop.example:8080', admitted],
    ['shop.example:8080', 'https://shop.example', refused],
    ['shop.example:443', 'https://shop.example', admitted],
    ['shop.example:443', 'http://shop.example', refused],
    ['localhost:3000', 'http://localhost:3000', admitted],
    ['localhost:3000', 'http://localhost:3001', refused],
    ['localhost:3000', 'http://localhost', refused],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080', admitted],
    ['127.0.0.1:8080', 'http://localhost:8080', refused],
    ['https://shop.example', 'https://shop.example', admitted],
    ['https://shop.example', 'http://shop.example', refused],
    ['https://shop.example', 'https://shop.example:8443', refused],
    ['*.shop.example', 'https://app.shop.example', admitted],
    ['*.shop.example', 'https://a.b.c.shop.example:444', admitted],
    ['*.shop.example', 'https://shop.example', refused],
    ['*.shop.example', 'https://evilshop.example', refused],
    ['*.shop.example', 'https://shop.example.evil.test', refused],
    ['*.shop.example', 'https://app.shop.example.', refused],
    ['*.ngrok.io', 'https://1a2b.ngrok.io', admitted],
    ['münchen.example', 'https://xn--mnchen-3ya.example', admitted],
    ['*', 'https://anything.test', admitted],
    ['*', 'null', refused],
  ])(
    'the entry %s, and a page on %s: admitted %s (R8, R11, R12, R13, R15, R21, R22, R23, R27)',
    async (entry, sent, expected) => {
      const { owner, ask } = scenario;
      const { id: workspaceId } = await owner.workspace();
      const surface = await owner.surface(workspaceId, { environment: 'development', allowedOrigins: [entry] });
      const answer = await ask(sessionRequest(surface, sent));
      expect(answer.status).toBe(expected ? 201 : 403);
    },
  );

  it('an empty list admits nobody (R5)', async () => {
    const { owner, ask } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const surface = await owner.surface(workspaceId, { allowedOrigins: [] });
    await expectRefusal(scenario, () => ask(sessionRequest(surface, origin)), {
      ...notListed,
      workspaceId,
      credentialId: surface.clientTokenId,
    });
  });

  it('a production token is refused where only the development list says yes, and the other way round (R17, R18, R19, R20)', async () => {
    const { owner, ask } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const production = await owner.surface(workspaceId, { allowedOrigins: ['live.example'] });
    const development = await owner.surface(workspaceId, {
      environment: 'development',
      allowedOrigins: ['staging.example'],
    });
    await expectStatus(ask(sessionRequest(production, 'https://live.example')), 201);
    await expectStatus(ask(sessionRequest(development, 'https://staging.example')), 201);
    for (const [surface, elsewhere] of [
      [production, 'https://staging.example'],
      [development, 'https://live.example'],
    ] as const) {
      const who = { workspaceId, credentialId: surface.clientTokenId };
      await expectRefusal(scenario, () => ask(sessionRequest(surface, elsewhere)), { ...notListed, ...who });
    }
  });

  it('switching the environment of a surface ends the sessions of the other one (R20)', async () => {
    const { owner, ask } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const surface = await owner.surface(workspaceId, { environment: 'development' });
    const { token } = await scenario.session(surface, origin);
    await change(owner, `/v1/surfaces/${surface.id}`, { environment: 'production' });
    await expectRefusal(scenario, () => ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${token}` } }), {
      status: 401,
      code: 'invalid_token',
      reason: 'environment_changed',
      workspaceId,
      credentialId: surface.clientTokenId,
    });
  });

  describe('with an embed token', () => {
    let held: { id: string; token: string };
    let workspaceId: string;
    beforeAll(async () => {
      workspaceId = (await scenario.owner.workspace()).id;
      held = await scenario.owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    });

    function ask(headers: Record<string, string>, body: object, token = held.token): Promise<Answer> {
      return scenario.ask({
        method: 'POST',
        url: '/v1/embed/sessions',
        headers: { 'x-microapp-embed-token': token, ...headers },
        body,
      });
    }

    it.each<[string, Record<string, string>, object]>([
      ['a page that is not listed', { origin: 'https://evil.test' }, {}],
      [
        'a page that is not listed and names a listed one',
        { origin: 'https://evil.test' },
        { origin, parentOrigin: origin },
      ],
      ['a sandboxed page', { origin: 'null' }, { origin, parentOrigin: origin }],
      ['a frame inside a page that is not listed', { origin: ownUrl }, { parentOrigin: 'https://evil.test' }],
      [
        'a frame inside a page that is not listed, naming a listed one',
        { origin: ownUrl },
        { parentOrigin: 'https://evil.test', origin },
      ],
      ['a backend for a page that is not listed', {}, { app: 'loan-calculator', origin: 'https://evil.test' }],
      ['a backend for a page with a trailing dot', {}, { app: 'loan-calculator', origin: 'https://shop.example.' }],
      ['our own pages for themselves', { origin: ownUrl }, { parentOrigin: ownUrl }],
    ])('%s is refused (H48, R5, R10)', async (_, headers, body) => {
      await expectRefusal(scenario, () => ask(headers, body), { ...notListed, workspaceId, credentialId: held.id });
    });

    it.each<[string, Record<string, string>, object, string]>([
      ['a backend that does not say for which page', {}, { app: 'loan-calculator' }, 'origin'],
      ["a backend that says it in the frame's words", {}, { parentOrigin: origin }, 'origin'],
      ['a frame that does not say inside which page', { origin: ownUrl }, { origin }, 'parentOrigin'],
    ])('%s is told what is missing', async (_, headers, body, path) => {
      const before = await scenario.rows();
      const answer = await ask(headers, body);
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed', issues: [{ path }] } });
      expect(await scenario.rows()).toBe(before);
    });

    it('an app outside the token is refused, and a token of several apps needs to be told which', async () => {
      await expectRefusal(scenario, () => ask({ origin }, { app: 'another-app' }), {
        status: 403,
        code: 'permission_denied',
        reason: 'app_not_in_scope',
        workspaceId,
        credentialId: held.id,
      });
      await scenario.owner.tool('second-app');
      const apps = ['loan-calculator', 'second-app'];
      const { token } = await scenario.owner.embedToken(workspaceId, { apps, allowedOrigins: ['shop.example'] });
      expect((await ask({ origin }, {}, token)).body).toMatchObject({
        code: 'validation_failed',
        issues: [{ path: 'app' }],
      });
      expect((await ask({ origin }, { app: 'second-app' }, token)).status).toBe(201);
    });

    it("without a list of its own the workspace's applies; both empty means no browser", async () => {
      const { owner } = scenario;
      const listed = await owner.workspace({ allowedOrigins: ['shop.example'] });
      expect((await ask({ origin }, {}, (await owner.embedToken(listed.id)).token)).status).toBe(201);
      const { id: unlisted } = await owner.workspace();
      const none = await owner.embedToken(unlisted);
      const who = { workspaceId: unlisted, credentialId: none.id };
      await expectRefusal(scenario, () => ask({ origin }, {}, none.token), { ...notListed, ...who });
      const empty = await owner.embedToken(listed.id, { allowedOrigins: [] });
      await expectRefusal(scenario, () => ask({ origin }, {}, empty.token), {
        ...notListed,
        workspaceId: listed.id,
        credentialId: empty.id,
      });
    });

    it.each([[origin], [ownUrl], ['https://evil.test']])(
      'a token for servers is refused from the browser page %s',
      async (sent) => {
        const { owner, run } = scenario;
        const server = await owner.embedToken(workspaceId, { use: 'server', allowedOrigins: ['shop.example'] });
        const refusal = {
          status: 403,
          code: 'origin_not_allowed',
          reason: 'server_token_in_browser',
          workspaceId,
          credentialId: server.id,
        } as const;
        await expectRefusal(scenario, () => ask({ origin: sent }, { parentOrigin: origin }, server.token), refusal);
        const inputs = { principal: 1000, annualRatePercent: 1, years: 1 };
        await expectRefusal(scenario, () => run('loan-calculator', server.token, inputs, { origin: sent }), refusal);
        expect((await run('loan-calculator', server.token)).status).toBe(200);
      },
    );
  });

  describe('what is presented', () => {
    it('nothing, or only a bearer, is no credential here', async () => {
      const { ask, owner } = scenario;
      await expectRefusal(scenario, () => ask(ticketFor({}, {})), {
        status: 401,
        code: 'missing_auth',
        reason: 'no_credential',
      });
      await expectRefusal(scenario, () => ask(ticketFor({ authorization: `Bearer ${owner.key}` }, {})), {
        status: 401,
        code: 'missing_auth',
        reason: 'only authorization',
      });
    });

    it('two credentials at once are refused', async () => {
      const { ask, owner } = scenario;
      const { id: workspaceId } = await owner.workspace();
      const { clientToken } = await owner.surface(workspaceId);
      const { token } = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
      const mixed = { status: 401, code: 'mixed_auth' } as const;
      await expectRefusal(scenario, () => ask(ticketFor({ 'x-microapp-embed-token': token }, { key: clientToken })), {
        ...mixed,
        reason: 'client token and embed token',
      });
      await expectRefusal(
        scenario,
        () => ask(ticketFor({ authorization: `Bearer ${owner.key}` }, { key: clientToken })),
        {
          ...mixed,
          reason: 'with authorization',
        },
      );
      await expectRefusal(
        scenario,
        () => ask(ticketFor({ 'x-api-key': 'A'.repeat(44), 'x-microapp-embed-token': token }, {})),
        { ...mixed, reason: 'with x-api-key' },
      );
    });

    it('a credential of another kind as the key is refused, with a hint where it belongs (M10, K19)', async () => {
      const { ask, owner } = scenario;
      const { token } = await owner.embedToken((await owner.workspace()).id, { allowedOrigins: ['shop.example'] });
      for (const [key, kind] of [
        [owner.key, 'owner_key'],
        [token, 'embed_token'],
      ]) {
        const answer = await expectRefusal(scenario, () => ask(ticketFor({}, { key })), {
          status: 401,
          code: 'invalid_token',
          reason: `wrong_class: ${kind}`,
        });
        expect(answer.text).not.toContain(key);
      }
    });
  });
});

function ticketFor(headers: Record<string, string>, body: unknown): Ask {
  return { method: 'POST', url: '/v1/embed/sessions', headers: { origin, ...headers }, body };
}
