import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import {
  describeApp,
  describeAppOnce,
  expectStatus,
  type Answer,
  type Owner,
  type Scenario,
} from '../../../testing/scenario.ts';

type Asked = { method: string; url: string; headers: Record<string, string>; body: string };
type Respond = (response: ServerResponse, asked: Asked) => void;

type Endpoint = { url: string; port: number; asked: Asked[] };

const servers: Server[] = [];
/** Those of a whole describe. */
const lasting: Server[] = [];
afterEach(() => closeAll(servers));
afterAll(() => closeAll(lasting));

function closeAll(list: Server[]): void {
  for (const server of list.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
}

/** An owner's endpoint on this machine, and what it was asked. */
async function startEndpoint(respond: Respond): Promise<Endpoint> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => void take(request, response, asked, respond));
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, asked };
}

async function take(request: IncomingMessage, response: ServerResponse, asked: Asked[], respond: Respond) {
  const body = (await request.setEncoding('utf8').toArray()).join('');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const each = { method: request.method ?? '', url: request.url ?? '', headers, body };
  asked.push(each);
  respond(response, each);
}

function sendJson(response: ServerResponse, json: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

let count = 0;

/** Makes and publishes a tool of one http step; answers how to run it. */
async function toolOf(scenario: Scenario, owner: Owner, step: object, more: object[] = []) {
  const slug = `calls-${++count}`;
  const steps = [{ kind: 'http', name: 'call', ...step }, ...more];
  await owner.tool(slug, { inputs: { type: 'object' }, steps });
  const { id: workspaceId } = await owner.workspace();
  const { token } = await owner.embedToken(workspaceId, { apps: [slug] });
  const run = (inputs: object = {}): Promise<Answer> => scenario.run(slug, token, inputs);
  const lastRun = async () => (await owner.ask({ url: `/v1/runs?workspaceId=${workspaceId}` })).body.data[0];
  return { run, lastRun, workspaceId, slug };
}

async function rotatedSecret(owner: Owner): Promise<string> {
  return (await expectStatus(owner.ask({ method: 'POST', url: '/v1/webhook-secret/rotate' }), 200)).body.secret;
}

/** Checks as a receiver does, by the real time; answers why not, if not. */
function whyNot(secret: string, { headers, body }: Asked): string | undefined {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown';
  }
}

describeApp('an http step', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open({ settings: { OUTBOUND_ALLOW: '127.0.0.1' } });
    // A receiver goes by the real time.
    scenario.clock.setNow(Date.now());
    owner = await scenario.anotherOwner();
  });

  it('asks the endpoint with values of the run in it, and later steps see what it answered', async () => {
    const { url, asked } = await startEndpoint((response) => sendJson(response, { total: 12.5 }));
    const { run } = await toolOf(
      scenario,
      owner,
      {
        method: 'PUT',
        url: `${url}/quotes/{{ inputs.id }}?to={{ inputs.to }}`,
        headers: { authorization: 'Bearer {{ inputs.id }}' },
        body: { weight: '{{ inputs.weight }}', customer: '{{ workspace.name }}' },
      },
      [{ kind: 'transform', name: 'say', expression: '"costs " & results.call.total' }],
    );
    const answer = await expectStatus(run({ id: 'a/b', to: 'AT&x=1', weight: 2 }), 200);
    expect(answer.body.output).toBe('costs 12.5');
    expect(asked).toMatchObject([
      {
        method: 'PUT',
        url: '/quotes/a%2Fb?to=AT%26x%3D1',
        body: '{"weight":2,"customer":"Customer"}',
        headers: {
          authorization: 'Bearer a/b',
          'content-type': 'application/json',
          'user-agent': expect.stringMatching(/^Microapp\/\d+\.\d+\.\d+$/),
          'x-microapp-run-id': answer.body.runId,
          'webhook-id': `${answer.body.runId}_call`,
        },
      },
    ]);
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)(
    'signs a %s over the very body, so that a changed one is refused',
    async (method) => {
      const secret = await rotatedSecret(owner);
      const { url, asked } = await startEndpoint((response) => sendJson(response, 1));
      const body = method === 'GET' ? {} : { body: { text: '{{ inputs.text }}' } };
      const { run } = await toolOf(scenario, owner, { method, url: `${url}/`, ...body });
      await expectStatus(run({ text: 'é "x"' }), 200);
      const [call] = asked;
      if (call === undefined) throw new Error('the endpoint was not asked');
      expect(whyNot(secret, call)).toBeUndefined();
      expect(whyNot(secret, { ...call, body: `${call.body} ` })).toContain('No matching signature');
      const replayed = { ...call.headers, 'webhook-id': 'run_other_call' };
      expect(whyNot(secret, { ...call, headers: replayed })).toContain('No matching signature');
      expect(whyNot(await rotatedSecret(owner), call)).toContain('No matching signature');
    },
  );

  it('is signed with the new secret from the next call after a rotation, and each owner’s with its own', async () => {
    const { url, asked } = await startEndpoint((response) => sendJson(response, 1));
    const { run } = await toolOf(scenario, owner, { url: `${url}/` });
    const other = await scenario.anotherOwner();
    const otherTool = await toolOf(scenario, other, { url: `${url}/` });
    const first = await rotatedSecret(owner);
    await expectStatus(run(), 200);
    const second = await rotatedSecret(owner);
    await expectStatus(run(), 200);
    await expectStatus(otherTool.run(), 200);
    const [before, after, others] = asked.map((call) => [first, second].map((secret) => whyNot(secret, call)));
    expect(before).toEqual([undefined, expect.any(String)]);
    expect(after).toEqual([expect.any(String), undefined]);
    expect(others).toEqual([expect.any(String), expect.any(String)]);
  });

  it('that is refused tells the caller the step, the owner the status and a little of the answer, and nobody a secret', async () => {
    const secret = await rotatedSecret(owner);
    const key = 'sk-of-the-endpoint-0001';
    const echoing: Respond = (response, { headers, body }) =>
      sendJson(
        response,
        { error: 'no', sent: headers['authorization'], signature: headers['webhook-signature'], body },
        500,
      );
    const { url, asked } = await startEndpoint(echoing);
    const { run, lastRun } = await toolOf(scenario, owner, {
      method: 'POST',
      url: `${url}/?key=${key}`,
      headers: { authorization: `Bearer ${key}` },
    });
    const answer = await run();
    expect({ status: answer.status, code: answer.body.code, error: answer.body.error }).toEqual({
      status: 502,
      code: 'tool_error',
      error: 'The step "call" failed.',
    });
    const row = await lastRun();
    expect(row).toMatchObject({ status: 'failed', errorCode: 'tool_error' });
    expect(row.errorDetail).toMatch(/^call: The address that the step calls failed: status 500: \{"error":"no"/);
    expect(answer.text).not.toContain('500');
    await scenario.flush();
    const said = [
      answer.text,
      scenario.logged(),
      JSON.stringify(await scenario.database.admin.query('select * from runs', [])),
      JSON.stringify(await scenario.database.admin.query('select * from access_log', [])),
    ].join('\n');
    expect(asked[0]?.headers['authorization']).toBe(`Bearer ${key}`);
    for (const kept of [secret, secret.slice('whsec_'.length), key]) expect(said).not.toContain(kept);
  });
});

describeAppOnce('what an http step may not say', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  const save = (step: object): Promise<Answer> =>
    scenario.owner.ask({
      method: 'POST',
      url: '/v1/apps',
      body: {
        slug: `refused-${++count}`,
        kind: 'tool',
        name: 'x',
        spec: { inputs: { type: 'object' }, steps: [{ kind: 'http', name: 'call', ...step }] },
      },
    });

  it('is refused when it is saved, with the place and a sentence for each', async () => {
    const before = await scenario.rows();
    const answer = await save({
      method: 'GET',
      url: 'https://{{ inputs.host }}/',
      headers: { 'webhook-id': 'x', 'x-a': 'a\nb', 'x-ok': '{{ inputs.ok }}' },
      body: {},
    });
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 400, code: 'validation_failed' });
    expect(answer.body.issues.map(({ path }: { path: string }) => path)).toEqual([
      'spec.steps[0].url',
      'spec.steps[0].headers.webhook-id',
      'spec.steps[0].headers.x-a',
      'spec.steps[0].body',
    ]);
    expect(await scenario.rows()).toBe(before);
  });

  it('includes expressions that cannot be read', async () => {
    const { body } = await save({ url: 'https://api.example/{{ ( }}', body: ['{{ ) }}'] });
    expect(body.issues.map(({ path }: { path: string }) => path)).toEqual([
      'spec.steps[0].url',
      'spec.steps[0].body[0]',
    ]);
  });
});

describeAppOnce('an http step whose endpoint', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open({ settings: { OUTBOUND_ALLOW: '127.0.0.1' } });
    owner = scenario.owner;
  });

  const refused = ({ status, body }: Answer) => ({ status, code: body.code });

  it('says nothing is given up when the step’s time is up', async () => {
    const arrived = Promise.withResolvers<void>();
    const { url } = await startEndpoint(() => arrived.resolve());
    const { run, lastRun } = await toolOf(scenario, owner, { url: `${url}/`, timeoutMs: 500 });
    const running = run();
    await arrived.promise;
    scenario.clock.advance(500);
    expect(refused(await running)).toEqual({ status: 504, code: 'timeout' });
    expect((await lastRun()).errorDetail).toContain('took too long');
  });

  it('answers a byte too many is given up', async () => {
    let length = 1024 * 1024;
    const { url } = await startEndpoint((response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(length));
    });
    const { run, lastRun } = await toolOf(scenario, owner, { url: `${url}/` }, [
      { kind: 'transform', name: 'length', expression: '$length(results.call)' },
    ]);
    expect((await run()).body.output).toBe(length);
    length += 1;
    scenario.clock.advance(1);
    expect(refused(await run())).toEqual({ status: 504, code: 'timeout' });
    expect((await lastRun()).errorDetail).toContain('too large');
  });

  it('answers what is neither JSON nor text has failed', async () => {
    const { url } = await startEndpoint((response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end('x');
    });
    const { run, lastRun } = await toolOf(scenario, owner, { url: `${url}/` });
    expect(refused(await run())).toEqual({ status: 502, code: 'tool_error' });
    expect((await lastRun()).errorDetail).toContain('neither JSON nor text');
  });
});

describeAppOnce('an http step where one port of this machine may be reached', (open) => {
  let scenario: Scenario;
  let allowed: Endpoint;
  let forbidden: Endpoint;
  let target = '';

  beforeAll(async () => {
    allowed = await startEndpoint((response) => void response.writeHead(302, { location: target }).end());
    forbidden = await startEndpoint((response) => sendJson(response, 'secret'));
    lasting.push(...servers.splice(0));
    scenario = await open({ settings: { OUTBOUND_ALLOW: `127.0.0.1:${allowed.port}` } });
  });

  it.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://0.0.0.0:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:a9fe:a9fe]/latest/meta-data/',
    'http://[fd00:ec2::254]/latest/meta-data/',
  ])('reaches %s neither by itself nor sent there, and says so to the owner alone', async (template) => {
    target = template.replace('PORT', String(forbidden.port));
    allowed.asked.length = 0;
    for (const url of [target, `${allowed.url}/`]) {
      const { run, lastRun } = await toolOf(scenario, scenario.owner, { url });
      const answer = await run();
      expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 502, code: 'tool_error' });
      expect((await lastRun()).errorDetail).toContain('OUTBOUND_ALLOW');
      expect(answer.text).not.toContain('OUTBOUND_ALLOW');
    }
    expect({ allowed: allowed.asked.length, forbidden: forbidden.asked.length }).toEqual({ allowed: 1, forbidden: 0 });
  });
});
