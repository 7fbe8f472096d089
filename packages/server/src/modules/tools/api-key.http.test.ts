import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import {
  describeApp,
  expectStatus,
  loanInputs,
  type Answer,
  type Owner,
  type Scenario,
} from '../../testing/scenario.ts';
import { signAnything } from '../../testing/signed-token.ts';

describeApp('a tool used from a server with an API key', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let home: string;
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
    ({ id: home } = await owner.workspace());
    scenario.clock.advance(1000);
    await owner.tool('servers-tool');
    await owner.tool('other-tool');
  });

  const interactive = (fields?: Record<string, unknown>) =>
    owner.apiKey({ scope: 'interactive', appIds: ['servers-tool'], ...fields });
  type Asked = { slug?: string; query?: string; inputs?: unknown; workspaceId?: string };
  const run = (
    headers: Record<string, string>,
    { slug = 'servers-tool', query = '', ...body }: Asked = {},
  ): Promise<Answer> =>
    scenario.ask({
      method: 'POST',
      url: `/api/tools/${slug}/run${query}`,
      headers,
      body: { inputs: { text: 'x' }, ...body },
    });
  const schema = (headers: Record<string, string>, query = ''): Promise<Answer> =>
    scenario.ask({ url: `/api/tools/servers-tool/schema${query}`, headers });

  it('answers schema and run, in the owner’s first workspace, and counts and logs the run as the key’s (U2)', async () => {
    const { id, key } = await interactive();
    await owner.workspace();
    const headers = { 'x-api-key': key };
    expect((await expectStatus(schema(headers), 200)).body.slug).toBe('servers-tool');
    const answer = await expectStatus(run(headers), 200);
    expect(answer.body).toMatchObject({ status: 'ok', output: { text: 'x' } });
    const runs = await expectStatus(owner.ask({ url: '/v1/runs' }), 200);
    expect(runs.body.data[0]).toMatchObject({
      id: answer.body.runId,
      workspaceId: home,
      credentialClass: 'api_key',
      credentialId: id,
      surfaceId: null,
    });
    expect(await scenario.accessLog(String(answer.headers['x-request-id']))).toMatchObject([
      { credential_class: 'api_key', credential_id: id, workspace_id: home, app: 'servers-tool', status: 200 },
    ]);
    expect((await owner.ask({ url: `/v1/api-keys/${id}` })).body.lastUsedAt).not.toBeNull();
  });

  it('runs in the workspace that the key is bound to, and in no other that the body names', async () => {
    const { id: workspaceId } = await owner.workspace();
    const { key } = await interactive({ workspaceId });
    const headers = { 'x-api-key': key };
    const { body } = await expectStatus(run(headers, { workspaceId }), 200);
    const runs = await owner.ask({ url: `/v1/runs?workspaceId=${workspaceId}` });
    expect(runs.body.data.map(({ id }: { id: string }) => id)).toEqual([body.runId]);
    expect((await run(headers, { workspaceId: home })).body.code).toBe('permission_denied');
  });

  it('is any of its owner’s for a key of all apps, and none of another owner’s (U26)', async () => {
    const headers = { 'x-api-key': (await interactive({ appIds: [] })).key };
    await expectStatus(run(headers), 200);
    await expectStatus(run(headers, { slug: 'other-tool' }), 200);
    expect((await run(headers, { slug: 'loan-calculator', inputs: loanInputs })).status).toBe(404);
  });

  describe('is refused', () => {
    it.each<[string, Record<string, unknown>, Record<string, string>, string]>([
      ['to a readonly key', { scope: 'readonly' }, {}, 'lacks tool:run'],
      ['to a key of another app', {}, { slug: 'other-tool' }, 'app_not_in_scope'],
    ])('%s', async (_what, fields, asked, reason) => {
      const { id, key } = await interactive(fields);
      await scenario.flush();
      await expectRefusal(scenario, () => run({ 'x-api-key': key }, asked), {
        status: 403,
        code: 'permission_denied',
        reason,
        workspaceId: home,
        credentialId: id,
      });
    });

    it('to a key that is unknown, switched off or revoked, on the next request (U13)', async () => {
      const { id, key } = await interactive();
      const headers = { 'x-api-key': key };
      await expectStatus(run(headers), 200);
      await expectStatus(owner.ask({ method: 'PATCH', url: `/v1/api-keys/${id}`, body: { isActive: false } }), 200);
      expect((await run(headers)).body.code).toBe('invalid_token');
      await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/api-keys/${id}` }), 204);
      expect((await run(headers)).body.code).toBe('invalid_token');
      expect((await run({ 'x-api-key': 'A'.repeat(44) })).body.code).toBe('invalid_token');
    });

    it('in embed mode: there only an embed token counts', async () => {
      const { key } = await interactive();
      for (const asked of [
        run({ 'x-api-key': key }, { query: '?embed=1' }),
        schema({ 'x-api-key': key }, '?embed=1'),
      ]) {
        expect((await asked).body.code).toBe('missing_auth');
      }
    });

    it('beside another credential, to a signed token, and from a foreign page (R33, R34)', async () => {
      const { id, key } = await interactive();
      const exp = Math.floor(scenario.clock.now() / 1000) + 60;
      const token = signAnything(key, { kid: id, exp, scope: 'interactive', apps: ['servers-tool'] });
      const codeOf = async (headers: Record<string, string>): Promise<unknown> => (await run(headers)).body.code;
      expect(await codeOf({ 'x-api-key': key, authorization: `Bearer ${owner.key}` })).toBe('mixed_auth');
      expect(await codeOf({ 'x-api-key': key, 'x-embed-token': token })).toBe('mixed_auth');
      expect(await codeOf({ 'x-api-key': key, 'x-microapp-embed-token': 'mtok_x' })).toBe('mixed_auth');
      expect(await codeOf({ 'x-embed-token': token })).toBe('missing_auth');
      expect(await codeOf({ 'x-api-key': token })).toBe('invalid_token');
      expect(await codeOf({ 'x-api-key': key, origin: 'https://shop.example' })).toBe('origin_not_allowed');
    });

    it('when the workspace has lost the feature, is disabled or deleted, or there is none', async () => {
      const other = await scenario.anotherOwner();
      await other.tool('lonely-tool');
      const { key } = await other.apiKey({ scope: 'interactive', appIds: [] });
      const codeOf = async (): Promise<unknown> => (await run({ 'x-api-key': key }, { slug: 'lonely-tool' })).body.code;
      expect(await codeOf()).toBe('permission_denied');
      const { id } = await other.workspace({ features: [] });
      scenario.clock.advance(1000);
      await other.workspace();
      const set = (body: unknown): Promise<Answer> =>
        expectStatus(other.ask({ method: 'PATCH', url: `/v1/workspaces/${id}`, body }), 200);
      expect(await codeOf()).toBe('permission_denied');
      await set({ features: ['tool:run'] });
      expect(await codeOf()).toBeUndefined();
      await set({ status: 'disabled' });
      expect(await codeOf()).toBe('workspace_disabled');
      await set({ status: 'active' });
      await expectStatus(other.ask({ method: 'DELETE', url: `/v1/workspaces/${id}` }), 204);
      // Never on to the next workspace, which is a customer's.
      expect(await codeOf()).toBe('invalid_token');
    });
  });

  it('is all that the embed API gives to an API key: no other route of it takes one (K19)', async () => {
    const { key } = await interactive();
    for (const asked of [
      { url: '/v1/embed/me' },
      { method: 'POST', url: '/v1/embed/sessions', body: {} },
      { method: 'POST', url: '/v1/embed/sessions/refresh' },
    ] as const) {
      const answer = await scenario.ask({ ...asked, headers: { 'x-api-key': key } });
      expect([answer.status, answer.body.code]).toEqual([401, 'missing_auth']);
    }
  });
});
