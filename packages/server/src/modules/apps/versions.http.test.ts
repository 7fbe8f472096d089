import { beforeAll, describe, expect, it } from 'vitest';
import { expectNoChange } from '../../testing/repeated-call.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';
import { publishApp } from './publish.ts';

/** A tool whose two steps say the same word, and whose result is both: a run of two versions at once would tell. */
function saying(word: string): unknown {
  return {
    inputs: { type: 'object' },
    steps: [
      { kind: 'transform', name: 'first', expression: `"${word}"` },
      { kind: 'transform', name: 'both', expression: `results.first & " ${word}"` },
    ],
  };
}

describeApp('the versions of an app', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
    workspaceId = (await owner.workspace()).id;
  });

  const change = (slug: string, body: unknown): Promise<Answer> =>
    expectStatus(owner.ask({ method: 'PATCH', url: `/v1/apps/${slug}`, body }), 200);
  const publish = (slug: string): Promise<Answer> =>
    expectStatus(owner.ask({ method: 'POST', url: `/v1/apps/${slug}/publish` }), 200);
  const rollBack = (slug: string, version: unknown, by = owner): Promise<Answer> =>
    by.ask({ method: 'POST', url: `/v1/apps/${slug}/roll-back`, body: { version } });
  const versions = async (slug: string, query = ''): Promise<Answer['body']> =>
    (await expectStatus(owner.ask({ url: `/v1/apps/${slug}/versions${query}` }), 200)).body;
  const numbersOf = ({ data }: { data: { version: number }[] }): number[] => data.map(({ version }) => version);

  /** An app with that many versions, which say their own numbers, published a second after one another. */
  async function withVersions(slug: string, count: number): Promise<void> {
    await owner.tool(slug, saying('v1'));
    for (let version = 2; version <= count; version += 1) {
      scenario.clock.advance(1000);
      await change(slug, { spec: saying(`v${version}`) });
      await publish(slug);
    }
  }

  async function runner(slug: string): Promise<() => Promise<unknown>> {
    const { token } = await owner.embedToken(workspaceId, { apps: [slug] });
    return async () => {
      const { status, body } = await scenario.run(slug, token, {});
      return status === 200 ? body.output : body.code;
    };
  }

  it('are listed newest first, with the one that is live, and each can be read with its spec', async () => {
    await withVersions('listed', 3);
    const now = scenario.clock.now();
    const at = (secondsAgo: number): string => new Date(now - secondsAgo * 1000).toISOString();
    expect(await versions('listed')).toEqual({
      data: [
        { version: 3, publishedAt: at(0), isLive: true },
        { version: 2, publishedAt: at(1), isLive: false },
        { version: 1, publishedAt: at(2), isLive: false },
      ],
      nextCursor: null,
    });
    const { body } = await expectStatus(owner.ask({ url: '/v1/apps/listed/versions/2' }), 200);
    expect(body).toEqual({ version: 2, publishedAt: at(1), isLive: false, spec: saying('v2') });
    await change('listed', { status: 'draft' });
    expect((await versions('listed')).data.some(({ isLive }: { isLive: boolean }) => isLive)).toBe(false);
  });

  it('come in pages that miss none and repeat none, also when one is published meanwhile', async () => {
    await withVersions('paged', 5);
    const first = await versions('paged', '?limit=2');
    expect(numbersOf(first)).toEqual([5, 4]);
    await publish('paged');
    const second = await versions('paged', `?limit=2&cursor=${first.nextCursor}`);
    expect(numbersOf(second)).toEqual([3, 2]);
    const third = await versions('paged', `?limit=2&cursor=${second.nextCursor}`);
    expect([numbersOf(third), third.nextCursor]).toEqual([[1], null]);
  });

  it('are none of an app that was never published', async () => {
    const made = { slug: 'unversioned', kind: 'tool', name: 'x', spec: saying('x') };
    await expectStatus(owner.ask({ method: 'POST', url: '/v1/apps', body: made }), 201);
    expect(await versions('unversioned')).toEqual({ data: [], nextCursor: null });
    await expectUnloggedRefusal(scenario, () => rollBack('unversioned', 1), { status: 404, code: 'not_found' });
  });

  it('can be rolled back to, which is live on the next request, leaves the draft, and takes no number', async () => {
    await withVersions('rolled', 3);
    const run = await runner('rolled');
    expect(await run()).toBe('v3 v3');
    await change('rolled', { spec: saying('draft') });
    const { body } = await expectStatus(rollBack('rolled', 1), 200);
    expect(body).toMatchObject({ liveVersion: 1, status: 'live', spec: saying('draft') });
    expect(await run()).toBe('v1 v1');
    expect((await versions('rolled')).data.map(({ isLive }: { isLive: boolean }) => isLive)).toEqual([
      false,
      false,
      true,
    ]);
    // Forward again, too; and what comes next has a number of its own.
    await expectStatus(rollBack('rolled', 2), 200);
    expect(await run()).toBe('v2 v2');
    expect((await publish('rolled')).body).toMatchObject({ liveVersion: 4 });
    expect(await run()).toBe('draft draft');
    expect(numbersOf(await versions('rolled'))).toEqual([4, 3, 2, 1]);
  });

  it('bring an app back that was taken to draft', async () => {
    await withVersions('brought-back', 2);
    await change('brought-back', { status: 'draft' });
    expect((await expectStatus(rollBack('brought-back', 1), 200)).body).toMatchObject({
      status: 'live',
      liveVersion: 1,
    });
    expect(await (await runner('brought-back'))()).toBe('v1 v1');
  });

  it('change nothing when the one that is live is rolled back to', async () => {
    await withVersions('repeated', 2);
    await expectStatus(rollBack('repeated', 1), 200);
    const again = await expectNoChange(scenario, owner, () => rollBack('repeated', 1));
    expect(again).toMatchObject({ status: 200, body: { liveVersion: 1 } });
  });

  it('are never mixed in a run: while one replaces another, each run is wholly of one, and afterwards of the new', async () => {
    await withVersions('atomic', 1);
    const run = await runner('atomic');
    expect(await run()).toBe('v1 v1');
    await change('atomic', { spec: saying('v2') });
    const steps = [
      { replace: () => publish('atomic'), before: 'v1 v1', after: 'v2 v2' },
      { replace: () => expectStatus(rollBack('atomic', 1), 200), before: 'v2 v2', after: 'v1 v1' },
    ];
    for (const { replace, before, after } of steps) {
      const early = Array.from({ length: 10 }, run);
      const replaced = replace();
      const meanwhile = Array.from({ length: 10 }, run);
      await replaced;
      const late = await Promise.all(Array.from({ length: 10 }, run));
      const outputs = new Set(await Promise.all([...early, ...meanwhile]));
      expect([...outputs].filter((output) => output !== before && output !== after)).toEqual([]);
      expect(new Set(late)).toEqual(new Set([after]));
    }
  });

  it('are checked again when they are published: a draft that is no good any more is refused', async () => {
    await withVersions('outdated', 1);
    // As an earlier release might have let it through.
    const draft = { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'say', expression: '((' }] };
    await scenario.database.admin.query(`update apps set draft_spec = $1 where slug = 'outdated'`, [
      JSON.stringify(draft),
    ]);
    const refusal = await expectUnloggedRefusal(
      scenario,
      () => owner.ask({ method: 'POST', url: '/v1/apps/outdated/publish' }),
      { status: 400, code: 'validation_failed' },
    );
    expect(refusal.body.issues).toEqual([{ path: 'spec.steps[0].expression', message: expect.any(String) }]);
    expect(await (await runner('outdated'))()).toBe('v1 v1');
  });

  it('are what was checked: a draft that was changed since is not published', async () => {
    await withVersions('raced', 1);
    const { body } = await owner.ask({ url: '/v1/apps/raced' });
    await change('raced', { spec: saying('meanwhile') });
    const { clock, database } = scenario;
    const deps = { clock, kinds: {}, liveToolsMax: 100 };
    const publishing = database.db.withOwner({ ownerId: owner.id }, (tx) =>
      publishApp(deps, tx, { slug: 'raced', draft: body.spec }),
    );
    await expect(publishing).rejects.toMatchObject({ code: 'conflict' });
    expect(numbersOf(await versions('raced'))).toEqual([1]);
  });

  describe('are refused', () => {
    beforeAll(() => withVersions('kept', 2));

    it.each([
      ['which there are not', 3, 404, 'not_found'],
      ['of the number 0', 0, 400, 'validation_failed'],
      ['of a negative number', -1, 400, 'validation_failed'],
      ['of a part', 1.5, 400, 'validation_failed'],
      ['beyond what a number can be', 1_000_000_000, 400, 'validation_failed'],
      ['by a text', '1', 400, 'validation_failed'],
      ['by nothing', undefined, 400, 'validation_failed'],
    ] as const)('to roll-back: one %s', async (_, version, status, code) => {
      await expectUnloggedRefusal(scenario, () => rollBack('kept', version), { status, code });
    });

    it.each([
      ['3', 404, 'not_found'],
      ['0', 400, 'validation_failed'],
      ['01', 400, 'validation_failed'],
      ['1x', 400, 'validation_failed'],
      ['9999999999', 400, 'validation_failed'],
    ] as const)('to reading: /versions/%s', async (version, status, code) => {
      await expectUnloggedRefusal(scenario, () => owner.ask({ url: `/v1/apps/kept/versions/${version}` }), {
        status,
        code,
      });
    });

    it('to a field more, and to a cursor of another list or of a number that no version has', async () => {
      const invalid = { status: 400, code: 'validation_failed' } as const;
      const body = { version: 1, force: true };
      await expectUnloggedRefusal(
        scenario,
        () => owner.ask({ method: 'POST', url: '/v1/apps/kept/roll-back', body }),
        invalid,
      );
      const apps = await expectStatus(owner.ask({ url: '/v1/apps?limit=1' }), 200);
      const list = (cursor: string) => owner.ask({ url: `/v1/apps/kept/versions?cursor=${cursor}` });
      await expectUnloggedRefusal(scenario, () => list(apps.body.nextCursor), invalid);
      const cursorOf = (id: string): string =>
        Buffer.from(JSON.stringify(['2026-01-01T00:00:00.000Z', id])).toString('base64url');
      expect(numbersOf((await expectStatus(list(cursorOf('9'.repeat(18))), 200)).body)).toEqual([2, 1]);
      expect((await expectStatus(list(cursorOf('1')), 200)).body.data).toEqual([]);
    });

    it('of a deleted app, and of an app of the same slug that came after it', async () => {
      await withVersions('reborn', 2);
      await expectStatus(owner.ask({ method: 'DELETE', url: '/v1/apps/reborn' }), 204);
      const gone = { status: 404, code: 'not_found' } as const;
      await expectUnloggedRefusal(scenario, () => rollBack('reborn', 1), gone);
      await expectUnloggedRefusal(scenario, () => owner.ask({ url: '/v1/apps/reborn/versions' }), gone);
      await owner.tool('reborn', saying('new'));
      await expectUnloggedRefusal(scenario, () => rollBack('reborn', 2), gone);
      expect(numbersOf(await versions('reborn'))).toEqual([1]);
    });
  });
});
