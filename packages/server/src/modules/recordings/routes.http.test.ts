import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { signAnything } from '../../testing/signed-token.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

const parts = { events: 'event', logs: 'log', chat: 'chat' } as const;

describeApp('recorded sessions', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceId: string;
  let front: string;
  let back: string;
  let elsewhere: string;

  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
    ({ id: workspaceId } = await owner.workspace());
    const { id: otherWorkspaceId } = await owner.workspace();
    front = await record(owner.id, workspaceId, 'app-frontend', 1);
    back = await record(owner.id, workspaceId, 'app-backend', 2);
    elsewhere = await record(owner.id, otherWorkspaceId, 'app-frontend', 3);
    // Of the same app name, and nobody's business here.
    await record(scenario.owner.id, scenario.owner.workspaceId, 'app-frontend', 4);
  });

  /** A recording with one entry of each kind; `minute` is when it began. */
  async function record(ownerId: string, workspace: string, app: string, minute: number): Promise<string> {
    const { admin } = scenario.database;
    const id = randomUUID();
    const at = new Date(scenario.clock.now() + minute * 60_000);
    await admin.query(
      'insert into recordings (id, owner_id, workspace_id, app, started_at) values ($1, $2, $3, $4, $5)',
      [id, ownerId, workspace, app, at],
    );
    for (const kind of Object.values(parts)) {
      for (const seq of [2, 1]) {
        await admin.query(
          `insert into recording_entries (owner_id, workspace_id, recording_id, kind, seq, at, body)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [ownerId, workspace, id, kind, seq, at, { text: `${kind} ${seq}` }],
        );
      }
    }
    return id;
  }

  const byKey =
    ({ key }: { key: string }) =>
    (url: string): Promise<Answer> =>
      scenario.ask({ url, headers: { 'x-api-key': key } });
  const byToken =
    ({ id, key }: { id: string; key: string }, payload: Record<string, unknown>) =>
    (url: string): Promise<Answer> => {
      const exp = Math.floor(scenario.clock.now() / 1000) + 60;
      const token = signAnything(key, { kid: id, exp, scope: 'readonly', apps: ['app-frontend'], ...payload });
      return scenario.ask({ url, headers: { 'x-embed-token': token } });
    };
  const idsOf = async (asked: Promise<Answer>): Promise<string[]> =>
    (await expectStatus(asked, 200)).body.map(({ id }: { id: string }) => id);

  it('are listed for a key of all apps, newest first, as a bare array, its owner’s only (U1, U2, U26, U27, U28)', async () => {
    const ask = byKey(await owner.apiKey({ appIds: [] }));
    expect(await idsOf(ask('/v1/sessions'))).toEqual([elsewhere, back, front]);
    expect(await idsOf(ask('/v1/sessions?limit=2'))).toEqual([elsewhere, back]);
    expect(await idsOf(ask('/v1/sessions?appId=app-backend'))).toEqual([back]);
    expect(await idsOf(ask('/v1/sessions?appId=nobodys-app'))).toEqual([]);
    const { body } = await ask(`/v1/sessions/${front}`);
    expect(body).toEqual({ id: front, appId: 'app-frontend', startedAt: expect.any(String), endedAt: null });
  });

  it.each(['readonly', 'interactive'])(
    'with their events, logs and chat, in order, are read with a key of scope %s (U1, U15, U19, U27, U29, U30, U31, U32)',
    async (scope) => {
      const ask = byKey(await owner.apiKey({ scope, appIds: ['app-frontend'] }));
      expect((await expectStatus(ask(`/v1/sessions/${front}`), 200)).body.id).toBe(front);
      for (const [name, kind] of Object.entries(parts)) {
        const { body } = await expectStatus(ask(`/v1/sessions/${front}/${name}`), 200);
        expect(body.map((entry: { body: unknown }) => entry.body)).toEqual([
          { text: `${kind} 1` },
          { text: `${kind} 2` },
        ]);
      }
    },
  );

  it('are those of the key’s apps alone: list, item, what is in it, facets (U23, U33)', async () => {
    for (const ask of [
      byKey(await owner.apiKey({ appIds: ['app-frontend'] })),
      byToken(await owner.apiKey({ appIds: ['app-frontend', 'app-backend'] }), {}),
      byToken(await owner.apiKey({ appIds: [] }), {}),
    ]) {
      expect(await idsOf(ask('/v1/sessions'))).toEqual([elsewhere, front]);
      expect((await ask('/v1/sessions/facets')).body).toEqual({ apps: [{ appId: 'app-frontend', sessions: 2 }] });
      expect((await ask(`/v1/sessions/${front}`)).status).toBe(200);
      for (const path of ['', '/events', '/logs', '/chat']) {
        expect((await ask(`/v1/sessions/${back}${path}`)).status).toBe(404);
      }
    }
    const several = byKey(await owner.apiKey({ appIds: ['app-backend', 'app-frontend'] }));
    expect(await idsOf(several('/v1/sessions'))).toEqual([elsewhere, back, front]);
    expect((await several('/v1/sessions/facets')).body.apps).toHaveLength(2);
  });

  it('of an app that is not the key’s are refused when asked for (U73)', async () => {
    const held = await owner.apiKey({ appIds: ['app-frontend'] });
    await scenario.flush();
    for (const ask of [byKey(held), byToken(held, {})]) {
      const answer = await ask('/v1/sessions?appId=app-backend');
      expect([answer.status, answer.body.error]).toEqual([403, 'App not allowed for this key']);
    }
  });

  it('of a workspace are all that a key bound to it sees', async () => {
    const held = await owner.apiKey({ appIds: [], workspaceId });
    for (const ask of [byKey(held), byToken(held, {})]) {
      expect(await idsOf(ask('/v1/sessions?appId=app-frontend'))).toEqual([front]);
      expect((await ask(`/v1/sessions/${elsewhere}`)).status).toBe(404);
    }
  });

  describe('with a token for one of them', () => {
    it('are that one: the list, the facets and every other are refused, found or not (U39, U53, U74)', async () => {
      const held = await owner.apiKey({ appIds: ['app-frontend'] });
      const ask = byToken(held, { sid: front });
      for (const path of ['', '/events', '/logs', '/chat']) {
        expect((await ask(`/v1/sessions/${front}${path}`)).status).toBe(200);
      }
      await scenario.flush();
      const others = [elsewhere, randomUUID(), 'target-session-id', front.toUpperCase()];
      for (const url of [
        '/v1/sessions',
        `/v1/sessions?appId=app-frontend`,
        '/v1/sessions/facets',
        ...others.flatMap((id) => ['', '/events', '/logs', '/chat'].map((path) => `/v1/sessions/${id}${path}`)),
      ]) {
        const answer = await expectRefusal(scenario, () => ask(url), {
          status: 403,
          code: 'permission_denied',
          reason: 'other_session',
          credentialId: held.id,
        });
        expect(answer.body.error).toBe('Access denied');
      }
    });

    it('that does not exist are not found', async () => {
      const held = await owner.apiKey({ appIds: ['app-frontend'] });
      const answer = await byToken(held, { sid: 'target-session-id' })('/v1/sessions/target-session-id');
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    });
  });

  it.each(['target-session-id', '00000000-0000-4000-8000-000000000000', "'; drop table recordings", 'a%2Fb'])(
    'by an id that nobody has are not found: %s',
    async (id) => {
      const ask = byKey(await owner.apiKey({ appIds: [] }));
      for (const path of ['', '/events', '/logs', '/chat']) {
        const answer = await ask(`/v1/sessions/${encodeURIComponent(id)}${path}`);
        expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      }
    },
  );

  it('of another owner are not found, and nothing of them is counted', async () => {
    const stranger = await scenario.anotherOwner();
    const ask = byKey(await stranger.apiKey({ appIds: [] }));
    expect(await idsOf(ask('/v1/sessions'))).toEqual([]);
    expect((await ask('/v1/sessions/facets')).body).toEqual({ apps: [] });
    for (const path of ['', '/events', '/logs', '/chat']) {
      expect((await ask(`/v1/sessions/${front}${path}`)).status).toBe(404);
    }
  });

  it.each(['limit=0', 'limit=201', 'limit=many', 'limit=1&limit=2', 'appId=My%20App', 'appId=a&appId=b'])(
    'are not listed by %s',
    async (query) => {
      const { key } = await owner.apiKey({ appIds: [] });
      const answer = await byKey({ key })(`/v1/sessions?${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    },
  );

  it('are only read: every other method is refused', async () => {
    const { key } = await owner.apiKey({ scope: 'interactive', appIds: [] });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const ask = (): Promise<Answer> =>
        scenario.ask({ method, url: `/v1/sessions/${front}`, headers: { 'x-api-key': key } });
      await expectUnloggedRefusal(scenario, ask, { status: 405, code: 'method_not_allowed' });
    }
  });
});
