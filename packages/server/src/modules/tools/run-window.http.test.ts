import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../app.ts';
import { openRedis } from '../../platform/redis/connection.ts';
import { Secret } from '../../platform/secret.ts';
import { askForEvents } from '../../testing/event-reader.ts';
import { startRedis, type RedisServer } from '../../testing/redis.ts';
import { expectRefusal, type ExpectedRefusal } from '../../testing/refusal.ts';
import {
  askOf,
  describeApp,
  describeAppOnce,
  expectStatus,
  loanInputs,
  type Answer,
  type Scenario,
} from '../../testing/scenario.ts';
import { sessionRun } from '../../testing/visitor.ts';

const slug = 'loan-calculator';
const minuteMs = 60_000;
const origin = 'https://shop.example';

type Token = { workspaceId: string; id: string; token: string };

async function tokenFor({ owner }: Scenario, apps: readonly string[] = [slug], fields: object = {}): Promise<Token> {
  const { id: workspaceId } = await owner.workspace();
  return { workspaceId, ...(await owner.embedToken(workspaceId, { apps, ...fields })) };
}

function rateLimited({ workspaceId, id }: { workspaceId: string; id: string }): ExpectedRefusal {
  return { status: 429, code: 'rate_limited', reason: 'runs_of_credential', workspaceId, credentialId: id };
}

/** What an answer says is left of the window; of the day is told behind it. */
function leftOf({ headers }: { headers: Readonly<Record<string, unknown>> }): (string | undefined)[] {
  return [headers['ratelimit'], headers['ratelimit-policy']].map((field) => String(field).split(', "daily"')[0]);
}

describeApp('the window of a tool', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    // Empty: what the product does by itself.
    scenario = await open({ settings: { TOOL_RUNS_PER_MINUTE: '' } });
  });

  it('lets a credential run a tool sixty times a minute, in embed mode too, and no more, however many ask at once (M50)', async () => {
    const { run, clock } = scenario;
    const held = await tokenFor(scenario);
    const answers = await Promise.all(Array.from({ length: 70 }, () => run(slug, held.token)));
    const statuses = answers.map(({ status }) => status);
    expect([200, 429].map((status) => statuses.filter((one) => one === status).length)).toEqual([60, 10]);
    clock.advance(20_500);
    const answer = await expectRefusal(scenario, () => run(slug, held.token), rateLimited(held));
    expect(answer.headers['retry-after']).toBe('40');
    expect(answer.body.hint).toContain('40 s');
    expect(leftOf(answer)).toEqual(['"burst";r=0;t=40', '"burst";q=60;w=60']);
    clock.advance(minuteMs - 20_500 - 1);
    await expectStatus(run(slug, held.token), 429);
    clock.advance(1);
    expect(leftOf(await expectStatus(run(slug, held.token), 200))).toEqual(['"burst";r=59;t=60', '"burst";q=60;w=60']);
  });
});

describeAppOnce('the window of a tool, of three runs', (open) => {
  let scenario: Scenario;
  let base: string;
  beforeAll(async () => {
    scenario = await open({ settings: { TOOL_RUNS_PER_MINUTE: '3' } });
    base = await scenario.server.listen({ host: '127.0.0.1', port: 0 });
    await scenario.owner.tool('another');
  });

  /** Runs a tool as often as it may be. */
  async function exhaust({ token }: Token, app = slug, inputs: object = loanInputs): Promise<void> {
    for (const left of [2, 1, 0]) {
      const answer = await expectStatus(scenario.run(app, token, inputs), 200);
      expect(leftOf(answer)).toEqual([`"burst";r=${left};t=60`, '"burst";q=3;w=60']);
    }
  }

  it('that is used up is nobody else’s: another tool, another token and another workspace go on (M50)', async () => {
    const { owner, run } = scenario;
    const held = await tokenFor(scenario, [slug, 'another']);
    const beside = await owner.embedToken(held.workspaceId);
    await exhaust(held);
    await expectRefusal(scenario, () => run(slug, held.token), rateLimited(held));
    await expectStatus(run('another', held.token, {}), 200);
    await expectStatus(run(slug, beside.token), 200);
    await expectStatus(run(slug, (await tokenFor(scenario)).token), 200);
    await expectStatus(run(slug, held.token), 429);
  });

  it('is that of its credential, so that every session minted from it counts', async () => {
    const { owner, ask, session } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const surface = await owner.surface(workspaceId);
    const sessions = await Promise.all([1, 2, 3, 4].map(() => session(surface, origin)));
    const statuses: number[] = [];
    for (const { token } of sessions) statuses.push((await ask(sessionRun(token, slug, loanInputs))).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const other = await owner.surface(workspaceId);
    const { token } = await session(other, origin);
    await expectStatus(ask(sessionRun(token, slug, loanInputs)), 200);
  });

  it('holds for API keys, on a server', async () => {
    const { owner, ask } = scenario;
    const { key } = await owner.apiKey({ scope: 'interactive', appIds: [slug] });
    const run = () =>
      ask({
        method: 'POST',
        url: `/api/tools/${slug}/run`,
        headers: { 'x-api-key': key },
        body: { inputs: loanInputs },
      });
    for (let n = 0; n < 3; n++) await expectStatus(run(), 200);
    expect((await run()).body).toMatchObject({ code: 'rate_limited' });
  });

  it('holds for streams, which say what is left, and are refused with a status', async () => {
    const held = await tokenFor(scenario);
    const stream = () =>
      askForEvents({
        url: `${base}/api/tools/${slug}/run?embed=1`,
        headers: { 'x-microapp-embed-token': held.token },
        body: { inputs: loanInputs },
      });
    for (const left of [2, 1, 0]) {
      const { status, headers, rest } = await stream();
      expect([status, leftOf({ headers })[0]]).toEqual([200, `"burst";r=${left};t=60`]);
      expect((await rest()).at(-1)?.event).toBe('run_complete');
    }
    const { status, headers } = await stream();
    expect([status, headers['content-type'], headers['retry-after'], headers['ratelimit']]).toEqual([
      429,
      'application/json; charset=utf-8',
      '60',
      '"burst";r=0;t=60',
    ]);
  });

  it('can be read by the page that asked', async () => {
    const held = await tokenFor(scenario, [slug], { allowedOrigins: ['shop.example'] });
    const ask = () => scenario.run(slug, held.token, loanInputs, { origin });
    for (const status of [200, 200, 200, 429]) {
      const { headers } = await expectStatus(ask(), status);
      expect(headers['access-control-allow-origin']).toBe(origin);
      const exposed = headers['access-control-expose-headers']?.split(', ');
      expect(exposed).toEqual(expect.arrayContaining(['ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id']));
    }
  });

  describe('is looked at after what comes earlier', () => {
    it('so that what is refused before takes nothing from it', async () => {
      const { run } = scenario;
      const held = await tokenFor(scenario, [slug], { allowedOrigins: ['shop.example'] });
      for (let n = 0; n < 4; n++) {
        await expectStatus(run(slug, `${held.token.slice(0, -1)}!`), 401);
        await expectStatus(run(slug, held.token, loanInputs, { origin: 'https://evil.example' }), 403);
        await expectStatus(run('another', held.token, {}), 403);
        await expectStatus(run(slug, held.token, {}), 400);
      }
      await exhaust(held);
    });

    it.each<[string, number, string, (held: Token) => Promise<Answer>]>([
      ['the credential', 401, 'invalid_token', ({ token }) => scenario.run(slug, `${token.slice(0, -1)}!`)],
      [
        'the origin',
        403,
        'origin_not_allowed',
        ({ token }) => scenario.run(slug, token, loanInputs, { origin: 'https://evil.example' }),
      ],
      ['the slug', 403, 'permission_denied', ({ token }) => scenario.run('another', token, {})],
      ['the inputs', 400, 'validation_failed', ({ token }) => scenario.run(slug, token, {})],
    ])('so that %s is what a caller is told of when it is used up, too', async (_, status, code, ask) => {
      const held = await tokenFor(scenario, [slug], { allowedOrigins: ['shop.example'] });
      await exhaust(held);
      const before = await scenario.rows();
      const answer = await ask(held);
      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.headers).not.toHaveProperty('ratelimit');
      expect(await scenario.rows()).toBe(before);
    });

    it.each<[string, string, Partial<{ token: string; app: string; from: string; inputs: object }>]>([
      ['credential before origin', 'invalid_token', { token: 'bad', from: 'https://evil.example' }],
      ['credential before slug', 'invalid_token', { token: 'bad', app: 'another' }],
      ['credential before inputs', 'invalid_token', { token: 'bad', inputs: {} }],
      ['origin before slug', 'origin_not_allowed', { from: 'https://evil.example', app: 'another' }],
      ['origin before inputs', 'origin_not_allowed', { from: 'https://evil.example', inputs: {} }],
      ['slug before inputs', 'permission_denied', { app: 'another', inputs: { text: 1 } }],
    ])('as everything is, in its order: %s', async (_, code, { token, app = slug, from, inputs = loanInputs }) => {
      const held = await tokenFor(scenario, [slug], { allowedOrigins: ['shop.example'] });
      const before = await scenario.rows();
      const answer = await scenario.run(app, token ?? held.token, inputs, from === undefined ? {} : { origin: from });
      expect(answer.body.code).toBe(code);
      expect(await scenario.rows()).toBe(before);
    });
  });
});

describeAppOnce('the window of a tool on several instances', (open) => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it('is one window: together they let through what it holds, exactly', async () => {
    const scenario = await open({ settings: { TOOL_RUNS_PER_MINUTE: '7' } });
    const held = await tokenFor(scenario);
    const connections = await Promise.all([1, 2].map(() => openRedis(new Secret(redis.url), scenario.deps)));
    const apps = await Promise.all(connections.map((connection) => buildApp({ ...scenario.deps, redis: connection })));
    try {
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, n) => {
          const app = apps[n % apps.length];
          if (app === undefined) throw new Error('there is no such instance');
          return askOf(app.server)({
            method: 'POST',
            url: `/api/tools/${slug}/run?embed=1`,
            headers: { 'x-microapp-embed-token': held.token },
            body: { inputs: loanInputs },
          });
        }),
      );
      const statuses = answers.map(({ status }) => status);
      expect([200, 429].map((status) => statuses.filter((one) => one === status).length)).toEqual([7, 23]);
      const admitted = answers.filter(({ status }) => status === 200);
      const left = admitted.map(({ headers }) => /^"burst";r=(\d+);t=\d+, /.exec(headers['ratelimit'] ?? '')?.[1]);
      expect(new Set(left)).toEqual(new Set(['0', '1', '2', '3', '4', '5', '6']));
    } finally {
      for (const app of apps) await app.close();
      for (const connection of connections) connection.close();
    }
  });
});
