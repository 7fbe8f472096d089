import { isWellFormed } from '@microapp/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeApp, expectStatus, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

const hour = 60 * 60 * 1000;

describeApp('issuing an embed token', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
    workspaceId = (await owner.workspace()).id;
  });

  const least = { apps: ['loan-calculator'], permissions: ['tool:run'] };

  function issue(body: unknown, inWorkspace: string = workspaceId) {
    return owner.ask({ method: 'POST', url: `/v1/workspaces/${inWorkspace}/embed-tokens`, body });
  }

  it('answers with the token, tied to customer and partner, with what was left out at its default (M5, K1, K15)', async () => {
    const { body } = await expectStatus(issue(least), 201);
    const { token, ...shown } = body;
    expect(shown).toEqual({
      id: expect.stringMatching(/^etok_[0-9A-Za-z]{22}$/),
      label: null,
      ownerId: owner.id,
      workspaceId,
      ...least,
      allowedOrigins: null,
      use: 'widget',
      status: 'active',
      version: 1,
      createdAt: new Date(scenario.clock.now()).toISOString(),
      lastUsedAt: null,
      expiresAt: null,
      seenInUrlAt: null,
      originsSeen: [],
    });
    expect(token).toMatch(/^mtok_/);
    expect(isWellFormed('embed_token', token)).toBe(true);
    const me = await expectStatus(
      scenario.ask({ url: '/v1/embed/me?embed=1', headers: { 'x-microapp-embed-token': token } }),
      200,
    );
    expect(me.body).toMatchObject({ workspaceId, ownerId: owner.id, credentialId: shown.id });
  });

  it('keeps every field that is given: label, permissions, expiry, origins, use (K10, K12, K17, K54)', async () => {
    const expiresAt = new Date(scenario.clock.now() + hour).toISOString();
    const fields = {
      label: 'Shop footer',
      apps: ['loan-calculator'],
      permissions: ['tool:run', 'chat:send'],
      expiresAt,
      allowedOrigins: ['shop.example', '*.shop.example'],
      use: 'iframe',
    };
    const { body } = await expectStatus(issue({ ...fields, workspaceId }), 201);
    expect(body).toMatchObject(fields);
    const read = await expectStatus(owner.ask({ url: `/v1/embed-tokens/${body.id}` }), 200);
    expect(read.body).toMatchObject(fields);
  });

  it('shows the token in that answer only, and no row or log holds it (M57, M58, K14)', async () => {
    const { id, token } = await owner.embedToken(workspaceId, { label: 'Once' });
    await expectStatus(scenario.run('loan-calculator', token), 200);
    const later = [
      await owner.ask({ url: `/v1/embed-tokens/${id}` }),
      await owner.ask({ url: `/v1/workspaces/${workspaceId}/embed-tokens?limit=200` }),
      await owner.ask({ url: '/v1/audit?limit=200' }),
      await owner.ask({ url: '/v1/access-log?limit=200' }),
      await owner.ask({ url: '/v1/runs?limit=200' }),
    ];
    const everything = [...later.map(({ text }) => text), await scenario.rows(), scenario.logged()].join('\n');
    expect(everything).toContain(id);
    // Neither whole nor in part: the random part without its prefix would do for whoever knows the form.
    expect(everything).not.toContain(token.slice('mtok_'.length, -6));
    expect(everything).not.toContain(Buffer.from(token).toString('hex'));
    expect(everything).not.toContain(Buffer.from(token).toString('base64').slice(0, 40));
  });

  describe('is refused when', () => {
    it.each([
      ['the workspace is disabled', { status: 'disabled' }, ['workspace.status']],
      ['portal access is off', { portalEnabled: false }, ['workspace.portalEnabled']],
      ['the workspace lacks the feature', { features: ['chat:send'] }, ['permissions']],
      [
        'all of that at once, and every reason is told',
        { status: 'disabled', portalEnabled: false, features: [] },
        ['workspace.status', 'workspace.portalEnabled', 'permissions'],
      ],
    ])('%s (K7, K8, K10, K18)', async (_, fields, paths) => {
      const workspace = await owner.workspace(fields);
      const refusal = await expectUnloggedRefusal(scenario, () => issue(least, workspace.id), {
        status: 409,
        code: 'conflict',
      });
      expect(refusal.body.issues.map(({ path }: { path: string }) => path)).toEqual(paths);
    });

    it('one permission of several has no feature: the one is named (K18)', async () => {
      const workspace = await owner.workspace({ features: ['tool:run'] });
      const refusal = await expectUnloggedRefusal(
        scenario,
        () => issue({ ...least, permissions: ['tool:run', 'voice:start'] }, workspace.id),
        { status: 409, code: 'conflict' },
      );
      expect(refusal.body.issues).toEqual([
        { path: 'permissions', message: 'the workspace lacks the feature "voice:start"' },
      ]);
    });

    it.each([
      ['there is no app', { apps: [] }, 'apps'],
      ['an app is named twice', { apps: ['loan-calculator', 'loan-calculator'] }, 'apps'],
      ['an app is unknown', { apps: ['loan-calculator', 'no-such-app'] }, 'apps.1'],
      ['there is no permission', { permissions: [] }, 'permissions'],
      ['a permission is unknown', { permissions: ['everything'] }, 'permissions.0'],
      ['the expiry is no time', { expiresAt: 'tomorrow' }, 'expiresAt'],
      ['the expiry has no time zone', { expiresAt: '2030-01-01T00:00:00' }, 'expiresAt'],
      ['the expiry is a leap second', { expiresAt: '2027-12-31T23:59:60Z' }, 'expiresAt'],
      ['the expiry is past', { expiresAt: '2026-03-02T09:59:59Z' }, 'expiresAt'],
      ['an origin is *, even beside others', { allowedOrigins: ['a.example', '*'] }, 'allowedOrigins.1'],
      ['an origin is a URL', { allowedOrigins: ['https://a.example/x'] }, 'allowedOrigins.0'],
      ['the use is unknown', { use: 'mobile' }, 'use'],
      ['the label is without end', { label: 'x'.repeat(201) }, 'label'],
      ['the caller brings its own token', { token: 'mtok_mine' }, 'token'],
    ])('%s', async (_, fields, path) => {
      const refusal = await expectUnloggedRefusal(scenario, () => issue({ ...least, ...fields }), {
        status: 400,
        code: 'validation_failed',
      });
      expect(refusal.body.issues).toEqual([{ path, message: expect.any(String) }]);
    });

    it('the expiry is this very moment', async () => {
      // The clock moves by a millisecond before the question is asked.
      const expiresAt = new Date(scenario.clock.now() + 1).toISOString();
      await expectUnloggedRefusal(scenario, () => issue({ ...least, expiresAt }), {
        status: 400,
        code: 'validation_failed',
      });
    });

    it("an app is another owner's: it looks like one that does not exist", async () => {
      const stranger = await scenario.anotherOwner();
      await stranger.tool('strangers-tool');
      for (const slug of ['strangers-tool', 'nobodys-tool']) {
        const refusal = await expectUnloggedRefusal(scenario, () => issue({ ...least, apps: [slug] }), {
          status: 400,
          code: 'validation_failed',
        });
        expect(refusal.body.issues).toEqual([{ path: 'apps.0', message: `there is no app "${slug}"` }]);
      }
    });

    it('the app was deleted', async () => {
      await owner.tool('short-lived');
      await expectStatus(owner.ask({ method: 'DELETE', url: '/v1/apps/short-lived' }), 204);
      await expectUnloggedRefusal(scenario, () => issue({ ...least, apps: ['short-lived'] }), {
        status: 400,
        code: 'validation_failed',
      });
    });
  });

  it('a body that names another workspace than the address is refused, whosever it is (K9, K68)', async () => {
    const other = await owner.workspace();
    const stranger = await scenario.anotherOwner();
    for (const named of [other.id, (await stranger.workspace()).id, 'ws_nobody']) {
      const before = await scenario.rows();
      const answer = await issue({ ...least, workspaceId: named });
      expect(answer.body).toEqual({
        error: 'The body names another workspace than the address.',
        code: 'permission_denied',
        requestId: answer.headers['x-request-id'],
      });
      expect(answer.status).toBe(403);
      expect(await scenario.rows()).toBe(before);
      expect(await scenario.accessLog(answer.body.requestId)).toMatchObject([{ status: 403, owner_id: owner.id }]);
    }
  });
});
