import { isWellFormed } from '@microapp/contract';
import { beforeAll, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeApp, expectStatus, type Answer, type Ask, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

describeApp('a further owner', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  const creation = (body: unknown = { name: 'Second company' }): Ask => ({ method: 'POST', url: '/v1/owners', body });
  const asNew = (key: string, asked: Ask): Promise<Answer> =>
    scenario.ask({ ...asked, headers: { authorization: `Bearer ${key}` } });

  it('is made by the first, and is answered with its first key', async () => {
    const { body } = await expectStatus(scenario.owner.ask(creation()), 201);
    expect(body).toEqual({
      id: expect.stringMatching(/^own_[0-9A-Za-z]{22}$/),
      name: 'Second company',
      createdAt: new Date(scenario.clock.now()).toISOString(),
      workspaceId: expect.stringMatching(/^ws_/),
      keyId: expect.stringMatching(/^ownk_/),
      key: expect.stringMatching(/^mk_/),
    });
    expect(isWellFormed('owner_key', body.key)).toBe(true);
    const me = await expectStatus(asNew(body.key, { url: '/v1/me' }), 200);
    expect(me.body).toMatchObject({ class: 'owner_key', credentialId: body.keyId, ownerId: body.id, role: 'admin' });
    await scenario.flush();
    const everything = `${await scenario.rows()}${scenario.logged()}`;
    expect(everything).toContain(body.keyId);
    expect(everything).not.toContain(body.key);
  });

  it('has all that it needs: its workspace, tools, tokens and runs of its own', async () => {
    const { body: made } = await expectStatus(scenario.owner.ask(creation()), 201);
    const slug = `tool-of-${made.id.slice(4, 12).toLowerCase()}`;
    const steps = [{ kind: 'transform', name: 'say', expression: '"hello"' }];
    const spec = { inputs: { type: 'object' }, steps };
    const ask = async (asked: Ask, status: number): Promise<Answer> => expectStatus(asNew(made.key, asked), status);
    await ask({ method: 'POST', url: '/v1/apps', body: { slug, kind: 'tool', name: 'Tool', spec } }, 201);
    await ask({ method: 'POST', url: `/v1/apps/${slug}/publish` }, 200);
    const token = await ask(
      {
        method: 'POST',
        url: `/v1/workspaces/${made.workspaceId}/embed-tokens`,
        body: { apps: [slug], permissions: ['tool:run'], use: 'server' },
      },
      201,
    );
    const run = await expectStatus(scenario.run(slug, token.body.token, {}), 200);
    expect(run.text).toContain('hello');
    const key = await ask({ method: 'POST', url: '/v1/owner-keys', body: {} }, 201);
    await expectStatus(asNew(key.body.key, { method: 'DELETE', url: `/v1/owner-keys/${made.keyId}` }), 204);
  });

  it('sees nothing of the first, nor the first of it', async () => {
    const { body: made } = await expectStatus(scenario.owner.ask(creation()), 201);
    const theirs = await expectStatus(asNew(made.key, { url: '/v1/workspaces' }), 200);
    expect(theirs.body.data.map(({ id }: { id: string }) => id)).toEqual([made.workspaceId]);
    expect((await asNew(made.key, { url: `/v1/workspaces/${scenario.owner.workspaceId}` })).status).toBe(404);
    expect((await asNew(made.key, { url: '/v1/apps/loan-calculator' })).status).toBe(404);
    expect((await scenario.owner.ask({ url: `/v1/workspaces/${made.workspaceId}` })).status).toBe(404);
    const ours = await expectStatus(scenario.owner.ask({ url: '/v1/owner-keys' }), 200);
    expect(ours.text).not.toContain(made.keyId);
  });

  it('is in the audit trail of the first, with who, when, from where and under which request', async () => {
    scenario.clock.advance(1);
    const made = await expectStatus(scenario.owner.ask(creation()), 201);
    const { body } = await expectStatus(scenario.owner.ask({ url: '/v1/audit?limit=1' }), 200);
    expect(body.data).toEqual([
      {
        id: expect.stringMatching(/^aud_/),
        at: new Date(scenario.clock.now()).toISOString(),
        workspaceId: null,
        actorClass: 'owner_key',
        actorId: scenario.owner.keyId,
        address: '127.0.0.1',
        requestId: made.headers['x-request-id'],
        event: 'owner.created',
        targetId: made.body.id,
        detail: { workspaceId: made.body.workspaceId, keyId: made.body.keyId },
      },
    ]);
    const theirs = await expectStatus(asNew(made.body.key, { url: '/v1/audit' }), 200);
    expect(theirs.body.data).toEqual([]);
  });

  it('cannot be made by any owner but the first', async () => {
    const { body: made } = await expectStatus(scenario.owner.ask(creation()), 201);
    await expectRefusal(scenario, () => asNew(made.key, creation()), {
      status: 403,
      code: 'permission_denied',
      reason: 'not_the_first_owner',
      credentialId: made.keyId,
    });
  });

  it.each([
    ['without a name', {}, 'name'],
    ['with an empty name', { name: '' }, 'name'],
    ['with a name without end', { name: 'x'.repeat(201) }, 'name'],
    ['with a name that is no text', { name: 5 }, 'name'],
    ['with a name that cannot be stored', { name: 'a\0b' }, 'name'],
    ['that wants to be the first', { name: 'x', isFirst: true }, 'isFirst'],
    ['that brings its own key', { name: 'x', key: 'mk_mine' }, 'key'],
  ])('is refused %s', async (_, body, path) => {
    const refusal = await expectUnloggedRefusal(scenario, () => scenario.owner.ask(creation(body)), {
      status: 400,
      code: 'validation_failed',
    });
    expect(refusal.body.issues).toEqual([{ path, message: expect.any(String) }]);
  });
});
