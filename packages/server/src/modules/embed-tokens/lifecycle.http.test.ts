import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { expectNoChange } from '../../testing/repeated-call.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

const hour = 60 * 60 * 1000;

describeApp('the life of an embed token', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
  });

  const run = (token: string): Promise<Answer> => scenario.run('loan-calculator', token);
  const read = async (id: string): Promise<Answer['body']> =>
    (await expectStatus(owner.ask({ url: `/v1/embed-tokens/${id}` }), 200)).body;
  const rotate = (id: string, by: Owner = owner): Promise<Answer> =>
    by.ask({ method: 'POST', url: `/v1/embed-tokens/${id}/rotate` });
  const revoke = (id: string, by: Owner = owner): Promise<Answer> =>
    by.ask({ method: 'DELETE', url: `/v1/embed-tokens/${id}` });

  it('the list shows every token of the customer, newest first, with id, dates and status (K34, K35, K36, K38)', async () => {
    const { id: workspaceId } = await owner.workspace();
    const other = await owner.workspace();
    await owner.embedToken(other.id);
    const active = await owner.embedToken(workspaceId);
    scenario.clock.advance(1000);
    const expiring = await owner.embedToken(workspaceId, {
      expiresAt: new Date(scenario.clock.now() + hour).toISOString(),
    });
    scenario.clock.advance(1000);
    const revoked = await owner.embedToken(workspaceId);
    await expectStatus(revoke(revoked.id), 204);
    const list = async (): Promise<unknown> => {
      const { body } = await expectStatus(owner.ask({ url: `/v1/workspaces/${workspaceId}/embed-tokens` }), 200);
      return body.data.map(({ id, status }: { id: string; status: string }) => ({ id, status }));
    };
    expect(await list()).toEqual([
      { id: revoked.id, status: 'revoked' },
      { id: expiring.id, status: 'active' },
      { id: active.id, status: 'active' },
    ]);
    expect(await read(active.id)).toMatchObject({ createdAt: expect.stringMatching(/^2026-/), workspaceId });
    // Nobody touches the token: it expires by itself.
    scenario.clock.advance(hour);
    expect(await list()).toEqual([
      { id: revoked.id, status: 'revoked' },
      { id: expiring.id, status: 'expired' },
      { id: active.id, status: 'active' },
    ]);
    expect(await read(expiring.id)).toMatchObject({ status: 'expired' });
  });

  it('the last use is never at first, then the time of the latest run that succeeded (K37)', async () => {
    const { id, token } = await owner.embedToken((await owner.workspace()).id);
    expect(await read(id)).toMatchObject({ lastUsedAt: null });
    await expectStatus(run(token), 200);
    const firstUse = new Date(scenario.clock.now()).toISOString();
    await scenario.flush();
    expect(await read(id)).toMatchObject({ lastUsedAt: firstUse });
    scenario.clock.advance(hour);
    expect((await scenario.run('no-such-tool', token)).status).toBe(403);
    await scenario.flush();
    expect(await read(id)).toMatchObject({ lastUsedAt: firstUse });
    await expectStatus(run(token), 200);
    await scenario.flush();
    expect(await read(id)).toMatchObject({ lastUsedAt: new Date(scenario.clock.now()).toISOString() });
  });

  it('a rotated token keeps its id, gets the next version, and its old secret is refused on the next request (M7)', async () => {
    const { id: workspaceId } = await owner.workspace();
    const made = await owner.embedToken(workspaceId, { label: 'Kept', allowedOrigins: ['shop.example'] });
    const bystander = await owner.embedToken(workspaceId);
    await expectStatus(run(made.token), 200);
    await scenario.flush();
    const before = await read(made.id);
    const { body } = await expectStatus(rotate(made.id), 200);
    const { token, ...shown } = body;
    expect(shown).toEqual({ ...before, version: 2 });
    await expectRefusal(scenario, () => run(made.token), { status: 401, code: 'invalid_token', reason: 'unknown' });
    await expectStatus(run(token), 200);
    await expectStatus(run(bystander.token), 200);
    const again = await expectStatus(rotate(made.id), 200);
    expect(again.body).toMatchObject({ id: made.id, version: 3 });
    await expectRefusal(scenario, () => run(token), { status: 401, code: 'invalid_token', reason: 'unknown' });
  });

  it('a revoked token is refused on the next request, others of this customer and of another are not (M7, H22, H23, H61, K67)', async () => {
    const { id: workspaceId } = await owner.workspace();
    const made = await owner.embedToken(workspaceId);
    const bystander = await owner.embedToken(workspaceId);
    const otherCustomers = await owner.embedToken((await owner.workspace()).id);
    await expectStatus(run(made.token), 200);
    await expectStatus(revoke(made.id), 204);
    await expectRefusal(scenario, () => run(made.token), {
      status: 401,
      code: 'invalid_token',
      reason: 'revoked',
      workspaceId,
      credentialId: made.id,
    });
    await expectStatus(run(bystander.token), 200);
    await expectStatus(run(otherCustomers.token), 200);
    expect(await read(made.id)).toMatchObject({ status: 'revoked' });
  });

  it('revoking is final: no rotation, no change, no second revocation brings anything back (M56)', async () => {
    const made = await owner.embedToken((await owner.workspace()).id);
    await expectStatus(revoke(made.id), 204);
    const url = `/v1/embed-tokens/${made.id}`;
    await expectUnloggedRefusal(scenario, () => rotate(made.id), { status: 409, code: 'conflict' });
    await expectUnloggedRefusal(scenario, () => owner.ask({ method: 'PATCH', url, body: { status: 'active' } }), {
      status: 405,
      code: 'method_not_allowed',
    });
    expect((await expectNoChange(scenario, owner, () => revoke(made.id))).status).toBe(204);
    expect((await run(made.token)).status).toBe(401);
    expect(await read(made.id)).toMatchObject({ status: 'revoked', version: 1 });
  });

  it.each(['rotation', 'revocation'])(
    'of a rotation and a revocation at once, the %s first, the token ends revoked (M56)',
    async (first) => {
      const made = await owner.embedToken((await owner.workspace()).id);
      const rotating = first === 'rotation' ? rotate(made.id) : undefined;
      const revoking = revoke(made.id);
      const [rotated, revoked] = await Promise.all([rotating ?? rotate(made.id), revoking]);
      expect(revoked.status).toBe(204);
      expect([200, 409]).toContain(rotated.status);
      const fresh = rotated.status === 200 ? rotated.body.token : made.token;
      expect((await run(made.token)).status).toBe(401);
      expect((await run(fresh)).status).toBe(401);
      expect(await read(made.id)).toMatchObject({ status: 'revoked' });
    },
  );

  it('an expired token is refused from its very moment on, not a millisecond before (K17, K54, K69)', async () => {
    const { id: workspaceId } = await owner.workspace();
    const expiresAt = new Date(scenario.clock.now() + hour).toISOString();
    const expiring = await owner.embedToken(workspaceId, { expiresAt });
    const endless = await owner.embedToken(workspaceId);
    scenario.clock.advance(hour - 1);
    await expectStatus(run(expiring.token), 200);
    scenario.clock.advance(1);
    await expectRefusal(scenario, () => run(expiring.token), {
      status: 401,
      code: 'invalid_token',
      reason: 'expired',
      workspaceId,
      credentialId: expiring.id,
    });
    await expectStatus(run(endless.token), 200);
  });

  it('a replacement and the old token both work until the old one is revoked (K43, K46)', async () => {
    const { id: workspaceId } = await owner.workspace();
    const old = await owner.embedToken(workspaceId);
    const replacement = await owner.embedToken(workspaceId);
    await expectStatus(run(old.token), 200);
    await expectStatus(run(replacement.token), 200);
    await expectStatus(revoke(old.id), 204);
    expect((await run(old.token)).status).toBe(401);
    await expectStatus(run(replacement.token), 200);
  });

  it('unknown, damaged, revoked, rotated and expired tokens get one and the same answer', async () => {
    const { id: workspaceId } = await owner.workspace();
    const revoked = await owner.embedToken(workspaceId);
    await expectStatus(revoke(revoked.id), 204);
    const rotated = await owner.embedToken(workspaceId);
    await expectStatus(rotate(rotated.id), 200);
    const expired = await owner.embedToken(workspaceId, {
      expiresAt: new Date(scenario.clock.now() + 1).toISOString(),
    });
    scenario.clock.advance(1);
    const damaged = `${revoked.token.slice(0, -1)}${revoked.token.endsWith('0') ? '1' : '0'}`;
    const answers = [];
    for (const token of [revoked.token, rotated.token, expired.token, damaged, 'mtok_short']) {
      const { status, body } = await run(token);
      answers.push({ status, ...body, requestId: '' });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, code: 'invalid_token' });
  });

  describe("another owner's token", () => {
    it('can be neither seen, listed, rotated nor revoked, and looks like none (K16)', async () => {
      const stranger = await scenario.anotherOwner();
      const { id: workspaceId } = await owner.workspace();
      const { id, token } = await owner.embedToken(workspaceId);
      await stranger.workspace();
      const missing = { status: 404, code: 'not_found' } as const;
      for (const tokenId of [id, 'etok_nobody']) {
        await expectUnloggedRefusal(scenario, () => stranger.ask({ url: `/v1/embed-tokens/${tokenId}` }), missing);
        await expectUnloggedRefusal(scenario, () => rotate(tokenId, stranger), missing);
        await expectUnloggedRefusal(scenario, () => revoke(tokenId, stranger), missing);
      }
      const list = `/v1/workspaces/${workspaceId}/embed-tokens`;
      await expectUnloggedRefusal(scenario, () => stranger.ask({ url: list }), missing);
      const body = { apps: ['loan-calculator'], permissions: ['tool:run'] };
      await expectUnloggedRefusal(scenario, () => stranger.ask({ method: 'POST', url: list, body }), missing);
      await expectStatus(run(token), 200);
    });
  });
});
