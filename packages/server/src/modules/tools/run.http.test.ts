import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import {
  describeApp,
  describeAppOnce,
  expectStatus,
  loanInputs,
  type Answer,
  type Scenario,
} from '../../testing/scenario.ts';
import { change } from '../../testing/visitor.ts';

const slug = 'loan-calculator';
const tooLargeBytes = 2 * 1024 * 1024 + 1;

describeApp('running a tool', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('answers the loan calculator with payment, total interest and the yearly table (M30, M31)', async () => {
    const { owner, run } = scenario;
    const { token } = await owner.embedToken(owner.workspaceId);
    const answer = await run(slug, token);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'ok', output: { payment: 1199.1, totalInterest: 231_676.38 } });
    expect(answer.body.output.yearly).toHaveLength(30);
  });

  it('leaves one row and one count, of the workspace of its token (H54)', async () => {
    const { owner, run, clock } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id: credentialId, token } = await owner.embedToken(workspaceId);
    const answer = await expectStatus(run(slug, token), 200);
    const runs = await expectStatus(owner.ask({ url: `/v1/runs?workspaceId=${workspaceId}` }), 200);
    expect(runs.body.data).toMatchObject([
      {
        id: answer.body.runId,
        workspaceId,
        credentialClass: 'embed_token',
        credentialId,
        status: 'ok',
        errorCode: null,
        errorDetail: null,
        startedAt: new Date(clock.now()).toISOString(),
        requestId: answer.headers['x-request-id'],
      },
    ]);
    const usage = await expectStatus(owner.ask({ url: `/v1/usage?workspaceId=${workspaceId}` }), 200);
    expect(usage.body.data).toMatchObject([{ workspaceId, runs: 1, failedRuns: 0 }]);
  });

  it('counts each run at once with the others, losing none', async () => {
    const { owner, run } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { token } = await owner.embedToken(workspaceId);
    await Promise.all(Array.from({ length: 10 }, () => expectStatus(run(slug, token), 200)));
    const usage = await expectStatus(owner.ask({ url: `/v1/usage?workspaceId=${workspaceId}` }), 200);
    expect(usage.body.data).toMatchObject([{ runs: 10, failedRuns: 0 }]);
  });

  it('counts by the UTC day, which turns at 00:00', async () => {
    const { owner, run, clock } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { token } = await owner.embedToken(workspaceId);
    const today = new Date(clock.now()).toISOString().slice(0, 10);
    const midnight = Date.parse(`${today}T00:00:00Z`) + 24 * 60 * 60 * 1000;
    clock.advance(midnight - 1 - clock.now());
    await expectStatus(run(slug, token), 200);
    await expectStatus(run(slug, token), 200);
    clock.advance(1);
    const tomorrow = new Date(clock.now()).toISOString().slice(0, 10);
    await expectStatus(run(slug, token), 200);
    const usage = await expectStatus(owner.ask({ url: `/v1/usage?workspaceId=${workspaceId}` }), 200);
    expect(usage.body.data).toMatchObject([
      { day: tomorrow, runs: 1 },
      { day: today, runs: 2 },
    ]);
  });

  it('the token of tool A is refused on tool B, and on what does not exist, in the same words (M35)', async () => {
    const { owner, run } = scenario;
    await owner.tool('tool-b');
    const { id: workspaceId } = await owner.workspace();
    const { id: credentialId, token } = await owner.embedToken(workspaceId);
    const refusal = {
      status: 403,
      code: 'permission_denied',
      reason: 'app_not_in_scope',
      workspaceId,
      credentialId,
    } as const;
    const existing = await expectRefusal(scenario, () => run('tool-b', token), refusal);
    const missing = await expectRefusal(scenario, () => run('no-such-tool', token), refusal);
    expect({ ...missing.body, requestId: '' }).toEqual({ ...existing.body, requestId: '' });
  });

  it('a token without the permission to run is refused (H16, H25)', async () => {
    const { owner, run } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id: credentialId, token } = await owner.embedToken(workspaceId, { permissions: ['insights:read'] });
    await expectRefusal(scenario, () => run(slug, token), {
      status: 403,
      code: 'permission_denied',
      reason: 'lacks tool:run',
      workspaceId,
      credentialId,
    });
  });

  it('a tool that is a draft, was taken back or was deleted is not found, from the next request', async () => {
    const { owner, run } = scenario;
    const spec = { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'a', expression: '1' }] };
    await expectStatus(
      owner.ask({
        method: 'POST',
        url: '/v1/apps',
        body: { slug: 'unfinished', kind: 'tool', name: 'Unfinished', spec },
      }),
      201,
    );
    const { token } = await owner.embedToken((await owner.workspace()).id, { apps: ['unfinished'] });
    const expectNotFound = async (): Promise<void> => {
      const before = await scenario.rows();
      expect(await run('unfinished', token, {})).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect(await scenario.rows()).toBe(before);
    };
    await expectNotFound();
    await expectStatus(owner.ask({ method: 'POST', url: '/v1/apps/unfinished/publish' }), 200);
    await expectStatus(run('unfinished', token, {}), 200);
    await change(owner, '/v1/apps/unfinished', { status: 'draft' });
    await expectNotFound();
    await change(owner, '/v1/apps/unfinished', { status: 'live' });
    await expectStatus(run('unfinished', token, {}), 200);
    await expectStatus(owner.ask({ method: 'DELETE', url: '/v1/apps/unfinished' }), 204);
    await expectNotFound();
  });

  it('runs what was published last, not the draft', async () => {
    const { owner, run } = scenario;
    await owner.tool('versioned', answering('first'));
    const { token } = await owner.embedToken(owner.workspaceId, { apps: ['versioned'] });
    const output = async () => (await expectStatus(run('versioned', token, {}), 200)).body.output;
    expect(await output()).toBe('first');
    await change(owner, '/v1/apps/versioned', { spec: answering('second') });
    expect(await output()).toBe('first');
    await expectStatus(owner.ask({ method: 'POST', url: '/v1/apps/versioned/publish' }), 200);
    expect(await output()).toBe('second');
  });

  it("a step sees its own workspace and the run's time", async () => {
    const { owner, run, clock } = scenario;
    await owner.tool('context', {
      inputs: { type: 'object' },
      steps: [
        {
          kind: 'transform',
          name: 'first',
          expression: '{ "id": workspace.id, "name": workspace.name, "plan": workspace.attributes.plan }',
        },
        { kind: 'function', name: 'second', code: 'export default ({ results, now }) => ({ ...results.first, now })' },
      ],
    });
    const { id } = await owner.workspace({ name: 'Acme', attributes: { plan: 'gold' } });
    const { token } = await owner.embedToken(id, { apps: ['context'] });
    const answer = await expectStatus(run('context', token, {}), 200);
    expect(answer.body.output).toEqual({ id, name: 'Acme', plan: 'gold', now: new Date(clock.now()).toISOString() });
  });

  it('describes its fields in the order in which they were written', async () => {
    const { owner, ask } = scenario;
    const { token } = await owner.embedToken(owner.workspaceId);
    const answer = await ask({
      url: '/api/tools/loan-calculator/schema?embed=1',
      headers: { 'x-microapp-embed-token': token },
    });
    const keys = answer.body.normalizedFields.map(({ key }: { key: string }) => key);
    expect(keys).toEqual(['principal', 'annualRatePercent', 'years']);
  });
});

describeAppOnce('what a tool is given', (open) => {
  let scenario: Scenario;
  let token: string;
  beforeAll(async () => {
    scenario = await open();
    const { owner } = scenario;
    ({ token } = await owner.embedToken((await owner.workspace()).id));
  });

  function send(text: string, headers: Record<string, string> = {}, app = slug): Promise<Answer> {
    return scenario.ask({
      method: 'POST',
      url: `/api/tools/${app}/run?embed=1`,
      headers: { 'x-microapp-embed-token': token, ...headers },
      text,
    });
  }

  /** Nothing was counted, and nothing touched: what was sent is wrong, not who sent it. */
  async function expectBadRequest(asked: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
    const before = await scenario.rows();
    const answer = await asked();
    expect(answer).toMatchObject({ status, body: { code, requestId: answer.headers['x-request-id'] } });
    expect(await scenario.rows()).toBe(before);
    const [line, ...others] = await scenario.accessLog(answer.body.requestId);
    expect(others).toEqual([]);
    expect(line).toMatchObject({ status, code });
    return answer;
  }

  it('every problem of the inputs is told at once, by field', async () => {
    const inputs = { principal: 'a lot', annualRatePercent: 101, extra: true };
    const answer = await expectBadRequest(() => scenario.run(slug, token, inputs), 400, 'validation_failed');
    expect(answer.body.issues).toHaveLength(4);
    expect(answer.body.issues).toEqual(
      expect.arrayContaining([
        { path: 'inputs.principal', message: 'must be a number', rule: 'type', limit: 'number' },
        { path: 'inputs.annualRatePercent', message: 'must be at most 100', rule: 'maximum', limit: 100 },
        { path: 'inputs.years', message: 'is required', rule: 'required' },
        { path: 'inputs.extra', message: 'is not a known field', rule: 'additionalProperties' },
      ]),
    );
  });

  it.each<[string, unknown]>([
    ['text for a number', { ...loanInputs, principal: '200000' }],
    ['a fraction for a whole number', { ...loanInputs, years: 1.5 }],
    ['null', { ...loanInputs, years: null }],
    ['a list', { ...loanInputs, years: [30] }],
    ['zero where it must be more', { ...loanInputs, principal: 0 }],
    ['an extra field', { ...loanInputs, constructor: 1 }],
    ['nothing', {}],
  ])('inputs with %s are refused: nothing is converted', async (_, inputs) => {
    const answer = await expectBadRequest(() => scenario.run(slug, token, inputs), 400, 'validation_failed');
    expect(answer.body.issues.length).toBeGreaterThan(0);
  });

  it.each<[string, string]>([
    ['no inputs', '{}'],
    ['inputs that are a list', '{"inputs":[]}'],
    ['inputs that are text', '{"inputs":"{}"}'],
    ['inputs that are null', '{"inputs":null}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '1'],
    ['broken JSON', '{"inputs":{'],
    ['JSON and more', '{"inputs":{}} x'],
    ['nothing', ''],
    ['a prototype', '{"inputs":{"__proto__":{"principal":1}}}'],
    ['a NUL', '{"inputs":\u0000{}}'],
  ])('a body with %s is refused', async (_, text) => {
    await expectBadRequest(() => send(text), 400, 'validation_failed');
  });

  it('inputs nested a hundred thousand deep are refused', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    await expectBadRequest(() => send(`{"inputs":{"principal":${deep}}}`), 400, 'validation_failed');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'json',
  ])('a body of the type %s is refused', async (type) => {
    const asked = () => send(JSON.stringify({ inputs: loanInputs }), { 'content-type': type });
    await expectBadRequest(asked, 415, 'unsupported_media_type');
  });

  it('a body over 2 MiB is refused, and one just below is read', async () => {
    const { owner, run } = scenario;
    const padding = 'x'.repeat(tooLargeBytes);
    await expectBadRequest(() => send(JSON.stringify({ inputs: { padding } })), 413, 'payload_too_large');
    await owner.tool('takes-much', {
      inputs: { type: 'object' },
      steps: [{ kind: 'transform', name: 'length', expression: '$length(inputs.padding)' }],
    });
    const held = await owner.embedToken(owner.workspaceId, { apps: ['takes-much'] });
    const nearly = padding.slice(0, tooLargeBytes - 100);
    const answer = await expectStatus(run('takes-much', held.token, { padding: nearly }), 200);
    expect(answer.body.output).toBe(nearly.length);
  });

  describe('values that are awkward to print', () => {
    const value = {
      'a"b\\': ' </script>\n\nevent: error\ndata: {}\r\n\0 \u2028 é 😀 \ud800',
      numbers: [1e21, 5e-324, 0.1, Number.MAX_SAFE_INTEGER],
      '': [null, {}, []],
      constructor: 'Array',
    };
    let own: Record<string, string>;
    beforeAll(async () => {
      const { owner } = scenario;
      const echo = { kind: 'transform', name: 'echo', expression: 'inputs.value' };
      await owner.tool('echoes', { inputs: { type: 'object' }, steps: [echo] });
      const held = await owner.embedToken((await owner.workspace()).id, { apps: ['echoes'] });
      own = { 'x-microapp-embed-token': held.token };
    });

    it('come back as they were sent, in both forms of the answer and under a repeated key', async () => {
      const text = JSON.stringify({ unknown: 1, inputs: { value } }, null, '\r\n');
      const keyed = { ...own, 'idempotency-key': 'awkward' };
      for (const headers of [own, keyed, keyed]) {
        const answer = await expectStatus(send(text, headers, 'echoes'), 200);
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
        expect(Object.keys(answer.body)).toEqual(['runId', 'status', 'output', 'durationMs']);
        expect(answer.body.output).toEqual(value);
      }
      const { text: stream } = await send(text, { ...own, accept: 'text/event-stream' }, 'echoes');
      const events = stream.split('\n\n').map((event) => event.split('\n'));
      expect(events.map(([, name]) => name)).toEqual([
        'event: step_start',
        'event: step_complete',
        'event: run_complete',
        undefined,
      ]);
      const [, , [, , data = '', ...others] = []] = events;
      expect(others).toEqual([]);
      expect(JSON.parse(data.slice('data: '.length)).output).toEqual(value);
    });

    it.each([
      ['12345678901234567890', '12345678901234567000'],
      ['-0', '0'],
      ['{"b":1,"2":0,"b":2}', '{"2":0,"b":2}'],
      ['"\\ud800\\u0041"', '"\\ud800A"'],
    ])('%s is %s, as in every other program that reads JSON into the same numbers and texts', async (sent, told) => {
      const answer = await expectStatus(send(`{"inp\\u0075ts": {"value":${sent}} }`, own, 'echoes'), 200);
      expect(answer.text).toContain(`"output":${told},`);
    });

    it('a number that is beyond all bounds is refused', async () => {
      const answer = await expectBadRequest(
        () => send('{"inputs":{"value":[1e400]}}', own, 'echoes'),
        400,
        'validation_failed',
      );
      expect(answer.body.issues).toEqual([{ path: 'inputs', message: 'has a number that is too large' }]);
    });

    it.each([
      ['{"inputs":{"value":01},"workspaceId":"ws_other"}'],
      ['{"inputs":{"value":1},"workspaceId":"ws_other"'],
      ['{"inputs":{"value":{"constructor":{"prototype":1}}}}'],
      ['{"inputs":{"value":1}},"x":{}'],
      ['{"__proto__":{},"inputs":{}}'],
    ])('what is no JSON is refused before anything is made of its parts: %s', async (text) => {
      const answer = await expectBadRequest(() => send(text, own, 'echoes'), 400, 'validation_failed');
      expect(answer.body.error).toBe('The request body is not valid JSON.');
    });
  });

  describe('the credential is looked at before the body', () => {
    const broken = '{"inputs":{';

    it('a bad token with a broken body is told of the token', async () => {
      await expectRefusal(scenario, () => send(broken, { 'x-microapp-embed-token': `${token.slice(0, -1)}!` }), {
        status: 401,
        code: 'invalid_token',
        reason: 'malformed',
      });
    });

    it.each<[string, string, Record<string, string>]>([
      ['a huge one', 'x'.repeat(tooLargeBytes), {}],
      ['a broken one', broken, {}],
      ['one of another type', '<inputs/>', { 'content-type': 'application/xml' }],
      ['one that names another workspace', '{"inputs":{},"workspaceId":"ws_1"}', {}],
    ])('a token of tool A on tool B with %s is told of the tool (M35)', async (_, text, headers) => {
      const answer = await send(text, headers, 'tool-b');
      expect(answer).toMatchObject({ status: 403, body: { code: 'permission_denied' } });
    });
  });

  it('an address whose slug is no slug is refused like any other', async () => {
    for (const path of ['UPPER', 'a--b', 'a_b', 'x'.repeat(101), '%00', '..%2f..%2fetc']) {
      const answer = await send('{}', {}, path);
      expect([400, 403]).toContain(answer.status);
      expect(answer.body).toMatchObject({ requestId: answer.headers['x-request-id'] });
    }
  });
});

describeApp('a function step that misbehaves', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  /** A tool of two steps, the second with this code; and a fresh workspace's token for it. */
  async function toolWith(name: string, code: string): Promise<{ workspaceId: string; token: string }> {
    const { owner } = scenario;
    await owner.tool(name, {
      inputs: { type: 'object' },
      steps: [
        { kind: 'transform', name: 'fine', expression: '1' },
        { kind: 'function', name: 'wild', code },
      ],
    });
    const { id: workspaceId } = await owner.workspace();
    const { token } = await owner.embedToken(workspaceId, { apps: [name] });
    return { workspaceId, token };
  }

  it.each<{ name: string; code: string; status: number; errorCode: string; told: string; detail: string }>([
    {
      name: 'loops',
      code: 'export default () => { for (;;) {} }',
      status: 504,
      errorCode: 'timeout',
      told: 'The step "wild" ran into a limit (time).',
      detail: 'wild: The step took too long.',
    },
    {
      name: 'allocates',
      code: 'export default () => { let text = "x"; for (;;) text += text; }',
      status: 504,
      errorCode: 'timeout',
      told: 'The step "wild" ran into a limit (memory).',
      detail: 'wild: The step used too much memory.',
    },
    {
      name: 'recurses',
      code: 'export default function again() { return again() + 1; }',
      status: 504,
      errorCode: 'timeout',
      told: 'The step "wild" ran into a limit (stack).',
      detail: 'wild: The step calls itself too deeply.',
    },
    {
      name: 'throws',
      code: 'export default () => { throw new Error("the password is hunter2"); }',
      status: 502,
      errorCode: 'tool_error',
      told: 'The step "wild" failed.',
      detail: 'the password is hunter2',
    },
  ])(
    'one that $name is told by its name, in our words; the owner reads the rest, and it is counted as failed',
    async ({ name, code, status, errorCode, told, detail }) => {
      const { owner, run } = scenario;
      const { workspaceId, token } = await toolWith(`tool-that-${name}`, code);
      const answer = await run(`tool-that-${name}`, token, {});
      expect(answer).toMatchObject({ status, body: { code: errorCode, error: told } });
      expect(answer.text).not.toContain('hunter2');
      const runs = await expectStatus(owner.ask({ url: `/v1/runs?workspaceId=${workspaceId}` }), 200);
      expect(runs.body.data).toMatchObject([{ status: 'failed', errorCode, requestId: answer.body.requestId }]);
      expect(runs.body.data[0].errorDetail).toContain(detail);
      const usage = await expectStatus(owner.ask({ url: `/v1/usage?workspaceId=${workspaceId}` }), 200);
      expect(usage.body.data).toMatchObject([{ runs: 0, failedRuns: 1 }]);
      const [line] = await scenario.accessLog(answer.body.requestId);
      expect(line).toMatchObject({ status, code: errorCode, workspace_id: workspaceId });
      expect((await run('loan-calculator', (await owner.embedToken(workspaceId)).token)).status).toBe(200);
    },
  );

  it('one that reaches for the host finds nothing there', async () => {
    const { token } = await toolWith(
      'tool-that-reaches-out',
      `export default () => {
        const outer = (() => {}).constructor('return this')();
        const named = ['process', 'require', 'fetch', 'XMLHttpRequest', 'WebSocket', 'setTimeout', 'Buffer', 'Deno', 'std', 'os'];
        return named.filter((name) => typeof outer[name] !== 'undefined' || typeof globalThis[name] !== 'undefined');
      }`,
    );
    const answer = await expectStatus(scenario.run('tool-that-reaches-out', token, {}), 200);
    expect(answer.body.output).toEqual([]);
  });

  it('what one run leaves behind in the sandbox the next does not find', async () => {
    const { token } = await toolWith(
      'tool-that-remembers',
      `globalThis.seen = (globalThis.seen ?? 0) + 1;
       Object.prototype.leaked = 'yes';
       export default () => ({ seen: globalThis.seen, leaked: ({}).leaked })`,
    );
    for (let run = 0; run < 3; run++) {
      const answer = await expectStatus(scenario.run('tool-that-remembers', token, {}), 200);
      expect(answer.body.output).toEqual({ seen: 1, leaked: 'yes' });
    }
    const loan = await scenario.run(slug, (await scenario.owner.embedToken(scenario.owner.workspaceId)).token);
    expect(loan.text).not.toContain('leaked');
  });

  it('an import in the code is refused when it is saved', async () => {
    const { owner } = scenario;
    const spec = {
      inputs: { type: 'object' },
      steps: [
        { kind: 'function', name: 'wild', code: "import fs from 'node:fs'; export default () => fs.readdirSync('/')" },
      ],
    };
    const answer = await owner.ask({
      method: 'POST',
      url: '/v1/apps',
      body: { slug: 'importer', kind: 'tool', name: 'Importer', spec },
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', issues: [{ path: 'spec.steps[0].code' }] },
    });
  });
});

/** A tool that always answers this text. */
function answering(text: string): object {
  return { inputs: { type: 'object' }, steps: [{ kind: 'transform', name: 'a', expression: JSON.stringify(text) }] };
}
