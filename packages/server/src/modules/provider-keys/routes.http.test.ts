import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startModelProvider, type ModelProvider } from '../../testing/model-provider.ts';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

function freshKey(): string {
  return `sk-${randomBytes(24).toString('base64url')}`;
}

describeApp('provider keys', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let provider: ModelProvider;
  beforeAll(async () => {
    provider = await startModelProvider();
    scenario = await open({ settings: { OUTBOUND_ALLOW: '127.0.0.1' } });
  });
  beforeEach(async () => {
    owner = await scenario.anotherOwner();
  });
  afterAll(() => provider.close());

  const post = (body: unknown, path = ''): Promise<Answer> =>
    owner.ask({ method: 'POST', url: `/v1/provider-keys${path}`, ...(body === undefined ? {} : { body }) });
  const create = async (fields: object = {}): Promise<Answer['body']> =>
    (await expectStatus(post({ provider: 'openai', key: freshKey(), ...fields }), 201)).body;
  const change = (id: string, body: unknown): Promise<Answer> =>
    owner.ask({ method: 'PATCH', url: `/v1/provider-keys/${id}`, body });
  const remove = (id: string): Promise<Answer> => owner.ask({ method: 'DELETE', url: `/v1/provider-keys/${id}` });
  const list = async (): Promise<Answer['body'][]> =>
    (await expectStatus(owner.ask({ url: '/v1/provider-keys' }), 200)).body.data;

  it('show of the key its last four characters, in every answer, and nothing more', async () => {
    const key = freshKey();
    const made = await expectStatus(post({ provider: 'anthropic', key, name: 'Main' }), 201);
    expect(made.body).toEqual({
      id: expect.stringMatching(/^pkey_[0-9A-Za-z]{22}$/),
      ownerId: owner.id,
      provider: 'anthropic',
      name: 'Main',
      baseUrl: null,
      defaultModel: null,
      keyLast4: key.slice(-4),
      isActive: true,
      version: 1,
      createdAt: new Date(scenario.clock.now()).toISOString(),
      updatedAt: new Date(scenario.clock.now()).toISOString(),
    });
    expect(await list()).toEqual([made.body]);
    const changed = await expectStatus(change(made.body.id, { name: 'Other', isActive: false }), 200);
    expect(changed.body).toMatchObject({ name: 'Other', isActive: false, version: 1, keyLast4: key.slice(-4) });
    const trail = await owner.ask({ url: '/v1/audit' });
    for (const { text } of [made, changed, trail]) expect(text).not.toContain(key.slice(0, -4));
  });

  it('are sealed in the database and absent from the log, however they come in', async () => {
    const [first, second] = [freshKey(), freshKey()];
    const { id } = await create({ key: first });
    await expectStatus(change(id, { key: second }), 200);
    await post({ provider: 'nobody', key: first });
    await post({ provider: 'openai', key: first, baseUrl: `https://${second}@llm.example` });
    const rows = await scenario.rows();
    for (const key of [first, second]) {
      expect(rows).not.toContain(key);
      expect(rows).not.toContain(Buffer.from(key).toString('hex'));
      expect(scenario.logged()).not.toContain(key);
    }
    const [row] = await scenario.database.admin.query('select key_sealed from provider_keys where id = $1', [id]);
    const sealed = row?.['key_sealed'];
    if (!(sealed instanceof Uint8Array)) throw new Error('The key is not stored as bytes.');
    expect(scenario.deps.envelope.open(sealed, `provider_keys/${id}`).toString()).toBe(second);
  });

  it('become another version with another key, and only then', async () => {
    const key = freshKey();
    const { id } = await create();
    expect((await change(id, { isActive: false })).body).toMatchObject({ version: 1 });
    expect((await change(id, { key })).body).toMatchObject({ version: 2, keyLast4: key.slice(-4), isActive: false });
  });

  it('are destroyed when deleted, which may be repeated, and are then nobody’s', async () => {
    const { id } = await create();
    scenario.clock.advance(1000);
    expect((await remove(id)).status).toBe(204);
    expect((await remove(id)).status).toBe(204);
    const [row] = await scenario.database.admin.query('select key_sealed from provider_keys where id = $1', [id]);
    expect(row).toEqual({ key_sealed: null });
    expect(await list()).toEqual([]);
    for (const answer of [await change(id, { isActive: true }), await post(undefined, `/${id}/test`)]) {
      expect(answer.status).toBe(404);
    }
    const events = (await owner.ask({ url: '/v1/audit' })).body.data.map(({ event }: { event: string }) => event);
    expect(events).toEqual(['provider-key.deleted', 'provider-key.created']);
  });

  it.each<[string, object]>([
    ['no key', { key: undefined }],
    ['a key so short that four characters give it away', { key: 'sk-12345678' }],
    ['a key without end', { key: 'k'.repeat(501) }],
    ['a key with a line feed', { key: 'sk-1234567890\nx-evil: 1' }],
    ['a key with a space', { key: 'sk-1234 567890' }],
    ['a provider that there is not', { provider: 'nobody' }],
    ['an unknown field', { keyLast4: 'abcd' }],
    ['no address where one is needed', { provider: 'openai-compatible', defaultModel: 'llama' }],
    ['an empty model', { defaultModel: '' }],
    ['a model without end', { defaultModel: 'm'.repeat(201) }],
    ['an address of another kind', { baseUrl: 'file:///etc/passwd' }],
    ['an address with a password', { baseUrl: 'https://user:password@llm.example' }],
    ['an address with a query', { baseUrl: 'https://llm.example/v1?key=1' }],
    ['no address at all', { baseUrl: 'llm' }],
  ])('are refused with %s', async (_, fields) => {
    await expectUnloggedRefusal(scenario, () => post({ provider: 'openai', key: 'sk-1234567890', ...fields }), {
      status: 400,
      code: 'validation_failed',
    });
  });

  it('of a provider that needs an address keep one', async () => {
    const { id } = await create({
      provider: 'openai-compatible',
      baseUrl: 'https://llm.example/v1/',
      defaultModel: 'llama',
    });
    await expectUnloggedRefusal(scenario, () => change(id, { baseUrl: null }), {
      status: 400,
      code: 'validation_failed',
    });
    expect(await list()).toMatchObject([{ baseUrl: 'https://llm.example/v1' }]);
  });

  it('of a provider without a usual model name one, and keep one', async () => {
    const compatible = { provider: 'openai-compatible', key: freshKey(), baseUrl: 'https://llm.example/v1' };
    const expected = { status: 400, code: 'validation_failed' } as const;
    const refused = await expectUnloggedRefusal(scenario, () => post(compatible), expected);
    expect(refused.body.issues).toEqual([{ path: 'defaultModel', message: expect.stringContaining('is needed') }]);
    const { id } = await create({ ...compatible, defaultModel: 'llama' });
    const emptied = await expectUnloggedRefusal(scenario, () => change(id, { defaultModel: null }), expected);
    expect(emptied.body.issues[0].path).toBe('defaultModel');
    expect((await expectStatus(change(id, { defaultModel: 'qwen' }), 200)).body).toMatchObject({
      defaultModel: 'qwen',
    });
    expect(await list()).toMatchObject([{ defaultModel: 'qwen', version: 1 }]);
  });

  it('of a provider with a usual model may name another, and stop naming it', async () => {
    const { id, defaultModel } = await create({ defaultModel: 'gpt-of-our-own' });
    expect(defaultModel).toBe('gpt-of-our-own');
    expect((await expectStatus(change(id, { defaultModel: null }), 200)).body).toMatchObject({ defaultModel: null });
  });

  describe('when they are tested', () => {
    const tested = async (id: string): Promise<Answer['body']> =>
      (await expectStatus(post(undefined, `/${id}/test`), 200)).body;
    const here = (fields: object = {}): Promise<Answer['body']> =>
      create({ provider: 'openai-compatible', baseUrl: provider.baseUrl, defaultModel: 'echo', ...fields });
    afterAll(() => provider.answerWith(undefined));

    it('are presented to the provider for real, which accepts them', async () => {
      const key = freshKey();
      provider.keys.add(key);
      const { id } = await here({ key });
      expect(await tested(id)).toEqual({ ok: true, message: 'The provider accepts the key.' });
      expect(provider.seen).toContain(`Bearer ${key}`);
      const replaced = freshKey();
      await expectStatus(change(id, { key: replaced }), 200);
      expect(await tested(id)).toEqual({ ok: false, message: 'The provider refuses the key (401).' });
      expect(provider.seen.at(-1)).toBe(`Bearer ${replaced}`);
    });

    it.each<[string, string, (key: string) => Parameters<ModelProvider['answerWith']>[0]]>([
      ['is busy', 'takes no more requests', () => (_, response) => response.writeHead(429).end()],
      ['is broken', 'with an error (500)', (key) => (_, response) => response.writeHead(500).end(key)],
      ['is elsewhere', 'no list of models', () => (_, response) => response.writeHead(404).end()],
      ['sends us on', 'redirects', () => (_, response) => response.writeHead(302, { location: '/v1/models' }).end()],
      ['is none', 'not with a list', () => (_, response) => response.end('<html>')],
      ['never stops', 'too long', () => (_, response) => response.end('x'.repeat(2 * 1024 * 1024 + 1))],
      ['hangs up', 'cannot be reached', () => (request) => request.socket.destroy()],
    ])('say so when the provider %s, without its words', async (_, sentence, answering) => {
      const key = freshKey();
      const { id } = await here({ key });
      provider.answerWith(answering(key));
      const answer = await expectStatus(post(undefined, `/${id}/test`), 200);
      provider.answerWith(undefined);
      expect(answer.body).toEqual({ ok: false, message: expect.stringContaining(sentence) });
      expect(answer.text).not.toContain(key);
    });

    it('give up on a provider that does not answer', async () => {
      const { id } = await here();
      const arrived = new Promise<void>((settle) => provider.answerWith(() => settle()));
      const testing = tested(id);
      await arrived;
      scenario.clock.advance(10_000);
      expect(await testing).toEqual({ ok: false, message: 'The provider did not answer within 10 seconds.' });
      provider.answerWith(undefined);
    });

    it('are sent to no private address that the operator has not listed', async () => {
      const before = provider.seen.length;
      const elsewhere = provider.baseUrl.replace('127.0.0.1', '[::1]');
      for (const baseUrl of [elsewhere, 'http://169.254.169.254/latest', 'http://127.0.0.2:80']) {
        const { id } = await here({ baseUrl });
        expect(await tested(id)).toEqual({ ok: false, message: expect.stringContaining('OUTBOUND_ALLOW') });
      }
      expect(provider.seen).toHaveLength(before);
    });
  });

  it('answer to no credential but an owner’s', async () => {
    const token = `mtok_${'0'.repeat(38)}`;
    await expectRefusal(
      scenario,
      () => scenario.ask({ url: '/v1/provider-keys', headers: { authorization: `Bearer ${token}` } }),
      { status: 401, code: 'invalid_token', reason: 'malformed' },
    );
  });
});
