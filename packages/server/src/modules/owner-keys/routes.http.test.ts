import { isWellFormed } from '@microapp/contract';
import { beforeAll, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { expectNoChange } from '../../testing/repeated-call.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

describeApp('owner keys', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  async function makeKey(owner: Owner, label?: string): Promise<{ id: string; key: string }> {
    const body = label === undefined ? {} : { label };
    return (await expectStatus(owner.ask({ method: 'POST', url: '/v1/owner-keys', body }), 201)).body;
  }

  function askWith(key: string): Promise<Answer> {
    return scenario.ask({ url: '/v1/me', headers: { authorization: `Bearer ${key}` } });
  }

  it('an owner makes further keys, and each of them works (M9)', async () => {
    const owner = await scenario.anotherOwner();
    const made = await expectStatus(
      owner.ask({ method: 'POST', url: '/v1/owner-keys', body: { label: 'Deployment' } }),
      201,
    );
    const { key, ...shown } = made.body;
    expect(shown).toEqual({
      id: expect.stringMatching(/^ownk_[0-9A-Za-z]{22}$/),
      ownerId: owner.id,
      label: 'Deployment',
      status: 'active',
      version: 1,
      createdAt: new Date(scenario.clock.now()).toISOString(),
      lastUsedAt: null,
      seenInUrlAt: null,
    });
    expect(key).toMatch(/^mk_/);
    expect(isWellFormed('owner_key', key)).toBe(true);
    const me = await expectStatus(askWith(key), 200);
    expect(me.body).toEqual({
      class: 'owner_key',
      credentialId: shown.id,
      ownerId: owner.id,
      role: 'admin',
      permissions: expect.arrayContaining(['owner-keys:write', 'embed-tokens:write', 'audit:read']),
    });
    expect((await askWith(owner.key)).status).toBe(200);
  });

  it('the list shows all keys of the owner, newest first, with when they were used', async () => {
    const owner = await scenario.anotherOwner();
    scenario.clock.advance(1000);
    const unused = await makeKey(owner);
    await scenario.flush();
    const { body } = await expectStatus(owner.ask({ url: '/v1/owner-keys' }), 200);
    expect(body.nextCursor).toBeNull();
    expect(body.data).toMatchObject([
      { id: unused.id, label: null, lastUsedAt: null },
      { id: owner.keyId, lastUsedAt: expect.any(String) },
    ]);
  });

  it('a secret is in the answer that makes it and nowhere else, in no later answer, row or log', async () => {
    const owner = await scenario.anotherOwner();
    const made = await makeKey(owner, 'Once');
    const rotated = await expectStatus(owner.ask({ method: 'POST', url: `/v1/owner-keys/${made.id}/rotate` }), 200);
    await expectStatus(askWith(rotated.body.key), 200);
    const later = [
      await owner.ask({ url: '/v1/owner-keys' }),
      await owner.ask({ url: '/v1/audit' }),
      await owner.ask({ url: '/v1/access-log' }),
    ];
    const everything = [...later.map(({ text }) => text), await scenario.rows(), scenario.logged()].join('\n');
    expect(everything).toContain(made.id);
    expect(everything).not.toContain(made.key);
    expect(everything).not.toContain(rotated.body.key);
  });

  it('a rotated key is dead on the next request, and its successor works under the same id (M12)', async () => {
    const owner = await scenario.anotherOwner();
    const key = await makeKey(owner);
    await expectStatus(askWith(key.key), 200);
    const rotated = await expectStatus(owner.ask({ method: 'POST', url: `/v1/owner-keys/${key.id}/rotate` }), 200);
    expect(rotated.body).toMatchObject({ id: key.id, version: 2, status: 'active' });
    expect(rotated.body.key).not.toBe(key.key);
    await expectRefusal(scenario, () => askWith(key.key), { status: 401, code: 'invalid_token', reason: 'unknown' });
    await expectStatus(askWith(rotated.body.key), 200);
    await expectStatus(askWith(owner.key), 200);
  });

  it('a key rotates itself: the old one is dead when the answer is there (M12)', async () => {
    const owner = await scenario.anotherOwner();
    const rotated = await expectStatus(owner.ask({ method: 'POST', url: `/v1/owner-keys/${owner.keyId}/rotate` }), 200);
    await expectRefusal(scenario, () => askWith(owner.key), { status: 401, code: 'invalid_token', reason: 'unknown' });
    await expectStatus(askWith(rotated.body.key), 200);
  });

  it('a revoked key is dead on the next request, for good, and revoking again changes nothing', async () => {
    const owner = await scenario.anotherOwner();
    const key = await makeKey(owner);
    await expectStatus(askWith(key.key), 200);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/owner-keys/${key.id}` }), 204);
    await expectRefusal(scenario, () => askWith(key.key), {
      status: 401,
      code: 'invalid_token',
      reason: 'revoked',
      credentialId: key.id,
    });
    const url = `/v1/owner-keys/${key.id}`;
    const again = await expectNoChange(scenario, owner, () => owner.ask({ method: 'DELETE', url }));
    expect([again.status, again.text]).toEqual([204, '']);
    await expectUnloggedRefusal(scenario, () => owner.ask({ method: 'POST', url: `${url}/rotate` }), {
      status: 409,
      code: 'conflict',
    });
    const { body } = await owner.ask({ url: '/v1/owner-keys' });
    expect(body.data).toMatchObject([{ id: expect.any(String) }, { id: expect.any(String) }]);
    expect(body.data.find(({ id }: { id: string }) => id === key.id)).toMatchObject({ status: 'revoked', version: 1 });
  });

  it('the last active key cannot be revoked', async () => {
    const owner = await scenario.anotherOwner();
    const revoked = await makeKey(owner);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/owner-keys/${revoked.id}` }), 204);
    await expectUnloggedRefusal(scenario, () => owner.ask({ method: 'DELETE', url: `/v1/owner-keys/${owner.keyId}` }), {
      status: 409,
      code: 'conflict',
    });
    await expectStatus(askWith(owner.key), 200);
  });

  it('of two revocations at once that would leave no key, one is refused', async () => {
    const owner = await scenario.anotherOwner();
    const other = await makeKey(owner);
    const answers = await Promise.all(
      [owner.keyId, other.id].map((id) => owner.ask({ method: 'DELETE', url: `/v1/owner-keys/${id}` })),
    );
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    const working = await Promise.all([owner.key, other.key].map(askWith));
    expect(new Set(working.map(({ status }) => status))).toEqual(new Set([200, 401]));
  });

  it.each([
    ['an unknown field', { label: 'x', key: 'mine' }, 'key'],
    ['a label of the wrong type', { label: 5 }, 'label'],
    ['a label without end', { label: 'x'.repeat(201) }, 'label'],
    ['a NUL character', { label: 'a\0b' }, 'label'],
  ])('a key with %s is refused, with the field that is wrong', async (_, body, path) => {
    const refusal = await expectUnloggedRefusal(
      scenario,
      () => scenario.owner.ask({ method: 'POST', url: '/v1/owner-keys', body }),
      { status: 400, code: 'validation_failed' },
    );
    expect(refusal.body.issues).toEqual([{ path, message: expect.any(String) }]);
  });

  it("another owner's key looks like one that does not exist", async () => {
    const stranger = await scenario.anotherOwner();
    for (const id of [scenario.owner.keyId, 'ownk_none']) {
      for (const asked of [
        { method: 'POST' as const, url: `/v1/owner-keys/${id}/rotate` },
        { method: 'DELETE' as const, url: `/v1/owner-keys/${id}` },
      ]) {
        const refusal = await expectUnloggedRefusal(scenario, () => stranger.ask(asked), {
          status: 404,
          code: 'not_found',
        });
        expect(refusal.body.error).toBe('There is no such owner key.');
      }
    }
    await expectStatus(askWith(scenario.owner.key), 200);
  });
});
