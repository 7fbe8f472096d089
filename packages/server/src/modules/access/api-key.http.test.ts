import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal, outwardly } from '../../testing/refusal.ts';
import { describeApp, expectStatus, ownUrl, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { signAnything } from '../../testing/signed-token.ts';

type Held = { id: string; key: string };
type Payload = Record<string, unknown>;

const origin = 'https://shop.example';
const unused = 'A'.repeat(44);

describeApp('the doors of recordings', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
  });

  const inSeconds = (seconds: number): number => Math.floor(scenario.clock.now() / 1000) + seconds;
  const list = (headers: Record<string, string>): Promise<Answer> => scenario.ask({ url: '/v1/sessions', headers });
  const byKey = (key: string): Promise<Answer> => list({ 'x-api-key': key });
  const byToken = (token: string): Promise<Answer> => list({ 'x-embed-token': token });
  const tokenOf = ({ id, key }: Held, payload: Payload = {}): string =>
    signAnything(key, { kid: id, exp: inSeconds(3600), scope: 'readonly', apps: ['my-app'], ...payload });
  const change = (id: string, body: unknown): Promise<Answer> =>
    expectStatus(owner.ask({ method: 'PATCH', url: `/v1/api-keys/${id}`, body }), 200);

  /** Refused as documented, without a trace but the line for the owner. */
  async function expectSentence(
    asked: () => Promise<Answer>,
    expected: { status: number; code: 'missing_auth' | 'invalid_token' | 'permission_denied'; sentence: string },
    line: { reason: string; credentialId?: string },
  ): Promise<void> {
    const { status, code, sentence } = expected;
    const answer = await expectRefusal(scenario, asked, { status, code, ...line });
    expect(answer.body.error).toBe(sentence);
  }

  const invalid = { status: 401, code: 'invalid_token', sentence: 'Authentication required' } as const;
  const excess = { status: 403, code: 'permission_denied', sentence: 'Token scope exceeds key scope' } as const;
  const app = { status: 403, code: 'permission_denied', sentence: 'App not allowed for this key' } as const;

  describe('without a credential in its place', () => {
    it.each<[string, () => Record<string, string>, string]>([
      ['none at all', () => ({}), 'no_credential'],
      ['an API key as bearer', () => ({ authorization: `Bearer ${unused}` }), 'only authorization'],
      ['an owner key', () => ({ authorization: `Bearer ${owner.key}` }), 'only authorization'],
      ['an embed token', () => ({ 'x-microapp-embed-token': 'mtok_x' }), 'only x-microapp-embed-token'],
      ['a cookie', () => ({ cookie: `key=${unused}` }), 'no_credential'],
    ])('refuse %s in the documented words (U67)', async (_what, headersOf, reason) => {
      const missing = { status: 401, code: 'missing_auth', sentence: 'Unauthorized' } as const;
      await expectSentence(() => list(headersOf()), missing, { reason });
    });
  });

  describe('with an API key', () => {
    it.each<[string, (key: string) => string, string]>([
      ['of the right form that nobody has', () => unused, 'unknown'],
      ['of which the first character differs', (key) => (key.startsWith('A') ? 'B' : 'A') + key.slice(1), 'unknown'],
      ['of which the last character differs', (key) => key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A'), 'unknown'],
      ['that was cut off', (key) => key.slice(0, -1), 'malformed'],
      ['with a character more', (key) => `${key}A`, 'malformed'],
      ['in small letters', (key) => key.toLowerCase(), 'malformed'],
      ['with spaces in it', (key) => `${key.slice(0, 22)} ${key.slice(22)}`, 'malformed'],
      ['behind a scheme', (key) => `Bearer ${key}`, 'malformed'],
      ['twice', (key) => `${key}, ${key}`, 'malformed'],
      ['that is empty', () => '', 'malformed'],
      ['that is its prefix', (key) => key.slice(0, 8), 'malformed'],
      ['without end', (key) => key.repeat(100), 'malformed'],
      ['that is an owner key', () => owner.key, 'wrong_class: owner_key'],
    ])('%s refuse it in the documented words (U68, R33)', async (_what, damaged, reason) => {
      const { key } = await owner.apiKey();
      await scenario.flush();
      await expectSentence(() => byKey(damaged(key)), invalid, { reason });
    });

    it('revoked, switched off, unknown and malformed look the same from outside (U13, U68, U72)', async () => {
      const revoked = await owner.apiKey();
      await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/api-keys/${revoked.id}` }), 204);
      const off = await owner.apiKey();
      await change(off.id, { isActive: false });
      await scenario.flush();
      const looks: unknown[] = [];
      for (const [key, line] of [
        [revoked.key, { reason: 'revoked', credentialId: revoked.id }],
        [off.key, { reason: 'revoked', credentialId: off.id }],
        [unused, { reason: 'unknown' }],
        ['nonsense', { reason: 'malformed' }],
      ] as const) {
        await expectSentence(() => byKey(key), invalid, line);
        looks.push(outwardly(await byKey(key)));
      }
      for (const look of looks) expect(look).toEqual(looks[0]);
    });

    it.each([
      ['x-embed-token', 'x-api-key and x-embed-token'],
      ['authorization', 'x-api-key and authorization'],
      ['x-microapp-embed-token', 'x-api-key and x-microapp-embed-token'],
    ])('beside %s refuse both, however good they are', async (header, reason) => {
      const held = await owner.apiKey();
      const beside = header === 'x-embed-token' ? tokenOf(held) : `Bearer ${owner.key}`;
      await expectRefusal(scenario, () => list({ 'x-api-key': held.key, [header]: beside }), {
        status: 401,
        code: 'mixed_auth',
        reason,
      });
    });

    it('from a foreign page refuse it, even from one that the key lists: it belongs on a server (R34)', async () => {
      const { id, key } = await owner.apiKey({ allowedOrigins: ['shop.example'] });
      await scenario.flush();
      for (const from of [origin, 'null', ownUrl.replace('https:', 'http:'), `${ownUrl}.evil.example`]) {
        await expectRefusal(scenario, () => list({ 'x-api-key': key, origin: from }), {
          status: 403,
          code: 'origin_not_allowed',
          reason: 'api_key_from_foreign_origin',
          credentialId: id,
        });
      }
      expect((await list({ 'x-api-key': key, origin: ownUrl })).status).toBe(200);
      const preflight = await scenario.ask({
        method: 'OPTIONS',
        url: '/v1/sessions',
        headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-api-key' },
      });
      expect(preflight.headers['access-control-allow-headers']).not.toContain('x-api-key');
    });

    it('tell a foreign page nothing about a key that is no good', async () => {
      expect(outwardly(await list({ 'x-api-key': unused, origin }))).toEqual(outwardly(await byKey('nonsense')));
    });

    it('of an owner who is disabled refuse it at once, and its tokens', async () => {
      const other = await scenario.anotherOwner();
      const held = await other.apiKey();
      expect((await byKey(held.key)).status).toBe(200);
      await scenario.database.admin.query(`update owners set status = 'disabled' where id = $1`, [other.id]);
      await scenario.flush();
      const line = { reason: 'owner_disabled', credentialId: held.id };
      await expectSentence(() => byKey(held.key), invalid, line);
      await expectSentence(() => byToken(tokenOf(held)), invalid, line);
    });
  });

  describe('with a signed token', () => {
    it('admit what its key admits (U3, U34, U40)', async () => {
      const held = await owner.apiKey({ scope: 'interactive', appIds: ['my-app', 'other-app'] });
      for (const payload of [{}, { scope: 'interactive' }, { apps: ['other-app'] }, { exp: inSeconds(86_400) }]) {
        expect((await byToken(tokenOf(held, payload))).status).toBe(200);
      }
      const free = await owner.apiKey({ appIds: [] });
      expect((await byToken(tokenOf(free, { apps: ['whatever'] }))).status).toBe(200);
    });

    it.each<[string, (held: Held) => string, string]>([
      ['that is garbage', () => 'open-sesame', 'malformed'],
      ['that is the API key', ({ key }) => key, 'malformed'],
      ['without a time', (held) => tokenOf(held, { exp: undefined }), 'malformed'],
      ['with a time as text', (held) => tokenOf(held, { exp: String(inSeconds(60)) }), 'malformed'],
      ['with a fraction of a second', (held) => tokenOf(held, { exp: inSeconds(60) + 0.5 }), 'malformed'],
      ['with a negative time', (held) => tokenOf(held, { exp: -inSeconds(60) }), 'malformed'],
      ['with a time to begin', (held) => tokenOf(held, { nbf: inSeconds(-60) }), 'malformed'],
      ['of this very second', (held) => tokenOf(held, { exp: inSeconds(0) }), 'expired'],
      ['of yesterday', (held) => tokenOf(held, { exp: inSeconds(-86_400) }), 'expired'],
      ['a second beyond the maximum', (held) => tokenOf(held, { exp: inSeconds(86_401) }), 'exp_too_far_away'],
      ['with milliseconds', (held) => tokenOf(held, { exp: inSeconds(60) * 1000 }), 'exp_too_far_away'],
      [
        'by a key that there is not',
        (held) => tokenOf({ ...held, id: '00000000-0000-4000-8000-000000000000' }),
        'unknown',
      ],
      ['signed with another key', (held) => tokenOf({ ...held, key: unused }), 'bad_signature'],
      ['signed with the prefix that is shown', ({ id, key }) => tokenOf({ id, key: key.slice(0, 8) }), 'bad_signature'],
      ['with another payload', (held) => exchanged(tokenOf(held), tokenOf(held, { sid: 'x' })), 'bad_signature'],
    ])(
      '%s refuse it in the documented words, and write it down under nobody (U36, U69, U70)',
      async (_what, made, reason) => {
        const held = await owner.apiKey();
        await scenario.flush();
        await expectSentence(() => byToken(made(held)), invalid, { reason });
      },
    );

    it('refuse every token of a key that is revoked or switched off, on the next request (U13, U72, U81)', async () => {
      const [held, off] = [await owner.apiKey(), await owner.apiKey()];
      const [token, offToken] = [tokenOf(held), tokenOf(off)];
      expect([(await byToken(token)).status, (await byToken(offToken)).status]).toEqual([200, 200]);
      await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/api-keys/${held.id}` }), 204);
      await change(off.id, { isActive: false });
      await scenario.flush();
      await expectSentence(() => byToken(token), invalid, { reason: 'revoked', credentialId: held.id });
      await expectSentence(() => byToken(offToken), invalid, { reason: 'revoked', credentialId: off.id });
      await change(off.id, { isActive: true });
      expect((await byToken(offToken)).status).toBe(200);
    });

    it('refuse a scope above the key’s, and one that is above it only since the key was narrowed (U66, U71, U82)', async () => {
      const held = await owner.apiKey({ scope: 'interactive' });
      const token = tokenOf(held, { scope: 'interactive' });
      expect((await byToken(token)).status).toBe(200);
      await change(held.id, { scope: 'readonly' });
      await scenario.flush();
      const line = { reason: 'scope_exceeds_key', credentialId: held.id };
      await expectSentence(() => byToken(token), excess, line);
      // Asked after the signature: a forged token is told nothing of the key's scope.
      const forged = tokenOf({ ...held, key: unused }, { scope: 'interactive' });
      await expectSentence(() => byToken(forged), invalid, { reason: 'bad_signature' });
      await change(held.id, { scope: 'interactive' });
      expect((await byToken(token)).status).toBe(200);
    });

    it('refuse apps that are not the key’s, or not any more, and an empty list under any key (U38, U73, U82)', async () => {
      const held = await owner.apiKey({ appIds: ['my-app', 'other-app'] });
      const free = await owner.apiKey({ appIds: [] });
      const both = tokenOf(held, { apps: ['my-app', 'other-app'] });
      const freeToken = tokenOf(free, { apps: ['anything'] });
      expect([(await byToken(both)).status, (await byToken(freeToken)).status]).toEqual([200, 200]);
      await change(held.id, { appIds: ['my-app'] });
      await change(free.id, { appIds: ['my-app'] });
      await scenario.flush();
      const line = { reason: 'app_not_in_scope', credentialId: held.id };
      await expectSentence(() => byToken(both), app, line);
      await expectSentence(() => byToken(tokenOf(held, { apps: [] })), app, line);
      await expectSentence(() => byToken(tokenOf(held, { apps: ['third-app'] })), app, line);
      await expectSentence(() => byToken(freeToken), app, { ...line, credentialId: free.id });
      await change(free.id, { appIds: [] });
      await scenario.flush();
      await expectSentence(() => byToken(tokenOf(free, { apps: [] })), app, { ...line, credentialId: free.id });
    });

    it('end it at its second, although it was good a moment before (U70)', async () => {
      const held = await owner.apiKey();
      const token = tokenOf(held, { exp: inSeconds(2) });
      scenario.clock.advance(1000);
      expect((await byToken(token)).status).toBe(200);
      scenario.clock.advance(1000);
      expect((await byToken(token)).status).toBe(401);
    });

    it('admit the pages that its key lists, our own and servers, and refuse others and who is no longer listed', async () => {
      const held = await owner.apiKey({ allowedOrigins: ['shop.example'] });
      const from = (page: string): Promise<Answer> => list({ 'x-embed-token': tokenOf(held), origin: page });
      const listed = await expectStatus(from(origin), 200);
      expect(listed.headers['access-control-allow-origin']).toBe(origin);
      expect((await from(ownUrl)).status).toBe(200);
      const expected = {
        status: 403,
        code: 'origin_not_allowed',
        reason: 'origin_not_listed',
        credentialId: held.id,
      } as const;
      await scenario.flush();
      for (const page of ['https://evil.example', 'null', 'https://shop.example.evil.example']) {
        await expectRefusal(scenario, () => from(page), expected);
      }
      await change(held.id, { allowedOrigins: [] });
      await scenario.flush();
      await expectRefusal(scenario, () => from(origin), expected);
      await expectStatus(byToken(tokenOf(held)), 200);
    });

    it('refuse it as API key, as bearer, and beside another credential', async () => {
      const held = await owner.apiKey();
      const token = tokenOf(held);
      expect((await list({ 'x-api-key': token })).body.code).toBe('invalid_token');
      expect((await list({ authorization: `Bearer ${token}` })).body.code).toBe('missing_auth');
      expect((await list({ 'x-embed-token': token, authorization: 'Bearer x' })).body.code).toBe('mixed_auth');
    });
  });

  describe('with a credential of a workspace', () => {
    it('open and close with the workspace: features, disabled, deleted', async () => {
      const { id: workspaceId } = await owner.workspace();
      const held = await owner.apiKey({ workspaceId });
      const both = (): Promise<Answer>[] => [byKey(held.key), byToken(tokenOf(held))];
      const set = (body: unknown): Promise<Answer> =>
        expectStatus(owner.ask({ method: 'PATCH', url: `/v1/workspaces/${workspaceId}`, body }), 200);
      for (const asked of both()) expect((await asked).status).toBe(200);
      await set({ features: ['tool:run'] });
      for (const asked of both()) expect((await asked).body.code).toBe('permission_denied');
      await set({ features: ['sessions:read'], status: 'disabled' });
      for (const asked of both()) expect((await asked).body.code).toBe('workspace_disabled');
      const forged = await byToken(tokenOf({ ...held, key: unused }));
      expect(forged.body.code).toBe('invalid_token');
      await set({ status: 'active' });
      for (const asked of both()) expect((await asked).status).toBe(200);
      await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/workspaces/${workspaceId}` }), 204);
      for (const asked of both()) expect(outwardly(await asked)).toEqual(outwardly(await byKey('nonsense')));
    });
  });

  it('say who the credential is, and move the key’s last use for it and for its tokens, not for refusals', async () => {
    const { id: workspaceId } = await owner.workspace();
    const held = await owner.apiKey({ workspaceId, scope: 'interactive', appIds: ['my-app'] });
    const lastUsedAt = async (): Promise<unknown> => {
      await scenario.flush();
      return (await owner.ask({ url: `/v1/api-keys/${held.id}` })).body.lastUsedAt;
    };
    await byToken(tokenOf(held, { apps: [] }));
    expect(await lastUsedAt()).toBeNull();
    scenario.clock.advance(1000);
    const me = await expectStatus(scenario.ask({ url: '/v1/api-keys/me', headers: { 'x-api-key': held.key } }), 200);
    expect(me.body).toEqual({
      class: 'api_key',
      credentialId: held.id,
      ownerId: owner.id,
      workspaceId,
      scope: 'interactive',
      apps: ['my-app'],
      permissions: ['tool:run', 'sessions:read', 'sessions:interact'],
      sid: null,
    });
    expect(await lastUsedAt()).toBe(new Date(scenario.clock.now()).toISOString());
    scenario.clock.advance(1000);
    const token = await expectStatus(byToken(tokenOf(held)), 200);
    expect(await lastUsedAt()).toBe(new Date(scenario.clock.now()).toISOString());
    expect(await scenario.accessLog(String(token.headers['x-request-id']))).toMatchObject([
      { credential_class: 'signed_token', credential_id: held.id, workspace_id: workspaceId, status: 200 },
    ]);
  });
});

/** The payload of one token with the signature of the other. */
function exchanged(signature: string, payload: string): string {
  return `${payload.split('.')[0]}.${signature.split('.')[1]}`;
}
