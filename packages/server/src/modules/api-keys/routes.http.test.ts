import { beforeAll, describe, expect, it } from 'vitest';
import { expectNoChange } from '../../testing/repeated-call.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const nobodys = '00000000-0000-4000-8000-000000000000';

describeApp('API keys', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
  });

  const change = (id: string, body: unknown): Promise<Answer> =>
    owner.ask({ method: 'PATCH', url: `/v1/api-keys/${id}`, body });
  const revoke = (id: string): Promise<Answer> => owner.ask({ method: 'DELETE', url: `/v1/api-keys/${id}` });
  const use = (key: string): Promise<Answer> => scenario.ask({ url: '/v1/sessions', headers: { 'x-api-key': key } });

  it('are created as documented: id, prefix, scope, apps, and the key itself in this answer only (U4, U5, U7, U8, U9, U23, U77, U78)', async () => {
    const body = { name: 'Org-wide key', scope: 'readonly', appIds: ['app-frontend', 'app-backend'] };
    const { status, body: created } = await owner.ask({ method: 'POST', url: '/v1/api-keys', body });
    expect(status).toBe(201);
    const now = new Date(scenario.clock.now()).toISOString();
    expect(created).toEqual({
      id: expect.stringMatching(uuid),
      ...body,
      keyPrefix: created.key.slice(0, 8),
      isActive: true,
      createdAt: now,
      updatedAt: now,
      key: expect.stringMatching(/^[A-Z0-9]{44}$/),
      workspaceId: null,
      allowedOrigins: [],
      lastUsedAt: null,
      seenInUrlAt: null,
      revokedAt: null,
    });
    const { key, ...shown } = created;
    const one = await expectStatus(owner.ask({ url: `/v1/api-keys/${created.id}` }), 200);
    expect(one.body).toEqual(shown);
    const list = await expectStatus(owner.ask({ url: '/v1/api-keys' }), 200);
    const renamed = await expectStatus(change(created.id, { name: 'Renamed' }), 200);
    for (const { text } of [one, list, renamed]) expect(text).not.toContain(key.slice(9));
  });

  it('of either scope, for one app, several or all, work on a server where the app does not exist yet (U4, U5, U26)', async () => {
    for (const scope of ['readonly', 'interactive']) {
      for (const appIds of [[], ['my-app'], ['my-app', 'other-app']]) {
        const { key } = await owner.apiKey({ scope, appIds });
        expect((await use(key)).status).toBe(200);
      }
    }
  });

  it('are listed as a bare array, newest first, active and revoked, without the key and without another owner’s (U10)', async () => {
    const lister = await scenario.anotherOwner();
    const first = await lister.apiKey({ name: 'first' });
    scenario.clock.advance(1000);
    const second = await lister.apiKey({ name: 'second' });
    await expectStatus(lister.ask({ method: 'DELETE', url: `/v1/api-keys/${first.id}` }), 204);
    const { body } = await expectStatus(lister.ask({ url: '/v1/api-keys' }), 200);
    expect(body).toMatchObject([
      { id: second.id, isActive: true, revokedAt: null },
      { id: first.id, isActive: false, revokedAt: expect.any(String) },
    ]);
    for (const item of body) expect(Object.keys(item)).not.toContain('key');
  });

  it('are changed by name, scope, apps, activity and origins, each alone, and say when (U11)', async () => {
    const { id } = await owner.apiKey();
    for (const body of [
      { name: 'Updated' },
      { scope: 'interactive' },
      { appIds: ['a', 'b'] },
      { isActive: false },
      { isActive: true },
      { allowedOrigins: ['shop.example'] },
      { name: 'All', scope: 'readonly', appIds: [], isActive: true },
    ]) {
      scenario.clock.advance(1000);
      const changed = await expectStatus(change(id, body), 200);
      expect(changed.body).toMatchObject({ ...body, updatedAt: new Date(scenario.clock.now()).toISOString() });
      expect((await owner.ask({ url: `/v1/api-keys/${id}` })).body).toEqual(changed.body);
    }
  });

  it('switched off are refused on the next request, and work again when switched on (U11, U13)', async () => {
    const { id, key } = await owner.apiKey();
    expect((await use(key)).status).toBe(200);
    await expectStatus(change(id, { isActive: false }), 200);
    expect((await use(key)).status).toBe(401);
    await expectStatus(change(id, { isActive: true }), 200);
    expect((await use(key)).status).toBe(200);
  });

  it('revoked are refused on the next request, for good; revoking again changes nothing (U12, U13, U14, U72)', async () => {
    const { id, key } = await owner.apiKey();
    expect((await use(key)).status).toBe(200);
    await expectStatus(revoke(id), 204);
    const refused = await use(key);
    expect([refused.status, refused.body.error]).toEqual([401, 'Authentication required']);
    await scenario.flush();
    expect((await expectNoChange(scenario, owner, () => revoke(id))).status).toBe(204);
    for (const body of [{ isActive: true }, { name: 'x' }]) {
      const answer = await expectUnloggedRefusal(scenario, () => change(id, body), { status: 409, code: 'conflict' });
      expect(answer.body.hint).toContain('final');
    }
    expect((await use(key)).status).toBe(401);
  });

  it.each<[string, unknown, string]>([
    ['no name', { scope: 'readonly', appIds: [] }, 'name'],
    ['an empty name', { name: '', scope: 'readonly', appIds: [] }, 'name'],
    ['no scope', { name: 'x', appIds: [] }, 'scope'],
    ['a scope that there is not', { name: 'x', scope: 'admin', appIds: [] }, 'scope'],
    ['no apps', { name: 'x', scope: 'readonly' }, 'appIds'],
    ['apps that are no list', { name: 'x', scope: 'readonly', appIds: 'my-app' }, 'appIds'],
    ['an app that is no slug', { name: 'x', scope: 'readonly', appIds: ['My App'] }, 'appIds.0'],
    ['an app twice', { name: 'x', scope: 'readonly', appIds: ['a', 'a'] }, 'appIds'],
    ['a key of its own', { name: 'x', scope: 'readonly', appIds: [], key: 'A'.repeat(44) }, 'key'],
    ['an owner', { name: 'x', scope: 'readonly', appIds: [], ownerId: 'own_1' }, 'ownerId'],
    ['every origin', { name: 'x', scope: 'readonly', appIds: [], allowedOrigins: ['*'] }, 'allowedOrigins.0'],
  ])('are not created with %s, and nothing is made', async (_what, body, path) => {
    const ask = (): Promise<Answer> => owner.ask({ method: 'POST', url: '/v1/api-keys', body });
    const answer = await expectUnloggedRefusal(scenario, ask, { status: 400, code: 'validation_failed' });
    expect(answer.body.issues).toContainEqual({ path, message: expect.any(String) });
  });

  it.each<[string, unknown]>([
    ['the id', { id: nobodys }],
    ['the prefix', { keyPrefix: 'AAAAAAAA' }],
    ['the key', { key: 'A'.repeat(44) }],
    ['the workspace', { workspaceId: 'ws_1' }],
    ['when it was made', { createdAt: '2026-01-01T00:00:00.000Z' }],
    ['the version', { version: 1 }],
    ['nothing', {}],
    ['the activity to a text', { isActive: 'false' }],
    ['the name to null', { name: null }],
  ])('cannot be changed by %s (U11)', async (_what, body) => {
    const { id } = await owner.apiKey();
    const ask = (): Promise<Answer> => change(id, body);
    await expectUnloggedRefusal(scenario, ask, { status: 400, code: 'validation_failed' });
  });

  it('without a management credential cannot be managed: no credential is 401, and neither is an API key one (U67)', async () => {
    const { id, key } = await owner.apiKey();
    for (const headers of [{}, { 'x-api-key': key }, { authorization: `Bearer ${key}` }]) {
      for (const asked of [
        { url: '/v1/api-keys' },
        { url: `/v1/api-keys/${id}` },
        { method: 'POST', url: '/v1/api-keys', body: { name: 'x', scope: 'interactive', appIds: [] } },
        { method: 'PATCH', url: `/v1/api-keys/${id}`, body: { scope: 'interactive' } },
        { method: 'DELETE', url: `/v1/api-keys/${id}` },
      ] as const) {
        expect((await scenario.ask({ ...asked, headers })).status).toBe(401);
      }
    }
    expect((await owner.ask({ url: `/v1/api-keys/${id}` })).body).toMatchObject({ isActive: true, scope: 'readonly' });
  });

  describe('of another owner, and such as there are not', () => {
    it('are not found, by whatever method, and stay as they are', async () => {
      const { id, key } = await scenario.owner.apiKey();
      for (const missing of [id, nobodys]) {
        const notFound = { status: 404, code: 'not_found' } as const;
        const byId = { url: `/v1/api-keys/${missing}` };
        await expectUnloggedRefusal(scenario, () => owner.ask(byId), notFound);
        await expectUnloggedRefusal(scenario, () => change(missing, { isActive: false }), notFound);
        await expectUnloggedRefusal(scenario, () => revoke(missing), notFound);
      }
      expect((await use(key)).status).toBe(200);
    });

    it('no key is bound to another owner’s workspace', async () => {
      const { id: workspaceId } = await scenario.owner.workspace();
      const body = { name: 'x', scope: 'readonly', appIds: [], workspaceId };
      const ask = (): Promise<Answer> => owner.ask({ method: 'POST', url: '/v1/api-keys', body });
      await expectUnloggedRefusal(scenario, ask, { status: 404, code: 'not_found' });
    });
  });

  it('keep at rest an AES-256-GCM ciphertext with a nonce of its own, bound to its row, and no raw key (U75)', async () => {
    const keys = [await owner.apiKey(), await owner.apiKey()];
    const rows = await scenario.database.admin.query(
      'select id, secret_sealed, secret_hash from api_keys where id = any ($1)',
      [keys.map(({ id }) => id)],
    );
    const sealed = rows.map((row) => Buffer.from(row['secret_sealed'] as Uint8Array));
    expect(sealed.map(({ length }) => length)).toEqual([1 + 4 + 12 + 16 + 44, 1 + 4 + 12 + 16 + 44]);
    expect(new Set(sealed.map((bytes) => bytes.subarray(5, 17).toString('hex'))).size).toBe(2);
    expect(sealed.join()).not.toMatch(/[A-Z0-9]{44}/);

    // The ciphertexts exchanged: neither key opens in the other's row, so neither is taken for the other's.
    const [first, second] = rows;
    const { admin } = scenario.database;
    await admin.query('update api_keys set secret_sealed = $1 where id = $2', [
      second?.['secret_sealed'],
      first?.['id'],
    ]);
    const stolen = keys.find(({ id }) => id === first?.['id']);
    const answer = await use(stolen?.key ?? '');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/[A-Z0-9]{44}/);
  });
});
