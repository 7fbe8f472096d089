import { beforeAll, describe, expect, it } from 'vitest';
import { expectNoChange } from '../../testing/repeated-call.ts';
import {
  describeApp,
  describeAppOnce,
  expectStatus,
  type Answer,
  type Ask,
  type Scenario,
} from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';

/** What the specification says, whatever the server's own constant does. */
const rememberedMs = 24 * 60 * 60 * 1000;
const workspacesUrl = '/v1/workspaces';

const spec = {
  inputs: { type: 'object' },
  steps: [{ kind: 'transform', name: 'echo', expression: 'inputs' }],
};

/** Every create of the management API, with its body. */
const plainCreates: [path: string, body: (workspaceId: string) => unknown][] = [
  ['/v1/workspaces', () => ({ name: 'Twice' })],
  ['/v1/apps', () => ({ slug: 'twice', kind: 'tool', name: 'Twice', spec })],
  [
    '/v1/surfaces',
    (workspaceId) => ({
      workspaceId,
      name: 'Shop',
      environment: 'production',
      apps: ['loan-calculator'],
      permissions: ['tool:run'],
      allowedOrigins: ['shop.example'],
    }),
  ],
  ['/v1/provider-keys', () => ({ provider: 'openai', key: 'sk-provider-secret-0123456789' })],
  ['/v1/signing-keys/rotate', () => undefined],
];

/** Those that answer with a secret, once, and the field that it is in. */
const secretCreates: [path: string, body: unknown, secret: string][] = [
  ['/v1/owner-keys', { label: 'twice' }, 'key'],
  ['/v1/api-keys', { name: 'Twice', scope: 'readonly', appIds: ['my-app'] }, 'key'],
  ['/v1/owners', { name: 'Twice' }, 'key'],
  ['/v1/workspaces/{id}/embed-tokens', { apps: ['loan-calculator'], permissions: ['tool:run'] }, 'token'],
  ['/v1/members', { name: 'Twice', role: 'viewer' }, 'signInUrl'],
  ['/v1/members/{member}/link', undefined, 'signInUrl'],
];

/** The path as the server describes it: which object it is about, only the tests tell apart. */
const asDescribed = (path: string): string => path.replace('{member}', '{id}');

function post(url: string, key: string, body: unknown, headers: Record<string, string> = {}): Ask {
  return { method: 'POST', url, body, headers: { 'idempotency-key': key, ...headers } };
}

const isRepeat = (answer: Answer): boolean => answer.headers['idempotent-replayed'] === 'true';

describeApp('a create with an Idempotency-Key', (open) => {
  let scenario: Scenario;
  let workspaceId: string;
  let memberId: string;
  beforeAll(async () => {
    scenario = await open();
    ({ id: workspaceId } = await scenario.owner.workspace());
    const member = { name: 'Ada', role: 'viewer' };
    const invited = await expectStatus(scenario.owner.ask({ method: 'POST', url: '/v1/members', body: member }), 201);
    memberId = invited.body.member.id;
  });

  it.each(plainCreates)('%s: its repeat is answered the same without a second one', async (path, bodyOf) => {
    const { owner } = scenario;
    const ask = post(path, `once:${path}`, bodyOf(workspaceId));
    const first = await expectStatus(owner.ask(ask), 201);
    const again = await expectNoChange(scenario, owner, () => owner.ask(ask));
    expect([isRepeat(first), isRepeat(again)]).toEqual([false, true]);
    expect([again.status, again.body]).toEqual([201, first.body]);
  });

  it.each(secretCreates)(
    '%s: its repeat is answered without the secret, which is nowhere',
    async (path, body, secret) => {
      const { owner } = scenario;
      const ask = post(path.replace('{id}', workspaceId).replace('{member}', memberId), `once:${path}`, body);
      const first = await expectStatus(owner.ask(ask), 201);
      const again = await expectNoChange(scenario, owner, () => owner.ask(ask));
      expect([isRepeat(first), isRepeat(again)]).toEqual([false, true]);
      const { [secret]: shown, ...rest } = first.body;
      expect(shown).toMatch(/[A-Za-z0-9_]{30,}$/);
      expect([again.status, again.body]).toEqual([200, rest]);
      expect(await scenario.rows()).not.toContain(shown);
    },
  );

  it('with another body is refused, and nothing is made', async () => {
    const { owner } = scenario;
    const first = await expectStatus(owner.ask(post(workspacesUrl, 'body', { name: 'One' })), 201);
    const other = post(workspacesUrl, 'body', { name: 'Two' });
    const refused = await expectUnloggedRefusal(scenario, () => owner.ask(other), { status: 409, code: 'conflict' });
    expect(scenario.logged()).toContain('idempotency_key_of_another_body');
    expect(refused.headers['retry-after']).toBeUndefined();
    const again = await owner.ask(post(workspacesUrl, 'body', { name: 'One' }));
    expect(again.body).toEqual(first.body);
  });

  it('is another one for another credential, another owner and another address', async () => {
    const { owner } = scenario;
    const stranger = await scenario.anotherOwner();
    const { key: secondKey } = (await expectStatus(owner.ask({ method: 'POST', url: '/v1/owner-keys', body: {} }), 201))
      .body;
    const other = await owner.workspace();
    const tokenBody = { apps: ['loan-calculator'], permissions: ['tool:run'] };
    const answers = [
      await owner.ask(post(workspacesUrl, 'same', { name: 'Same' })),
      await owner.ask(post(workspacesUrl, 'same', { name: 'Same' }, { authorization: `Bearer ${secondKey}` })),
      await stranger.ask(post(workspacesUrl, 'same', { name: 'Same' })),
      await owner.ask(post(`/v1/workspaces/${workspaceId}/embed-tokens`, 'same', tokenBody)),
      await owner.ask(post(`/v1/workspaces/${other.id}/embed-tokens`, 'same', tokenBody)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(answers.length);
  });

  it('is the same one for a key in quotes', async () => {
    const { owner } = scenario;
    const first = await expectStatus(owner.ask(post(workspacesUrl, 'quoted', { name: 'Quoted' })), 201);
    const again = await owner.ask(post(workspacesUrl, '"quoted"', { name: 'Quoted' }));
    expect([isRepeat(again), again.body]).toEqual([true, first.body]);
  });

  it('that failed is not remembered: the same key serves the request that is mended', async () => {
    const { owner } = scenario;
    const url = `/v1/workspaces/${workspaceId}/embed-tokens`;
    const body = { apps: ['loan-calculator'], permissions: ['tool:run'] };
    await expectStatus(owner.ask(post(url, 'mended', { ...body, apps: [] })), 400);
    const nobodys = '/v1/workspaces/ws_none/embed-tokens';
    await expectStatus(owner.ask(post(nobodys, 'mended', body)), 404);
    await expectStatus(owner.ask(post(url, 'mended', body)), 201);
    const app = { slug: 'loan-calculator', kind: 'tool', name: 'Taken', spec };
    await expectStatus(owner.ask(post('/v1/apps', 'mended', app)), 409);
    await expectStatus(owner.ask(post('/v1/apps', 'mended', { ...app, slug: 'not-taken' })), 201);
  });

  it('sent twenty times at once makes one object, and twenty answers say which', async () => {
    const { owner } = scenario;
    const before = (await expectStatus(owner.ask({ url: '/v1/workspaces?limit=200' }), 200)).body.data.length;
    const ask = post(workspacesUrl, 'at-once', { name: 'At once' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => owner.ask(ask)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`))).toEqual(
      new Set([`201 ${answers[0]?.body.id}`]),
    );
    expect(answers.filter(isRepeat)).toHaveLength(19);
    const after = (await expectStatus(owner.ask({ url: '/v1/workspaces?limit=200' }), 200)).body.data.length;
    expect(after - before).toBe(1);
  });

  it('whose work is longer than a transaction makes one object as well; who comes too early is told when to come back', async () => {
    const { owner } = scenario;
    const ask = post('/v1/apps', 'at-once', { slug: 'at-once', kind: 'tool', name: 'At once', spec });
    const answers = await Promise.all(Array.from({ length: 20 }, () => owner.ask(ask)));
    const made = answers.filter(({ status }) => status === 201);
    expect(made.filter((answer) => !isRepeat(answer))).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer.body.error).toBe('The first request with this Idempotency-Key is still under way.');
      expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([409, 'conflict', '1']);
    }
    const again = await owner.ask(ask);
    expect([again.status, isRepeat(again), again.body.id]).toEqual([201, true, made[0]?.body.id]);
  });

  it('is remembered for 24 hours and no longer', async () => {
    const { owner, clock } = scenario;
    const ask = post(workspacesUrl, 'a-day', { name: 'A day' });
    const first = await expectStatus(owner.ask(ask), 201);
    clock.setNow(clock.now() + rememberedMs - 1);
    expect((await owner.ask(ask)).body.id).toBe(first.body.id);
    clock.setNow(clock.now() + 1);
    const anew = await expectStatus(owner.ask(ask), 201);
    expect([isRepeat(anew), anew.body.id === first.body.id]).toEqual([false, false]);
  });
});

describeAppOnce('an Idempotency-Key', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(256)],
    ['of two words', 'two words'],
    ['an open string', '"open'],
  ])('that is no key is refused, and nothing is made: %s', async (_what, key) => {
    const { owner } = scenario;
    const ask = post(workspacesUrl, key, { name: 'Never' });
    const expected = { status: 400, code: 'validation_failed' as const };
    const refused = await expectUnloggedRefusal(scenario, () => owner.ask(ask), expected);
    expect(refused.body.issues).toMatchObject([{ path: 'idempotency-key' }]);
  });

  it('gives nobody an answer that its credential no longer opens', async () => {
    const { owner } = scenario;
    const { id, key } = (await expectStatus(owner.ask({ method: 'POST', url: '/v1/owner-keys', body: {} }), 201)).body;
    const ask = post(workspacesUrl, 'revoked', { name: 'Revoked' }, { authorization: `Bearer ${key}` });
    await expectStatus(owner.ask(ask), 201);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/owner-keys/${id}` }), 204);
    expect((await owner.ask(ask)).status).toBe(401);
  });

  it('changes nothing where nothing is created, and where every answer is to be a fresh one', async () => {
    const { owner } = scenario;
    const { id } = await owner.embedToken((await owner.workspace()).id, { allowedOrigins: ['shop.example'] });
    const rotate = post(`/v1/embed-tokens/${id}/rotate`, 'fresh', undefined);
    const rotated = [await owner.ask(rotate), await owner.ask(rotate)];
    expect(rotated.map(({ body }) => body.version)).toEqual([2, 3]);
    const copy = post(`/v1/embed-tokens/${id}/url`, 'fresh', undefined);
    const copied = [await owner.ask(copy), await owner.ask(copy)];
    expect(copied.map((answer) => [answer.status, isRepeat(answer)])).toEqual([
      [201, false],
      [201, false],
    ]);
    expect(copied[0]?.body.url).toContain('#token=');
  });

  describe('in the description of the API', () => {
    type Operation = {
      parameters?: { in: string; name: string }[];
      responses: Record<string, { content?: { 'application/json': { schema: { properties?: object } } } }>;
    };

    async function operations(): Promise<[string, Operation][]> {
      const { text } = await scenario.ask({ url: '/openapi.json' });
      // Made by our own server.
      const { paths } = JSON.parse(text) as { paths: Record<string, { post?: Operation }> };
      return Object.entries(paths).flatMap(([path, { post: operation }]) =>
        operation === undefined ? [] : [[path, operation]],
      );
    }

    it('stands at every create that is tried out above, at the run of a tool, and nowhere else', async () => {
      const taking = (await operations()).filter(([, { parameters = [] }]) =>
        parameters.some((parameter) => parameter.in === 'header' && parameter.name === 'idempotency-key'),
      );
      const creates = [...plainCreates, ...secretCreates].map(([path]) => asDescribed(path));
      expect(taking.map(([path]) => path).toSorted()).toEqual([...creates, '/api/tools/{slug}/run'].toSorted());
    });

    it('has the answer without the secret beside the one with it, where there is one', async () => {
      const described = new Map(await operations());
      const fieldsOf = (path: string, status: string): string[] =>
        Object.keys(described.get(path)?.responses[status]?.content?.['application/json'].schema.properties ?? {});
      for (const [path, , secret] of secretCreates) {
        const place = asDescribed(path);
        expect(fieldsOf(place, '201')).toContain(secret);
        expect(fieldsOf(place, '200')).toEqual(fieldsOf(place, '201').filter((field) => field !== secret));
      }
      for (const [path] of plainCreates) expect(described.get(path)?.responses['200']).toBeUndefined();
    });
  });
});
