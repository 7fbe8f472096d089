import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { buildApp } from '../../app.ts';
import { startEchoModel, type EchoModel } from '../../echo-model/server.ts';
import { systemClock } from '../../platform/clock.ts';
import { echoKey } from '../../testing/echo-key.ts';
import { expectRefusal } from '../../testing/refusal.ts';
import { whileClockRuns } from '../../testing/running-clock.ts';
import { askOf, describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';

const slogan = { kind: 'llm', name: 'slogan', model: 'echo', prompt: 'A slogan for {{ inputs.product }}.' };
const inputs = { product: 'lamps' };
const anyInputs = { type: 'object' };

describeApp('a tool with an AI step', (open) => {
  let scenario: Scenario;
  let echo: EchoModel;
  let owner: Owner;
  let workspaceId: string;
  let credentialId: string;
  let token: string;
  let slug: string;
  beforeAll(async () => {
    echo = await startEchoModel({ clock: systemClock });
    scenario = await open({ settings: { OUTBOUND_ALLOW: new URL(echo.url).host } });
  });
  afterAll(() => echo.close());

  /** An owner with a tool that asks a model, one that does not, and a token for both that has been used before. */
  beforeEach(async () => {
    owner = await scenario.anotherOwner();
    slug = `slogan-${randomBytes(6).toString('hex')}`;
    await owner.tool(slug, { inputs: anyInputs, steps: [slogan] });
    await owner.tool(`${slug}-plain`, {
      inputs: anyInputs,
      steps: [{ kind: 'transform', name: 'say', expression: '"no AI"' }],
    });
    workspaceId = (await owner.workspace()).id;
    const made = await owner.embedToken(workspaceId, { apps: [slug, `${slug}-plain`] });
    ({ id: credentialId, token } = made);
    await expectStatus(scenario.run(`${slug}-plain`, token, {}), 200);
    // A moment later, so that another stamp of the last use would show.
    scenario.clock.advance(1000);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const keyFor = (fields: object = {}) => echoKey(echo, fields);
  const addKey = async (fields: object = {}, of: Owner = owner): Promise<Answer['body']> =>
    (await expectStatus(of.ask({ method: 'POST', url: '/v1/provider-keys', body: keyFor(fields) }), 201)).body;
  const changeKey = (id: string, body: unknown): Promise<Answer> =>
    expectStatus(owner.ask({ method: 'PATCH', url: `/v1/provider-keys/${id}`, body }), 200);
  const removeKey = (id: string): Promise<Answer> =>
    expectStatus(owner.ask({ method: 'DELETE', url: `/v1/provider-keys/${id}` }), 204);
  const run = (): Promise<Answer> => scenario.run(slug, token, inputs);

  /** Fails unless a run is refused, leaves one line in the access log and nothing else, and asks no model. */
  async function expectNoKey(reason = 'no_provider_key', ask: () => Promise<Answer> = run): Promise<Answer> {
    const asked = echo.seen.length;
    const refusal = { status: 409, code: 'byok_required', reason, workspaceId, credentialId } as const;
    const answer = await expectRefusal(scenario, ask, refusal);
    expect(echo.seen).toHaveLength(asked);
    return answer;
  }

  it('runs on the key that its owner has added, and on no other before that (M41)', async () => {
    const schema = await scenario.ask({
      url: `/api/tools/${slug}/schema?embed=1`,
      headers: { 'x-microapp-embed-token': token },
    });
    expect(schema.body.requiresAi).toBe(true);
    const refused = await expectNoKey();
    expect(refused.body).toMatchObject({
      error: expect.stringContaining('key'),
      hint: expect.stringContaining('owner'),
    });
    const fields = keyFor();
    await addKey(fields);
    const answer = await expectStatus(run(), 200);
    expect(answer.body.output).toBe('Echo of what was asked: A slogan for lamps.');
    expect(echo.seen.at(-1)?.key).toBe(fields.key);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['that was never added', () => Promise.resolve()],
    ['that is switched off', () => addKey({ isActive: false })],
    ['that was deleted', async () => removeKey((await addKey()).id)],
    ['of another owner', async () => addKey({}, await scenario.anotherOwner())],
    ['of the installation’s first owner', () => addKey({}, scenario.owner)],
  ])(
    'counts a key %s as none: no run, no quota, no last use, one line in the access log (M43, M44, M45)',
    async (_, before) => {
      await before();
      const ledger = async (): Promise<string> =>
        `${(await owner.ask({ url: '/v1/runs' })).text} ${(await owner.ask({ url: '/v1/usage' })).text}`;
      const [ledgerBefore, usedBefore] = [await ledger(), await lastUsedAt()];
      expect(usedBefore).not.toBeNull();
      await expectNoKey();
      expect(await ledger()).toBe(ledgerBefore);
      expect(await lastUsedAt()).toBe(usedBefore);
    },
  );

  async function lastUsedAt(): Promise<string | null> {
    await scenario.flush();
    return (await expectStatus(owner.ask({ url: `/v1/embed-tokens/${credentialId}` }), 200)).body.lastUsedAt;
  }

  it('uses no key of the platform: what the environment holds is not looked at (M42)', async () => {
    for (const name of ['OPENAI', 'ANTHROPIC', 'GOOGLE_GENERATIVE_AI', 'MISTRAL', 'AI_GATEWAY']) {
      vi.stubEnv(`${name}_API_KEY`, 'sk-of-the-platform');
      vi.stubEnv(`${name}_BASE_URL`, `${echo.url}/v1`);
    }
    await expectNoKey();
    const asked = echo.seen.length;
    await addKey({ provider: 'openai', key: 'sk-of-the-owner' });
    await expectStatus(run(), 200);
    expect(echo.seen.slice(asked).map(({ key }) => key)).toEqual(['sk-of-the-owner']);
  });

  it('is refused on the very next run after its key is switched off or deleted, on every instance (M43)', async () => {
    const { id } = await addKey();
    const other = await buildApp(scenario.deps);
    const elsewhere = (): Promise<Answer> =>
      askOf(other.server)({
        method: 'POST',
        url: `/api/tools/${slug}/run?embed=1`,
        headers: { 'x-microapp-embed-token': token },
        body: { inputs },
      });
    try {
      await expectStatus(elsewhere(), 200);
      // Each change waits until the other instance has followed.
      await whileClockRuns(scenario.clock, changeKey(id, { isActive: false }));
      expect((await elsewhere()).body.code).toBe('byok_required');
      await expectNoKey();
      await whileClockRuns(scenario.clock, changeKey(id, { isActive: true }));
      await expectStatus(elsewhere(), 200);
      await expectStatus(run(), 200);
      await whileClockRuns(scenario.clock, removeKey(id));
      expect((await elsewhere()).body.code).toBe('byok_required');
      await expectNoKey();
    } finally {
      await other.close();
    }
  });

  it('does not keep other tools from running (M43)', async () => {
    await expectNoKey();
    const answer = await expectStatus(scenario.run(`${slug}-plain`, token, {}), 200);
    expect(answer.body.output).toBe('no AI');
  });

  it('needs a key of the provider that a step names, and says which (M43)', async () => {
    const named = `${slug}-named`;
    await owner.tool(named, {
      inputs: anyInputs,
      steps: [slogan, { ...slogan, name: 'second', provider: 'anthropic' }],
    });
    const made = await owner.embedToken(workspaceId, { apps: [named] });
    credentialId = made.id;
    await addKey();
    const runNamed = (): Promise<Answer> => scenario.run(named, made.token, inputs);
    const answer = await expectNoKey('no_provider_key anthropic', runNamed);
    expect(answer.body.hint).toContain('anthropic');
    await addKey({ provider: 'anthropic' });
    await expectStatus(runNamed(), 200);
  });

  it('looks at its inputs first: what is wrong with them is said without a key, too', async () => {
    const strict = `${slug}-strict`;
    await owner.tool(strict, { inputs: { ...anyInputs, required: ['product'] }, steps: [slogan] });
    const made = await owner.embedToken(workspaceId, { apps: [strict] });
    expect(await scenario.run(strict, made.token, {})).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  });

  it('takes the newest active key, and the newest of the provider that it names', async () => {
    const named = `${slug}-named`;
    await owner.tool(named, { inputs: anyInputs, steps: [{ ...slogan, provider: 'mistral' }] });
    const made = await owner.embedToken(workspaceId, { apps: [named] });
    const keys = ['mistral', 'mistral', 'openai-compatible', 'openai-compatible'].map((provider) =>
      keyFor({ provider }),
    );
    const ids: string[] = [];
    for (const fields of keys) {
      scenario.clock.advance(1);
      ids.push((await addKey(fields)).id);
    }
    const keyOfRun = async (asked: Promise<Answer>): Promise<string | undefined> => {
      await expectStatus(asked, 200);
      return echo.seen.at(-1)?.key;
    };
    expect(await keyOfRun(run())).toBe(keys[3]?.key);
    expect(await keyOfRun(scenario.run(named, made.token, inputs))).toBe(keys[1]?.key);
    await changeKey(ids[3] ?? '', { isActive: false });
    expect(await keyOfRun(run())).toBe(keys[2]?.key);
    await removeKey(ids[1] ?? '');
    expect(await keyOfRun(scenario.run(named, made.token, inputs))).toBe(keys[0]?.key);
  });
});
