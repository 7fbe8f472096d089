import { randomBytes } from 'node:crypto';
import { contrastMin, contrastOf, themeContrasts } from '@microapp/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startEchoModel, type EchoModel } from '../../echo-model/server.ts';
import { systemClock } from '../../platform/clock.ts';
import { echoKey } from '../../testing/echo-key.ts';
import { plainPngOf } from '../../testing/pictures.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';

const colors = ['#777777', '#0a7d4f', '#fffaf0'];

describeApp('a theme refined by a model', (open) => {
  let scenario: Scenario;
  let echo: EchoModel;
  let owner: Owner;
  let secret: string;
  beforeAll(async () => {
    echo = await startEchoModel({ clock: systemClock });
    scenario = await open({ settings: { OUTBOUND_ALLOW: new URL(echo.url).host } });
  });
  afterAll(() => echo.close());
  // One each: so many may be asked for in a minute.
  beforeEach(async () => {
    owner = await scenario.anotherOwner();
    secret = `sk-${randomBytes(18).toString('base64url')}`;
  });

  const addKey = async (fields: object = {}): Promise<string> => {
    const body = echoKey(echo, { key: secret, ...fields });
    return (await expectStatus(owner.ask({ method: 'POST', url: '/v1/provider-keys', body }), 201)).body.id;
  };
  const refine = (body: unknown = { colors }): Promise<Answer> =>
    owner.ask({ method: 'POST', url: '/v1/theme-suggestions/refine', body });
  /** Nothing that anybody reads later holds the owner's key. */
  async function expectKeyUntold(answer: Answer): Promise<void> {
    for (const text of [answer.text, scenario.logged(), await scenario.rows()]) expect(text).not.toContain(secret);
  }

  it("is chosen by the owner's own model from the colors that were found, and made readable like any other, with a line in the audit trail", async () => {
    const keyId = await addKey();
    const answer = await expectStatus(refine({ colors, wish: 'calmer {{ inputs }}' }), 200);
    const { name, theme, contrast, reason, provider } = answer.body;
    // The echo model takes the first that it may: gray, for everything.
    expect({ provider, accent: theme.accent }).toEqual({ provider: 'openai-compatible', accent: '#777777' });
    expect(theme.bg).not.toBe(theme.accent);
    for (const { front, back } of themeContrasts) {
      expect(contrastOf(theme[front], theme[back]), `${front} on ${back}`).toBeGreaterThanOrEqual(contrastMin);
    }
    expect(contrast).toHaveLength(themeContrasts.length);
    expect([name, reason].every((text) => text.includes('Colors: ["#777777"'))).toBe(true);
    const asked = echo.seen.find(({ key }) => key === secret);
    expect(asked?.prompt).toBe(
      'Colors: ["#777777","#0a7d4f","#fffaf0","#ffffff","#111113"]\nWish: calmer {{ inputs }}',
    );
    expect(asked?.schema).toMatchObject({ required: ['accent', 'background', 'text', 'name', 'why'] });
    await expectKeyUntold(answer);

    const { body: trail } = await owner.ask({ url: '/v1/audit?event=provider-key.used' });
    expect(trail.data).toMatchObject([{ targetId: keyId, detail: { purpose: 'refine a theme' } }]);
    // It is no run, and takes nothing from what visitors may do.
    expect((await owner.ask({ url: '/v1/runs' })).body.data).toEqual([]);
    expect((await owner.ask({ url: '/v1/usage' })).body.data).toEqual([]);
  });

  it('is offered with a suggestion while there is an active key, and only to its owner', async () => {
    const suggest = async (by = owner) => {
      const body = { image: plainPngOf(8, 8, [10, 125, 79]).toString('base64') };
      return (await expectStatus(by.ask({ method: 'POST', url: '/v1/theme-suggestions', body }), 200)).body;
    };
    expect(await suggest()).toMatchObject({ refinement: null, palette: [expect.stringMatching(/^#[\da-f]{6}$/)] });
    const id = await addKey();
    expect(await suggest()).toMatchObject({ refinement: { provider: 'openai-compatible' } });
    expect(await suggest(await scenario.anotherOwner())).toMatchObject({ refinement: null });
    const off = { method: 'PATCH', url: `/v1/provider-keys/${id}`, body: { isActive: false } } as const;
    await expectStatus(owner.ask(off), 200);
    expect(await suggest()).toMatchObject({ refinement: null });
    const refused = await refine();
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'byok_required', hint: expect.stringMatching(/Provider keys/) },
    });
    expect(echo.seen.filter(({ key }) => key === secret)).toEqual([]);
  });

  it.each<[string, { key?: string; defaultModel?: string; baseUrl?: string }, string, string?]>([
    ['a key that the provider refuses', { key: `refused-${randomBytes(9).toString('hex')}` }, 'it answered with 401'],
    ['too many requests', { defaultModel: 'echo-429' }, 'it answered with 429', '7'],
    ['a provider that fails', { defaultModel: 'echo-500' }, 'it answered with 500'],
    ['an answer in prose', { defaultModel: 'echo-prose' }, 'is not the JSON that was asked for'],
    ['an answer of another form', { defaultModel: 'echo-unruly' }, 'does not follow the schema'],
    ['an answer that is no answer', { defaultModel: 'echo-malformed' }, 'its answer'],
    ['a broken connection', { defaultModel: 'echo-cut' }, 'the connection broke'],
    ['an address that is private', { baseUrl: 'http://127.0.0.1:1/v1' }, 'OUTBOUND_ALLOW'],
  ])('says in a sentence what the provider did, and not the key: %s', async (_, fields, said, retryAfter) => {
    await addKey(fields);
    const answer = await refine();
    expect(answer).toMatchObject({
      status: 502,
      body: {
        code: 'llm_error',
        error: expect.stringMatching(/^The AI provider could not refine the theme: .+\.$/),
        hint: expect.stringContaining('Provider keys'),
      },
    });
    expect(answer.body.error).toContain(said);
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(answer.text).not.toContain(fields.key ?? secret);
    await expectKeyUntold(answer);
  });

  it('asks the newest key that names a model, and says so where none does', async () => {
    const withoutModel = (id: string) =>
      scenario.database.admin.query('update provider_keys set default_model = null where id = $1', [id]);
    const compatible = await addKey();
    await withoutModel(compatible);
    expect((await refine()).body).toMatchObject({
      code: 'byok_required',
      error: 'Your AI provider key names no model to ask.',
      hint: expect.stringContaining('default model'),
    });
    expect(echo.seen.filter(({ key }) => key === secret)).toEqual([]);

    const older = await addKey({ provider: 'mistral' });
    // The one without a model is the newest.
    await scenario.database.admin.query(
      "update provider_keys set created_at = created_at - interval '1 hour' where id = $1",
      [older],
    );
    expect((await expectStatus(refine(), 200)).body.provider).toBe('mistral');
    expect(echo.seen.filter(({ key }) => key === secret)).toHaveLength(1);
  });

  it('gives up on a model that does not answer within half a minute', async () => {
    await addKey({ defaultModel: 'echo-timeout' });
    const answer = refine();
    await expect.poll(() => echo.seen.some(({ key }) => key === secret)).toBe(true);
    scenario.clock.advance(30_001);
    expect((await answer).body).toMatchObject({
      code: 'llm_error',
      error: 'The AI provider could not refine the theme: it took too long.',
    });
  });

  it('is refused without a question to anybody: wrong colors, a wish that is a letter, and the eleventh within a minute', async () => {
    await addKey();
    for (const body of [
      {},
      { colors: [] },
      { colors: ['red'] },
      { colors: Array(25).fill('#000000') },
      { colors, wish: 'x'.repeat(301) },
      { colors, more: 1 },
    ]) {
      expect((await refine(body)).status, JSON.stringify(body)).toBe(400);
    }
    expect((await scenario.ask({ method: 'POST', url: '/v1/theme-suggestions/refine', body: { colors } })).status).toBe(
      401,
    );
    expect(echo.seen.filter(({ key }) => key === secret)).toEqual([]);
    for (let n = 0; n < 10; n++) await expectStatus(refine(), 200);
    expect((await refine()).body.code).toBe('rate_limited');
    expect(echo.seen.filter(({ key }) => key === secret)).toHaveLength(10);
  });
});
