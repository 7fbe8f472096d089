import { beforeAll, expect, it } from 'vitest';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';

describeApp('the audit trail, narrowed', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceId: string;
  let otherKeyId: string;
  let tokenId: string;
  let betweenMs = 0;
  let revoking: Answer;
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
    ({ id: workspaceId } = await owner.workspace());
    await owner.tool('audited');
    ({ id: tokenId } = await owner.embedToken(workspaceId, { apps: ['audited'] }));
    const key = await expectStatus(owner.ask({ method: 'POST', url: '/v1/owner-keys', body: {} }), 201);
    otherKeyId = key.body.id;
    scenario.clock.advance(60_000);
    betweenMs = scenario.clock.now();
    const headers = { authorization: `Bearer ${key.body.key}` };
    revoking = await expectStatus(scenario.ask({ method: 'DELETE', url: `/v1/embed-tokens/${tokenId}`, headers }), 204);
    await expectStatus(
      owner.ask({ method: 'PATCH', url: `/v1/workspaces/${workspaceId}`, body: { status: 'disabled' } }),
      200,
    );
  });

  async function events(query: string, by: Owner = owner): Promise<string[]> {
    const { body } = await expectStatus(by.ask({ url: `/v1/audit?${query}` }), 200);
    return body.data.map(({ event }: { event: string }) => event);
  }

  const queries: [string, () => string, string[]][] = [
    ['event', () => 'event=embed-token.revoked', ['embed-token.revoked']],
    ['actor', () => `actorId=${otherKeyId}`, ['embed-token.revoked']],
    ['target', () => `targetId=${tokenId}`, ['embed-token.revoked', 'embed-token.issued']],
    ['request', () => `requestId=${revoking.headers['x-request-id']}`, ['embed-token.revoked']],
    ['from', () => `from=${new Date(betweenMs).toISOString()}`, ['workspace.changed', 'embed-token.revoked']],
    [
      'workspace and to',
      () => `workspaceId=${workspaceId}&to=${new Date(betweenMs).toISOString()}`,
      ['embed-token.issued', 'workspace.created'],
    ],
    ['what nobody did', () => `event=surface.deleted&workspaceId=${workspaceId}`, []],
  ];

  it.each(queries)('by %s has these changes and no others', async (_, query, expected) => {
    expect((await events(query())).toSorted()).toEqual(expected.toSorted());
  });

  it.each(queries)('by %s shows nothing to another owner', async (_, query) => {
    expect(await events(query(), await scenario.anotherOwner())).toEqual([]);
  });

  it('tells of a changed setting what it was and what it is', async () => {
    const { body } = await expectStatus(owner.ask({ url: '/v1/audit?event=workspace.changed' }), 200);
    expect(body.data[0].detail).toEqual({
      fields: ['status'],
      changes: { status: { from: 'active', to: 'disabled' } },
    });
  });

  it.each([
    'event=',
    'event=Nonsense',
    'event=a.b;c',
    'actorId=',
    'targetId=',
    'requestId=',
    'from=x',
    'to=2026-03-02',
    'actorId=%00',
  ])('refuses a filter that says nothing clear: %s', async (query) => {
    const asked = () => owner.ask({ url: `/v1/audit?${query}` });
    await expectUnloggedRefusal(scenario, asked, { status: 400, code: 'validation_failed' });
  });
});
