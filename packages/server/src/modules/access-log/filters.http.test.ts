import { beforeAll, expect, it } from 'vitest';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';

const shop = 'https://shop.example';
const blog = 'https://blog.example';

const idOf = (answer: Answer): string => answer.headers['x-request-id'] ?? '';

describeApp('the access log, narrowed', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let tokenId: string;
  /** Request ids by what happened. */
  const asked: Record<string, string> = {};
  let betweenMs = 0;
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
    const { id: workspaceId } = await owner.workspace();
    for (const slug of ['calculator', 'converter']) await owner.tool(slug);
    const issued = await owner.embedToken(workspaceId, {
      apps: ['calculator', 'converter'],
      allowedOrigins: ['shop.example', 'blog.example'],
    });
    tokenId = issued.id;
    const run = async (slug: string, origin: string, inputs: unknown = {}): Promise<string> =>
      idOf(await scenario.run(slug, issued.token, inputs, { origin }));
    asked['first'] = await run('calculator', shop);
    asked['blog'] = await run('calculator', blog);
    scenario.clock.advance(60_000);
    betweenMs = scenario.clock.now();
    asked['converter'] = await run('converter', shop);
    asked['refused'] = await run('calculator', 'https://elsewhere.example');
    asked['invalid'] = await run('calculator', shop, 'no object');
    await scenario.flush();
  });

  async function found(query: string, by: Owner = owner): Promise<string[]> {
    const { body } = await expectStatus(by.ask({ url: `/v1/access-log?${query}` }), 200);
    const names = new Map(Object.entries(asked).map(([name, id]) => [id, name]));
    return body.data.map((line: { requestId: string }) => names.get(line.requestId) ?? line.requestId);
  }

  const moment = (): string => new Date(betweenMs).toISOString();

  it.each<[string, () => string, string[]]>([
    ['app', () => 'app=converter', ['converter']],
    ['origin', () => `origin=${encodeURIComponent(blog)}`, ['blog']],
    ['an origin that was refused', () => 'origin=https%3A%2F%2Felsewhere.example', ['refused']],
    ['status', () => 'status=400', ['invalid']],
    ['code', () => 'code=origin_not_allowed', ['refused']],
    ['refused', () => 'refused=true', ['refused']],
    ['not refused', () => 'refused=false', ['invalid', 'converter', 'blog', 'first']],
    ['from', () => `from=${moment()}`, ['invalid', 'refused', 'converter']],
    ['to', () => `to=${moment()}`, ['blog', 'first']],
    [
      'from and to',
      () => `from=${moment()}&to=${new Date(betweenMs + 1).toISOString()}`,
      ['invalid', 'refused', 'converter'],
    ],
    [
      'several at once',
      () => `app=calculator&origin=${encodeURIComponent(shop)}&credentialId=${tokenId}&refused=false`,
      ['invalid', 'first'],
    ],
    ['what nobody did', () => 'app=calculator&status=503', []],
  ])('by %s has these lines and no others (K59)', async (_, query, expected) => {
    expect(await found(query())).toEqual(expected);
  });

  it('shows none of the lines to another owner, by whatever they are asked for', async () => {
    const stranger = await scenario.anotherOwner();
    for (const query of [
      'app=calculator',
      'status=403',
      'code=origin_not_allowed',
      'refused=true',
      'refused=false',
      `to=${moment()}`,
    ]) {
      expect(await found(query, stranger)).toEqual([]);
    }
  });

  it('pages through the same lines while further ones are written', async () => {
    const { id: workspaceId } = await owner.workspace();
    const fresh = await owner.embedToken(workspaceId, { apps: ['calculator'] });
    const earlier: string[] = [];
    for (let count = 0; count < 5; count++) earlier.push(idOf(await scenario.run('calculator', fresh.token, {})));
    await scenario.flush();
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await expectStatus(
        owner.ask({ url: `/v1/access-log?credentialId=${fresh.id}&limit=2${next}` }),
        200,
      );
      seen.push(...body.data.map(({ requestId }: { requestId: string }) => requestId));
      cursor = body.nextCursor;
      await scenario.run('calculator', fresh.token, {});
      await scenario.flush();
    }
    expect(seen).toEqual(earlier.toReversed());
  });

  it.each([
    'status=abc',
    'status=99',
    'status=600',
    'status=200&status=403',
    'refused=yes',
    'refused=',
    'code=nonsense',
    'app=',
    'origin=',
    'requestId=',
    'workspaceId=x',
    'from=yesterday',
    'from=2026-03-02',
    'from=2026-13-01T00:00:00Z',
    'from=0000-01-01T00:00:00Z',
    'to=0001-01-01T00:00:00%2B12:00',
    'to=9999-12-31T23:59:59-12:00',
    'from=2026-06-30T23:59:60Z',
    'from=2026-03-02T10:00:00Z&to=2026-03-02T10:00:00Z',
    'from=2026-03-02T10:00:00Z&to=2026-03-01T10:00:00Z',
    'limit=0',
    'limit=201',
    'limit=1.5',
    'cursor=nonsense',
    'app=%00',
  ])('refuses a filter that says nothing clear: %s', async (query) => {
    await expectUnloggedRefusal(scenario, () => owner.ask({ url: `/v1/access-log?${query}` }), {
      status: 400,
      code: 'validation_failed',
    });
  });

  it('is about one app where a credential is for one, from the first ticket on', async () => {
    const { id: workspaceId } = await owner.workspace();
    const surface = await owner.surface(workspaceId, { apps: ['calculator'] });
    const headers = { origin: shop };
    const opened = await expectStatus(
      scenario.ask({ method: 'POST', url: '/v1/embed/sessions', headers, body: { key: surface.clientToken } }),
      201,
    );
    const redeemed = await expectStatus(
      scenario.ask({
        method: 'POST',
        url: '/v1/embed/sessions/redeem',
        body: { ticket: opened.body.ticket, surfaceId: surface.id, parentOrigin: shop },
      }),
      200,
    );
    const bearer = { authorization: `Bearer ${redeemed.body.token}` };
    const refreshed = await expectStatus(
      scenario.ask({ method: 'POST', url: '/v1/embed/sessions/refresh', headers: bearer }),
      200,
    );
    const refused = await scenario.ask({
      method: 'POST',
      url: '/v1/embed/sessions',
      headers,
      body: { key: surface.clientToken, app: 'converter' },
    });
    expect(refused.status).toBe(403);
    await scenario.flush();
    for (const [answer, app] of [
      [opened, 'calculator'],
      [redeemed, 'calculator'],
      [refreshed, 'calculator'],
      [refused, 'converter'],
    ] as const) {
      const { body } = await expectStatus(owner.ask({ url: `/v1/access-log?requestId=${idOf(answer)}` }), 200);
      expect(body.data).toMatchObject([{ app, origin: shop, workspaceId, credentialId: surface.clientTokenId }]);
    }
  });
});
