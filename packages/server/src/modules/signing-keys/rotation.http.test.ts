import { beforeEach, expect, it } from 'vitest';
import { decodeProtectedHeader } from 'jose';
import { buildApp } from '../../app.ts';
import { expectRefusal } from '../../testing/refusal.ts';
import { whileClockRuns } from '../../testing/running-clock.ts';
import { describeApp, expectStatus, ownUrl, refusalOf, type Answer, type Scenario } from '../../testing/scenario.ts';
import { refreshRequest } from '../../testing/visitor.ts';

const origin = 'https://shop.example';
const publishedBeforeUseMs = 300_000;
const settledAfterMs = 1_200_000;

describeApp('signing keys', (open) => {
  let scenario: Scenario;
  let surface: { id: string; clientToken: string; clientTokenId: string };
  let workspaceId: string;
  beforeEach(async () => {
    scenario = await open();
    ({ id: workspaceId } = await scenario.owner.workspace());
    surface = await scenario.owner.surface(workspaceId);
    scenario.clock.advance(1000);
  });

  const rotate = (): Promise<Answer> => scenario.owner.ask({ method: 'POST', url: '/v1/signing-keys/rotate' });
  const revoke = (kid: string): Promise<Answer> =>
    scenario.owner.ask({ method: 'DELETE', url: `/v1/signing-keys/${kid}` });
  const states = async (): Promise<string[]> =>
    (await expectStatus(scenario.owner.ask({ url: '/v1/signing-keys' }), 200)).body.data.map(
      ({ state }: { state: string }) => state,
    );
  const published = async (): Promise<string[]> =>
    (await scenario.ask({ url: '/.well-known/jwks.json' })).body.keys.map(({ kid }: { kid: string }) => kid);
  const freshSession = async (): Promise<string> => (await scenario.session(surface, origin)).token;
  const kidOf = (token: string): string => String(decodeProtectedHeader(token).kid);
  const use = (token: string): Promise<Answer> =>
    scenario.ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${token}`, origin: ownUrl } });

  it('rotate without downtime: published first, used when every copy of the old list has run out, then verified on', async () => {
    const before = await freshSession();
    const made = await expectStatus(rotate(), 201);
    expect(made.body).toMatchObject({ state: 'next', kid: expect.stringMatching(/^sig_/) });
    expect(await published()).toEqual([made.body.kid, kidOf(before)]);
    expect(await states()).toEqual(['next', 'current']);

    scenario.clock.advance(publishedBeforeUseMs - 1);
    const last = await freshSession();
    expect(kidOf(last)).toBe(kidOf(before));
    scenario.clock.advance(1);
    const first = await freshSession();
    expect(kidOf(first)).toBe(made.body.kid);
    expect(await states()).toEqual(['current', 'previous']);
    expect(await published()).toEqual([made.body.kid, kidOf(before)]);

    for (const token of [last, first]) await expectStatus(use(token), 200);
    // The open widget notices nothing: its next token is signed with the new key.
    const refreshed = await expectStatus(scenario.ask(refreshRequest(last)), 200);
    expect(kidOf(refreshed.body.token)).toBe(made.body.kid);
    await expectStatus(use(refreshed.body.token), 200);
  });

  it('rotate again once nothing that the oldest signed is alive, and not before; then the oldest verifies nothing', async () => {
    const oldest = kidOf(await freshSession());
    await expectStatus(rotate(), 201);
    for (const waited of [0, settledAfterMs - 1]) {
      scenario.clock.advance(waited);
      const before = await scenario.database.admin.query('select count(*) from signing_keys');
      expect(refusalOf(await rotate())).toEqual({ status: 409, code: 'conflict' });
      expect(await scenario.database.admin.query('select count(*) from signing_keys')).toEqual(before);
    }
    scenario.clock.advance(1);
    await expectStatus(rotate(), 201);
    expect(await states()).toEqual(['next', 'current', 'retired']);
    expect(await published()).toHaveLength(2);
    expect(await published()).not.toContain(oldest);
  });

  it('make one new key of two rotations at the same moment', async () => {
    const answers = await Promise.all([rotate(), rotate()]);
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['201', '409']);
    expect(await states()).toEqual(['next', 'current']);
  });

  it('that are taken away kill every session that they signed on the next request, remembered or not', async () => {
    const [remembered, unseen] = [await freshSession(), await freshSession()];
    await expectStatus(use(remembered), 200);
    scenario.clock.advance(1000);
    expect((await revoke(kidOf(remembered))).status).toBe(204);
    expect(await states()).toEqual(['current', 'revoked']);
    for (const token of [remembered, unseen]) {
      await expectRefusal(scenario, () => use(token), {
        status: 401,
        code: 'invalid_token',
        reason: 'session_key_unknown',
      });
      expect((await scenario.ask(refreshRequest(token))).status).toBe(401);
    }
    await expectStatus(use(await freshSession()), 200);
    expect((await revoke(kidOf(remembered))).status).toBe(204);
  });

  it('that wait for their turn take over at once from one that is taken away', async () => {
    const leaked = kidOf(await freshSession());
    const { kid } = (await expectStatus(rotate(), 201)).body;
    scenario.clock.advance(1000);
    await revoke(leaked);
    expect(await states()).toEqual(['current', 'revoked']);
    expect(kidOf(await freshSession())).toBe(kid);
  });

  it('that wait for their turn wait on when another than the signing one is taken away', async () => {
    await expectStatus(rotate(), 201);
    scenario.clock.advance(settledAfterMs);
    await expectStatus(rotate(), 201);
    const oldest = (await scenario.owner.ask({ url: '/v1/signing-keys' })).body.data.at(-1).kid;
    await revoke(oldest);
    expect(await states()).toEqual(['next', 'current', 'revoked']);
  });

  it('are the same in every instance on the database: a rotation and a removal made in one are true in another', async () => {
    const other = await buildApp(scenario.deps);
    try {
      const useThere = async (token: string): Promise<number> => {
        const headers = { authorization: `Bearer ${token}`, origin: ownUrl };
        return (await other.server.inject({ url: '/v1/embed/me', headers })).statusCode;
      };
      const old = await freshSession();
      expect(await useThere(old)).toBe(200);
      // Each change waits until the other instance has followed.
      await expectStatus(whileClockRuns(scenario.clock, rotate()), 201);
      scenario.clock.advance(publishedBeforeUseMs);
      const fresh = await freshSession();
      expect([await useThere(fresh), kidOf(fresh) === kidOf(old)]).toEqual([200, false]);
      await whileClockRuns(scenario.clock, revoke(kidOf(fresh)));
      expect(await useThere(fresh)).toBe(401);
    } finally {
      await other.close();
    }
  });

  it('are the first owner’s alone: to others there is no list, no rotation, and no such key', async () => {
    const other = await scenario.anotherOwner();
    const kid = kidOf(await freshSession());
    const forbidden = {
      status: 403,
      code: 'permission_denied',
      reason: 'not_the_first_owner',
      credentialId: other.keyId,
    } as const;
    // Its first use stamps the key; what is compared is what the refusals do.
    await scenario.flush();
    await expectRefusal(scenario, () => other.ask({ url: '/v1/signing-keys' }), forbidden);
    await expectRefusal(scenario, () => other.ask({ method: 'POST', url: '/v1/signing-keys/rotate' }), forbidden);
    await expectRefusal(scenario, () => other.ask({ method: 'DELETE', url: `/v1/signing-keys/${kid}` }), forbidden);
    expect((await revoke(`sig_${'0'.repeat(22)}`)).status).toBe(404);
    expect(await states()).toEqual(['current']);
  });

  it('leave a line in the audit trail for each rotation and removal', async () => {
    const { kid, signsFrom } = (await expectStatus(rotate(), 201)).body;
    scenario.clock.advance(1000);
    await revoke(kid);
    await revoke(kid);
    const { data } = (await expectStatus(scenario.owner.ask({ url: '/v1/audit?limit=3' }), 200)).body;
    expect(data.slice(0, 2)).toMatchObject([
      { event: 'signing-key.revoked', targetId: kid, actorId: scenario.owner.keyId },
      { event: 'signing-key.rotated', targetId: kid, detail: { signsFrom, retired: [] } },
    ]);
    expect(data[2].event).not.toMatch(/^signing-key/);
  });
});
