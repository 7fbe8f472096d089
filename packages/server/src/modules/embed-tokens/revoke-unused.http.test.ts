import { beforeAll, expect, it } from 'vitest';
import { expectNoChange } from '../../testing/repeated-call.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

const day = 24 * 60 * 60 * 1000;

describeApp('revoking unused embed tokens', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
  });

  /** Time passes, and nobody counts its seconds: timers stand still. */
  const wait = (milliseconds: number): void => scenario.clock.setNow(scenario.clock.now() + milliseconds);

  const revokeUnused = (workspaceId: string, body: unknown, by: Owner = owner): Promise<Answer> =>
    by.ask({ method: 'POST', url: `/v1/workspaces/${workspaceId}/embed-tokens/revoke-unused`, body });

  it('revokes what was neither used nor issued in that time, nothing else, and leaves a line for each (K55)', async () => {
    const { id: workspaceId } = await owner.workspace();
    const never = await owner.embedToken(workspaceId);
    const longAgo = await owner.embedToken(workspaceId);
    const used = await owner.embedToken(workspaceId);
    const gone = await owner.embedToken(workspaceId);
    const otherCustomers = await owner.embedToken((await owner.workspace()).id);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${gone.id}` }), 204);
    await expectStatus(scenario.run('loan-calculator', longAgo.token), 200);
    await scenario.flush();
    wait(30 * day);
    await expectStatus(scenario.run('loan-calculator', used.token), 200);
    const fresh = await owner.embedToken(workspaceId);
    await scenario.flush();

    const { body, headers } = await expectStatus(revokeUnused(workspaceId, { unusedSinceDays: 30 }), 200);
    expect({ ...body, revokedIds: body.revokedIds.toSorted() }).toEqual({
      revokedIds: [never.id, longAgo.id].toSorted(),
      hasMore: false,
    });
    for (const { token } of [never, longAgo, gone]) {
      expect((await scenario.run('loan-calculator', token)).status).toBe(401);
    }
    for (const { token } of [used, fresh, otherCustomers]) {
      await expectStatus(scenario.run('loan-calculator', token), 200);
    }
    const trail = await expectStatus(owner.ask({ url: `/v1/audit?workspaceId=${workspaceId}` }), 200);
    const lines = trail.body.data.filter(
      ({ requestId }: { requestId: string }) => requestId === headers['x-request-id'],
    );
    expect(lines.map(({ targetId }: { targetId: string }) => targetId).toSorted()).toEqual(body.revokedIds.toSorted());
    for (const line of lines) {
      expect(line).toMatchObject({ event: 'embed-token.revoked', detail: { unusedSinceDays: 30 }, workspaceId });
    }
    // A second time there is nothing left.
    const again = await expectNoChange(scenario, owner, () => revokeUnused(workspaceId, { unusedSinceDays: 30 }));
    expect(again.body).toEqual({ revokedIds: [], hasMore: false });
  });

  it('is counted to the millisecond', async () => {
    const { id: workspaceId } = await owner.workspace();
    const { id } = await owner.embedToken(workspaceId);
    wait(day - 1);
    expect((await revokeUnused(workspaceId, { unusedSinceDays: 1 })).body.revokedIds).toEqual([]);
    scenario.clock.advance(1);
    expect((await revokeUnused(workspaceId, { unusedSinceDays: 1 })).body.revokedIds).toEqual([id]);
  });

  it.each([
    ['no number', {}],
    ['no day', { unusedSinceDays: 0 }],
    ['part of a day', { unusedSinceDays: 1.5 }],
    ['more than ten years', { unusedSinceDays: 3651 }],
    ['a text', { unusedSinceDays: '30' }],
    ['an unknown field', { unusedSinceDays: 30, all: true }],
  ])('is refused with %s', async (_, body) => {
    const { id: workspaceId } = await owner.workspace();
    await expectUnloggedRefusal(scenario, () => revokeUnused(workspaceId, body), {
      status: 400,
      code: 'validation_failed',
    });
  });

  it("is refused in another owner's workspace as in one that nobody has (K16)", async () => {
    const stranger = await scenario.anotherOwner();
    const { id: workspaceId } = await owner.workspace();
    const { token } = await owner.embedToken(workspaceId);
    wait(day);
    for (const id of [workspaceId, 'ws_nobody']) {
      await expectUnloggedRefusal(scenario, () => revokeUnused(id, { unusedSinceDays: 1 }, stranger), {
        status: 404,
        code: 'not_found',
      });
    }
    await expectStatus(scenario.run('loan-calculator', token), 200);
  });
});
