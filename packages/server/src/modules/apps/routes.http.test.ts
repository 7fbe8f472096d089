import { beforeAll, describe, expect, it } from 'vitest';
import { expectNoChange } from '../../testing/repeated-call.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

/** A tool that answers with one word, so that a run tells which version it ran. */
function saying(word: string): unknown {
  return { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'say', expression: `"${word}"` }] };
}

describeApp('apps', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
    workspaceId = (await owner.workspace()).id;
  });

  const create = (fields: Record<string, unknown>, by: Owner = owner): Promise<Answer> =>
    by.ask({
      method: 'POST',
      url: '/v1/apps',
      body: { kind: 'tool', name: 'A tool', spec: saying('hello'), ...fields },
    });
  const change = (slug: string, body: unknown): Promise<Answer> =>
    owner.ask({ method: 'PATCH', url: `/v1/apps/${slug}`, body });
  const publish = (slug: string): Promise<Answer> => owner.ask({ method: 'POST', url: `/v1/apps/${slug}/publish` });
  const remove = (slug: string): Promise<Answer> => owner.ask({ method: 'DELETE', url: `/v1/apps/${slug}` });

  /** What a customer's token gets from the tool. */
  async function runner(slug: string): Promise<() => Promise<unknown>> {
    const { token } = await owner.embedToken(workspaceId, { apps: [slug] });
    return async () => {
      const { status, body } = await scenario.run(slug, token, {});
      return status === 200 ? body.output : body.code;
    };
  }

  it('an app begins as a draft that nobody can run', async () => {
    const { body } = await expectStatus(create({ slug: 'fresh', name: 'Fresh' }), 201);
    const now = new Date(scenario.clock.now()).toISOString();
    expect(body).toEqual({
      id: expect.stringMatching(/^app_[0-9A-Za-z]{22}$/),
      ownerId: owner.id,
      slug: 'fresh',
      kind: 'tool',
      name: 'Fresh',
      description: '',
      status: 'draft',
      publicRuns: false,
      spec: saying('hello'),
      draftTag: expect.stringMatching(/^[\w-]{43}$/),
      liveVersion: null,
      hasDraftChanges: false,
      createdAt: now,
      updatedAt: now,
    });
    expect((await expectStatus(owner.ask({ url: '/v1/apps/fresh' }), 200)).body).toEqual(body);
    expect(await (await runner('fresh'))()).toBe('not_found');
  });

  it('a draft says whether it differs from what is live, also in another order of its fields (R39)', async () => {
    const form = (...keys: string[]): unknown => ({
      inputs: { type: 'object', properties: Object.fromEntries(keys.map((key) => [key, { type: 'string' }])) },
      steps: [{ kind: 'transform', name: 'say', expression: '1' }],
    });
    const differs = async (): Promise<unknown> => {
      const one = (await expectStatus(owner.ask({ url: '/v1/apps/differing' }), 200)).body.hasDraftChanges;
      const { data } = (await expectStatus(owner.ask({ url: '/v1/apps?search=differing' }), 200)).body;
      expect(data).toMatchObject([{ slug: 'differing', hasDraftChanges: one }]);
      return one;
    };
    await expectStatus(create({ slug: 'differing', spec: form('a', 'b') }), 201);
    expect((await expectStatus(publish('differing'), 200)).body.hasDraftChanges).toBe(false);
    expect(await differs()).toBe(false);
    const changed = await expectStatus(change('differing', { spec: form('b', 'a') }), 200);
    expect(changed.body.hasDraftChanges).toBe(true);
    expect(await differs()).toBe(true);
    await expectStatus(publish('differing'), 200);
    expect(await differs()).toBe(false);
    const back = await expectStatus(
      owner.ask({ method: 'POST', url: '/v1/apps/differing/roll-back', body: { version: 1 } }),
      200,
    );
    expect(back.body.hasDraftChanges).toBe(true);
  });

  it('a draft that somebody else has saved meanwhile is not replaced: whoever names the one they began from is told', async () => {
    const { body: begun } = await expectStatus(create({ slug: 'shared-draft' }), 201);
    const theirs = await expectStatus(
      change('shared-draft', { spec: saying('theirs'), draftTag: begun.draftTag }),
      200,
    );
    expect(theirs.body.draftTag).not.toBe(begun.draftTag);

    const refused = await expectNoChange(scenario, owner, () =>
      change('shared-draft', { spec: saying('mine'), draftTag: begun.draftTag }),
    );
    expect([refused.status, refused.body.code, refused.body.error]).toEqual([
      409,
      'conflict',
      'The draft was changed meanwhile.',
    ]);
    expect((await owner.ask({ url: '/v1/apps/shared-draft' })).body).toEqual(theirs.body);

    // What is no change of the draft leaves its tag as it is.
    const renamed = await expectStatus(change('shared-draft', { name: 'Renamed' }), 200);
    expect(renamed.body.draftTag).toBe(theirs.body.draftTag);
    await expectStatus(change('shared-draft', { spec: saying('mine'), draftTag: renamed.body.draftTag }), 200);
    const overwritten = await expectStatus(change('shared-draft', { spec: saying('whatever there is') }), 200);
    expect(overwritten.body.spec).toEqual(saying('whatever there is'));
    expect((await change('shared-draft', { draftTag: overwritten.body.draftTag })).status).toBe(400);
  });

  it('a draft that somebody else has saved meanwhile is not published unseen: whoever names the one they looked at is told', async () => {
    const { body: seen } = await expectStatus(create({ slug: 'shared-release' }), 201);
    const publishWith = (body: unknown): Promise<Answer> =>
      owner.ask({ method: 'POST', url: '/v1/apps/shared-release/publish', body });
    const theirs = await expectStatus(change('shared-release', { spec: saying('theirs') }), 200);
    const refused = await expectNoChange(scenario, owner, () => publishWith({ draftTag: seen.draftTag }));
    expect([refused.status, refused.body.code, refused.body.error]).toEqual([
      409,
      'conflict',
      'The draft was changed meanwhile.',
    ]);
    for (const body of [
      { draftTag: '' },
      { draftTag: 1 },
      { draftTag: 'x'.repeat(101) },
      { drafttag: 'x' },
      [],
      null,
    ]) {
      expect((await expectNoChange(scenario, owner, () => publishWith(body))).status, JSON.stringify(body)).toBe(400);
    }
    expect((await owner.ask({ url: '/v1/apps/shared-release' })).body).toEqual(theirs.body);

    const published = await expectStatus(publishWith({ draftTag: theirs.body.draftTag }), 200);
    expect(published.body).toMatchObject({ liveVersion: 1, hasDraftChanges: false });
    // Without a tag whatever there is goes live, with a body or without one.
    expect((await expectStatus(publishWith({}), 200)).body.liveVersion).toBe(2);
    expect((await expectStatus(publishWith(undefined), 200)).body.liveVersion).toBe(3);
    const { body: document } = await owner.ask({ url: '/openapi.json' });
    expect(document.paths['/v1/apps/{slug}/publish'].post.requestBody.required).toBe(false);
    expect(document.paths['/v1/apps/{slug}/roll-back'].post.requestBody.required).toBe(true);
  });

  it('the list is narrowed by status, kind and a part of the name or slug, in which no character is special', async () => {
    await expectStatus(create({ slug: 'quote-a', name: '100% Wool_quote' }), 201);
    await expectStatus(create({ slug: 'quote-b', name: 'Other' }), 201);
    await expectStatus(publish('quote-b'), 200);
    const found = async (query: string): Promise<string[]> => {
      const { body } = await expectStatus(owner.ask({ url: `/v1/apps?${query}` }), 200);
      // Made in the same moment, they have no order of their own.
      return body.data.map(({ slug }: { slug: string }) => slug).toSorted();
    };
    expect(await found('search=QUOTE')).toEqual(['quote-a', 'quote-b']);
    expect(await found('search=l_q')).toEqual(['quote-a']);
    expect(await found('search=0%25%20w')).toEqual(['quote-a']);
    expect(await found('search=%25')).toEqual(['quote-a']);
    expect(await found('search=quote&status=live')).toEqual(['quote-b']);
    expect(await found('search=quote&status=draft&kind=tool')).toEqual(['quote-a']);
    expect(await found('search=quote&kind=chat')).toEqual([]);
    expect((await owner.ask({ url: '/v1/apps?status=gone' })).status).toBe(400);
  });

  it('says what embeds an app: surfaces and tokens in force, of this owner alone', async () => {
    await expectStatus(create({ slug: 'used' }), 201);
    await expectStatus(publish('used'), 200);
    const uses = async (): Promise<unknown> => (await expectStatus(owner.ask({ url: '/v1/apps/used/uses' }), 200)).body;
    const none = { count: 0, some: [] };
    expect(await uses()).toEqual({ surfaces: none, embedTokens: none });
    const surface = await owner.surface(workspaceId, { apps: ['used', 'loan-calculator'] });
    const token = await owner.embedToken(workspaceId, { apps: ['used'], label: 'Footer' });
    const revoked = await owner.embedToken(workspaceId, { apps: ['used'] });
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${revoked.id}` }), 204);
    await owner.surface(workspaceId, { apps: ['loan-calculator'] });
    const place = { workspaceId, workspaceName: 'Customer' };
    expect(await uses()).toEqual({
      surfaces: { count: 1, some: [{ id: surface.id, name: 'Shop', ...place }] },
      embedTokens: { count: 1, some: [{ id: token.id, name: 'Footer', ...place }] },
    });
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/surfaces/${surface.id}` }), 204);
    expect(await uses()).toMatchObject({ surfaces: none, embedTokens: { count: 1 } });
    const stranger = await scenario.anotherOwner();
    expect((await stranger.ask({ url: '/v1/apps/used/uses' })).status).toBe(404);
  });

  it('there is an example to begin from for each kind of step, each of which can be saved', async () => {
    const { body } = await expectStatus(owner.ask({ url: '/v1/app-examples' }), 200);
    const kinds = new Set<string>();
    for (const { slug, name, kind, description, spec } of body.data) {
      for (const step of spec.steps) kinds.add(step.kind);
      await expectStatus(create({ slug: `from-${slug}`, name, kind, description, spec }), 201);
    }
    expect([...kinds].toSorted()).toEqual(['function', 'http', 'llm', 'transform']);
  });

  it('what is live stays as it was published until the next publishing, which counts the versions', async () => {
    await expectStatus(create({ slug: 'versions', spec: saying('one') }), 201);
    expect((await expectStatus(publish('versions'), 200)).body).toMatchObject({ status: 'live', liveVersion: 1 });
    const run = await runner('versions');
    expect(await run()).toBe('one');
    const changed = await expectStatus(change('versions', { spec: saying('two'), description: 'Says.' }), 200);
    expect(changed.body).toMatchObject({
      spec: saying('two'),
      description: 'Says.',
      status: 'live',
      liveVersion: 1,
    });
    expect(await run()).toBe('one');
    expect((await expectStatus(publish('versions'), 200)).body).toMatchObject({ liveVersion: 2 });
    expect(await run()).toBe('two');
    const kept = await scenario.database.admin.query(
      'select version, spec from app_versions where app_id = $1 order by version',
      [changed.body.id],
    );
    expect(kept).toEqual([
      { version: 1, spec: saying('one') },
      { version: 2, spec: saying('two') },
    ]);
  });

  it('an app that is taken back to draft stops on the next request, and comes back with its version', async () => {
    await owner.tool('on-and-off', saying('here'));
    const run = await runner('on-and-off');
    expect(await run()).toBe('here');
    expect((await expectStatus(change('on-and-off', { status: 'draft' }), 200)).body).toMatchObject({
      status: 'draft',
      liveVersion: 1,
    });
    expect(await run()).toBe('not_found');
    await expectStatus(change('on-and-off', { status: 'live' }), 200);
    expect(await run()).toBe('here');
  });

  it('an app that was never published cannot go live', async () => {
    await expectStatus(create({ slug: 'unpublished' }), 201);
    const refusal = await expectUnloggedRefusal(scenario, () => change('unpublished', { status: 'live' }), {
      status: 409,
      code: 'conflict',
    });
    expect(refusal.body.hint).toContain('POST /v1/apps/unpublished/publish');
  });

  it('two publishings at once make two versions', async () => {
    await expectStatus(create({ slug: 'twice' }), 201);
    const answers = await Promise.all([publish('twice'), publish('twice')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(answers.map(({ body }) => body.liveVersion))).toEqual(new Set([1, 2]));
  });

  describe('a slug is refused when it', () => {
    it.each([
      ['is reserved', 'apps'],
      ['is reserved, too', 'tools'],
      ['is reserved as well', 'surfaces'],
      ['is shaped like a UUID', '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0'],
      ['has capital letters', 'Loan'],
      ['has an underscore', 'loan_calculator'],
      ['has a slash', 'a/b'],
      ['begins with a dash', '-a'],
      ['ends with a dash', 'a-'],
      ['has two dashes together', 'a--b'],
      ['is empty', ''],
      ['is without end', 'a'.repeat(65)],
    ])('%s', async (_, slug) => {
      const refusal = await expectUnloggedRefusal(scenario, () => create({ slug }), {
        status: 400,
        code: 'validation_failed',
      });
      expect(refusal.body.issues).toEqual([{ path: 'slug', message: expect.any(String) }]);
    });

    it('is taken, by this owner or by another, without a word about whose it is', async () => {
      const stranger = await scenario.anotherOwner();
      await expectStatus(create({ slug: 'taken', name: 'Ours' }), 201);
      for (const by of [owner, stranger]) {
        const refusal = await expectUnloggedRefusal(scenario, () => create({ slug: 'taken' }, by), {
          status: 409,
          code: 'conflict',
        });
        expect(refusal.body.error).toBe('The slug "taken" is taken.');
      }
    });
  });

  it('of two apps made at once with one slug, one is refused', async () => {
    const answers = await Promise.all([create({ slug: 'race' }), create({ slug: 'race' })]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
  });

  it.each(['chat', 'lead_form', 'voice', 'insights', 'replay', 'game'])(
    'the kind %s, which this server does not offer, is refused',
    async (kind) => {
      const refusal = await expectUnloggedRefusal(scenario, () => create({ slug: 'other-kind', kind }), {
        status: 400,
        code: 'validation_failed',
      });
      expect(refusal.body.issues).toEqual([{ path: 'kind', message: expect.stringContaining('tool') }]);
    },
  );

  it('a spec is refused with every problem at once, when it is made and when it is changed', async () => {
    const spec = {
      inputs: { type: 'object', properties: { a: { type: 'nonsense' } } },
      steps: [
        { kind: 'transform', name: 'one', expression: '((' },
        { kind: 'function', name: 'two', code: 'export default (' },
      ],
    };
    await expectStatus(create({ slug: 'sound' }), 201);
    for (const asked of [() => create({ slug: 'broken', spec }), () => change('sound', { spec })]) {
      const refusal = await expectUnloggedRefusal(scenario, asked, { status: 400, code: 'validation_failed' });
      const paths = refusal.body.issues.map(({ path }: { path: string }) => path);
      expect(paths).toContainEqual(expect.stringMatching(/^spec\.inputs/));
      expect(paths).toContainEqual(expect.stringMatching(/^spec\.steps\[0\]/));
      expect(paths).toContainEqual(expect.stringMatching(/^spec\.steps\[1\]/));
    }
    expect((await owner.ask({ url: '/v1/apps/sound' })).body.spec).toEqual(saying('hello'));
  });

  it.each([
    ['no field', {}, ''],
    ['a slug, which is for good', { slug: 'other' }, 'slug'],
    ['a kind, which is for good', { kind: 'chat' }, 'kind'],
    ['a version', { liveVersion: 7 }, 'liveVersion'],
    ['an unknown status', { status: 'public' }, 'status'],
    ['an empty name', { name: '' }, 'name'],
    ['a NUL character in the spec', { spec: { inputs: {}, steps: ['\0'] } }, 'spec.steps.0'],
  ])('a change with %s is refused', async (_, body, path) => {
    const refusal = await expectUnloggedRefusal(scenario, () => change('loan-calculator', body), {
      status: 400,
      code: 'validation_failed',
    });
    expect(refusal.body.issues).toEqual([{ path, message: expect.any(String) }]);
  });

  it('a deleted app stops on the next request, deleting may be repeated, and its slug is free again', async () => {
    await owner.tool('phoenix', saying('old'));
    const run = await runner('phoenix');
    expect(await run()).toBe('old');
    await expectStatus(remove('phoenix'), 204);
    expect(await run()).toBe('not_found');
    expect((await expectNoChange(scenario, owner, () => remove('phoenix'))).status).toBe(204);
    const gone = { status: 404, code: 'not_found' } as const;
    await expectUnloggedRefusal(scenario, () => owner.ask({ url: '/v1/apps/phoenix' }), gone);
    await expectUnloggedRefusal(scenario, () => change('phoenix', { name: 'Back' }), gone);
    await expectUnloggedRefusal(scenario, () => publish('phoenix'), gone);
    await owner.tool('phoenix', saying('new'));
    expect(await run()).toBe('new');
  });

  it("an owner's credential never reaches an app that another owner made under a freed slug", async () => {
    const stranger = await scenario.anotherOwner();
    await owner.tool('passed-on', saying('ours'));
    const run = await runner('passed-on');
    await expectStatus(remove('passed-on'), 204);
    await stranger.tool('passed-on', saying('theirs'));
    expect(await run()).toBe('not_found');
  });

  it("another owner's app can be neither seen, changed, published nor deleted, and looks like none", async () => {
    const stranger = await scenario.anotherOwner();
    await owner.tool('private-tool');
    const list = await stranger.ask({ url: '/v1/apps' });
    expect(list.body).toEqual({ data: [], nextCursor: null });
    const errors = new Set<string>();
    for (const slug of ['private-tool', 'nobodys-tool']) {
      for (const asked of [
        { method: 'GET' as const, url: `/v1/apps/${slug}` },
        { method: 'PATCH' as const, url: `/v1/apps/${slug}`, body: { name: 'Mine' } },
        { method: 'PATCH' as const, url: `/v1/apps/${slug}`, body: { spec: saying('mine') } },
        { method: 'POST' as const, url: `/v1/apps/${slug}/publish` },
        { method: 'DELETE' as const, url: `/v1/apps/${slug}` },
      ]) {
        const refusal = await expectUnloggedRefusal(scenario, () => stranger.ask(asked), {
          status: 404,
          code: 'not_found',
        });
        errors.add(refusal.body.error);
      }
    }
    expect([...errors]).toEqual(['There is no such app.']);
  });
});
