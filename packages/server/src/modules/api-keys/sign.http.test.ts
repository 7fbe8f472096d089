import { beforeAll, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { signBySnippet } from '../../testing/snippets.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

describeApp('signing', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
  });

  const inSeconds = (seconds: number): number => Math.floor(scenario.clock.now() / 1000) + seconds;
  const sign = (key: string, body: unknown): Promise<Answer> =>
    scenario.ask({ method: 'POST', url: '/v1/api-keys/sign', headers: { 'x-api-key': key }, body });
  const me = (token: string): Promise<Answer> =>
    scenario.ask({ url: '/v1/api-keys/me', headers: { 'x-embed-token': token } });

  it.each(['node', 'python'] as const)(
    'by the endpoint and by the documented %s snippet as it stands gives the same bytes, which verify (U2, U3, U34, U35, U40, U43, U44, U45)',
    async (language) => {
      const key = await owner.apiKey({ scope: 'interactive', appIds: ['my-app', 'other-app'] });
      for (const call of [
        { exp: inSeconds(3600), scope: 'readonly', apps: ['my-app'] },
        { exp: inSeconds(60), scope: 'interactive', apps: ['other-app', 'my-app'] },
        { exp: inSeconds(3600), scope: 'readonly', apps: ['my-app'], sid: 'target-session-id' },
      ]) {
        const bySnippet = signBySnippet(language, key, call);
        const { body } = await expectStatus(sign(key.key, call), 200);
        expect(body).toEqual({ token: bySnippet });
        const holder = await expectStatus(me(bySnippet), 200);
        expect(holder.body).toMatchObject({
          class: 'signed_token',
          credentialId: key.id,
          ownerId: owner.id,
          scope: call.scope,
          apps: call.apps,
          sid: call.sid ?? null,
        });
      }
    },
  );

  it.each<[string, (body: Record<string, unknown>) => unknown]>([
    ['a time that is past', (body) => ({ ...body, exp: inSeconds(-1) })],
    ['this very second', (body) => ({ ...body, exp: inSeconds(0) })],
    ['a time a second beyond the maximum', (body) => ({ ...body, exp: inSeconds(86_400 + 1) })],
    ['milliseconds', (body) => ({ ...body, exp: inSeconds(60) * 1000 })],
    ['a fraction of a second', (body) => ({ ...body, exp: inSeconds(60) + 0.5 })],
    ['a time as text', (body) => ({ ...body, exp: String(inSeconds(60)) })],
    ['a negative time', (body) => ({ ...body, exp: -inSeconds(60) })],
    ['no time', (body) => ({ ...body, exp: undefined })],
    ['no scope', (body) => ({ ...body, scope: undefined })],
    ['a scope that there is not', (body) => ({ ...body, scope: 'admin' })],
    ['no apps', (body) => ({ ...body, apps: undefined })],
    ['an empty list of apps', (body) => ({ ...body, apps: [] })],
    ['an app that is no slug', (body) => ({ ...body, apps: ['My App'] })],
    ['an empty sid', (body) => ({ ...body, sid: '' })],
    ['a kid of its own', (body) => ({ ...body, kid: '00000000-0000-4000-8000-000000000000' })],
    ['a field that we do not know', (body) => ({ ...body, nbf: 1 })],
  ])('refuses %s, even for a key of all apps (U36, U37, U38)', async (_what, bodyOf) => {
    const { key } = await owner.apiKey({ scope: 'interactive', appIds: [] });
    await scenario.flush();
    const before = await scenario.rows();
    const answer = await sign(key, bodyOf({ exp: inSeconds(60), scope: 'readonly', apps: ['my-app'] }));
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.text).not.toContain('token');
    expect(await scenario.rows()).toBe(before);
  });

  it('takes the whole of the longest time that there is', async () => {
    const { key } = await owner.apiKey();
    const { body } = await expectStatus(
      sign(key, { exp: inSeconds(86_400), scope: 'readonly', apps: ['my-app'] }),
      200,
    );
    await expectStatus(me(body.token), 200);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string, string]>([
    [
      'a scope above the key’s',
      { scope: 'readonly' },
      { scope: 'interactive' },
      'Token scope exceeds key scope',
      'scope_exceeds_key',
    ],
    [
      'an app that is not the key’s',
      { appIds: ['my-app'] },
      { apps: ['my-app', 'other-app'] },
      'App not allowed for this key',
      'app_not_in_scope',
    ],
  ])('refuses %s (U41, U42, U71, U73)', async (_what, fields, excess, sentence, reason) => {
    const { id, key } = await owner.apiKey(fields);
    const body = { exp: inSeconds(60), scope: 'readonly', apps: ['my-app'], ...excess };
    const answer = await expectRefusal(scenario, () => sign(key, body), {
      status: 403,
      code: 'permission_denied',
      reason,
      credentialId: id,
    });
    expect(answer.body.error).toBe(sentence);
  });

  it('is for the holder of the key itself: a token signs no token', async () => {
    const { id, key } = await owner.apiKey();
    const body = { exp: inSeconds(60), scope: 'readonly', apps: ['my-app'] };
    const { token } = (await expectStatus(sign(key, body), 200)).body;
    await scenario.flush();
    const byToken = { method: 'POST', url: '/v1/api-keys/sign', headers: { 'x-embed-token': token }, body } as const;
    const answer = await expectRefusal(scenario, () => scenario.ask(byToken), {
      status: 401,
      code: 'invalid_token',
      reason: 'signed_token_cannot_sign',
      credentialId: id,
    });
    expect(answer.body.error).toBe('Authentication required');
  });

  it('leaves other methods and the paths beside it alone', async () => {
    const { key } = await owner.apiKey();
    const headers = { 'x-api-key': key };
    expect((await scenario.ask({ url: '/v1/api-keys/sign', headers })).status).toBe(405);
    expect((await scenario.ask({ method: 'DELETE', url: '/v1/api-keys/me', headers })).status).toBe(405);
    await expectUnloggedRefusal(scenario, () => owner.ask({ url: '/v1/api-keys/signs' }), {
      status: 400,
      code: 'validation_failed',
    });
  });
});
