import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEchoModel, type EchoModel } from '../../echo-model/server.ts';
import { systemClock } from '../../platform/clock.ts';
import { echoKey } from '../../testing/echo-key.ts';
import {
  describeApp,
  expectStatus,
  refusalOf,
  type Answer,
  type Owner,
  type Scenario,
} from '../../testing/scenario.ts';

const inputs = { product: 'lamps' };
const ad = {
  type: 'object',
  required: ['headline'],
  additionalProperties: false,
  properties: { headline: { type: 'string', maxLength: 60 } },
};
const runsAtOnce = 50;

describeApp('an AI step', (open) => {
  let scenario: Scenario;
  let echo: EchoModel;
  let owner: Owner;
  let workspaceId: string;
  let secret: string;
  beforeAll(async () => {
    echo = await startEchoModel({ clock: systemClock });
    const settings = { OUTBOUND_ALLOW: new URL(echo.url).host, PLAN_FAILED_RUNS_PER_DAY: '1000' };
    scenario = await open({ settings });
  });
  afterAll(() => echo.close());
  beforeEach(async () => {
    owner = await scenario.anotherOwner();
    workspaceId = (await owner.workspace()).id;
    secret = `sk-${randomBytes(18).toString('base64url')}`;
    await addKey();
  });

  const addKey = async (fields: object = {}, of: Owner = owner): Promise<Answer['body']> => {
    const body = echoKey(echo, { key: secret, ...fields });
    return (await expectStatus(of.ask({ method: 'POST', url: '/v1/provider-keys', body }), 201)).body;
  };

  type Tool = { slug: string; token: string; tokenId: string; run: () => Promise<Answer> };

  /** A tool of the steps, and a token for it that has not been used. */
  async function toolOf(...steps: object[]): Promise<Tool> {
    const slug = `ad-${randomBytes(6).toString('hex')}`;
    await owner.tool(slug, { inputs: { type: 'object' }, steps });
    const { id: tokenId, token } = await owner.embedToken(workspaceId, { apps: [slug] });
    return { slug, token, tokenId, run: () => scenario.run(slug, token, inputs) };
  }

  const step = (fields: object = {}) => ({
    kind: 'llm',
    name: 'write',
    prompt: 'An ad for {{ inputs.product }}.',
    ...fields,
  });

  const lastUsedAt = async (tokenId: string): Promise<string | null> => {
    await scenario.flush();
    return (await expectStatus(owner.ask({ url: `/v1/embed-tokens/${tokenId}` }), 200)).body.lastUsedAt;
  };
  const runsOf = async (): Promise<Answer['body'][]> =>
    (await expectStatus(owner.ask({ url: '/v1/runs?limit=100' }), 200)).body.data;
  const usageOf = async (): Promise<{ runs: number; failedRuns: number }> => {
    const { body } = await expectStatus(owner.ask({ url: '/v1/usage' }), 200);
    const days: { runs: number; failedRuns: number }[] = body.data;
    return {
      runs: days.reduce((sum, { runs }) => sum + runs, 0),
      failedRuns: days.reduce((sum, { failedRuns }) => sum + failedRuns, 0),
    };
  };

  /** Nothing that anybody reads later holds the owner's key. */
  async function expectKeyUntold(answer: Answer): Promise<void> {
    const told = [answer.text, JSON.stringify(answer.headers), scenario.logged(), await scenario.rows()];
    for (const text of told) expect(text).not.toContain(secret);
  }

  it('answers with the model’s text, and its run is counted and logged as any other', async () => {
    const tool = await toolOf(step());
    const answer = await expectStatus(tool.run(), 200);
    expect(answer.body).toMatchObject({ status: 'ok', output: 'Echo of what was asked: An ad for lamps.' });
    expect(await runsOf()).toMatchObject([{ id: answer.body.runId, status: 'ok', errorCode: null }]);
    expect(await usageOf()).toEqual({ runs: 1, failedRuns: 0 });
    expect(await lastUsedAt(tool.tokenId)).toBe(new Date(scenario.clock.now()).toISOString());
    await expectKeyUntold(answer);
  });

  it('stands between other steps: it sees their results, and its JSON is theirs', async () => {
    const tool = await toolOf(
      { kind: 'transform', name: 'shout', expression: '$uppercase(inputs.product)' },
      step({ prompt: 'An ad for {{ results.shout }}.', schema: ad }),
      { kind: 'transform', name: 'count', expression: '{ "of": results.write.headline }' },
    );
    expect((await expectStatus(tool.run(), 200)).body.output).toEqual({ of: 'An ad for LAMPS.' });
  });

  describe('whose provider fails', () => {
    /** One run that fails. Fails itself unless that leaves what a failed run leaves, to the letter. */
    async function expectFailedRun(tool: Tool, ask: () => Promise<Answer> = tool.run): Promise<Answer> {
      const before = await usageOf();
      expect(await lastUsedAt(tool.tokenId)).toBeNull();
      scenario.clock.advance(1000);
      const answer = await ask();
      const answeredAt = new Date(scenario.clock.now()).toISOString();
      expect(refusalOf(answer)).toEqual({ status: 502, code: 'llm_error' });
      expect(answer.body.error).toContain('"write"');
      const [run] = await runsOf();
      expect(run).toMatchObject({
        status: 'failed',
        errorCode: 'llm_error',
        errorDetail: expect.stringMatching(/^write: The AI provider failed: /),
        credentialId: tool.tokenId,
        requestId: answer.body.requestId,
      });
      expect(await usageOf()).toEqual({ runs: before.runs, failedRuns: before.failedRuns + 1 });
      expect(await lastUsedAt(tool.tokenId)).toBe(answeredAt);
      expect(await scenario.accessLog(answer.body.requestId)).toMatchObject([{ status: 502, code: 'llm_error' }]);
      // The detail is the owner's.
      expect(answer.text).not.toContain(run.errorDetail.replace(/^.*failed: /, ''));
      await expectKeyUntold(answer);
      return answer;
    }

    it.each([
      ['refuses the key (401)', { model: 'echo-401' }],
      ['has no such model (404)', { model: 'echo-404' }],
      ['is broken (500)', { model: 'echo-500' }],
      ['breaks off after half the stream', { model: 'echo-cut' }],
      ['ends after half the stream without its end', { model: 'echo-short' }],
      ['reports an error after half the stream', { model: 'echo-error' }],
      ['answers with what is no JSON', { model: 'echo-malformed' }],
      ['answers in prose where JSON was asked for', { model: 'echo-prose', schema: ad }],
      ['answers JSON that does not follow the schema', { model: 'echo-unruly', schema: ad }],
      ['never stops', { model: 'echo-endless', prompt: '{{ $pad("", 50000, "x ") }}' }],
    ])(
      'because it %s fails with llm_error, logged, its credential used and its quota given back (M46, M47, M48, M49)',
      async (_, fields) => {
        await expectFailedRun(await toolOf(step(fields)));
      },
    );

    it('because it is busy says when to come back (M46)', async () => {
      const answer = await expectFailedRun(await toolOf(step({ model: 'echo-429' })));
      expect(answer.headers['retry-after']).toBe('7');
    });

    it('because it does not answer in time is given up (M46, M47, M48, M49)', async () => {
      const tool = await toolOf(step({ model: 'echo-timeout', timeoutMs: 30_000 }));
      await expectFailedRun(tool, async () => {
        const asked = echo.seen.length;
        const answering = tool.run();
        await expect.poll(() => echo.seen.length).toBe(asked + 1);
        scenario.clock.advance(30_000);
        return answering;
      });
    });

    it.each([
      ['at a private address that the operator has not listed', 'http://127.0.0.2:1/v1'],
      ['at an address of the cloud’s own', 'http://169.254.169.254/v1'],
      ['where nobody listens', 'http://127.0.0.1:1/v1'],
    ])('because it is %s fails with llm_error (M46, M47)', async (_, baseUrl) => {
      scenario.clock.advance(1);
      await addKey({ baseUrl });
      await expectFailedRun(await toolOf(step()));
    });

    it('because a key from before has no model to ask tells the owner to name one', async () => {
      await scenario.database.admin.query('update provider_keys set default_model = null where owner_id = $1', [
        owner.id,
      ]);
      await expectFailedRun(await toolOf(step()));
      expect((await runsOf())[0].errorDetail).toContain('name a model');
    });

    it('gives back exactly what was used, also when fifty fail at once beside others that do not (M47, M49)', async () => {
      const failing = await toolOf(step({ model: 'echo-cut' }));
      const working = await toolOf(step());
      const asked = Array.from({ length: runsAtOnce }, async () => refusalOf(await failing.run()));
      const beside = Array.from({ length: 5 }, () => expectStatus(working.run(), 200));
      expect(await Promise.all(asked)).toEqual(asked.map(() => ({ status: 502, code: 'llm_error' })));
      await Promise.all(beside);
      expect(await usageOf()).toEqual({ runs: beside.length, failedRuns: runsAtOnce });
      const logged = await runsOf();
      expect(logged.filter(({ status }) => status === 'failed')).toHaveLength(runsAtOnce);
      expect(logged).toHaveLength(runsAtOnce + beside.length);
    });
  });

  it('that fails after another has worked gives back both: a run is counted whole or not at all (M49)', async () => {
    const tool = await toolOf(step({ name: 'first' }), step({ model: 'echo-cut' }));
    expect(refusalOf(await tool.run())).toEqual({ status: 502, code: 'llm_error' });
    expect(await usageOf()).toEqual({ runs: 0, failedRuns: 1 });
  });

  it('of the shipped product description writer asks for a key until its owner has added one, and then writes (M41)', async () => {
    const { owner: first, run } = scenario;
    const { token } = await first.embedToken(first.workspaceId, { apps: ['product-description'] });
    const product = { productName: 'Fjord 20', features: ['Wool', 'Blue'], tone: 'friendly', language: 'English' };
    const refused = await run('product-description', token, product);
    expect(refusalOf(refused)).toEqual({ status: 409, code: 'byok_required' });
    await addKey({}, first);
    const answer = await expectStatus(run('product-description', token, product), 200);
    expect(answer.body.output).toEqual({
      headline: expect.stringContaining('Write in English'),
      description: expect.any(String),
      bulletPoints: [expect.any(String), expect.any(String)],
    });
  });
});
