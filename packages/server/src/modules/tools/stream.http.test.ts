import { beforeAll, describe, expect, it } from 'vitest';
import { askForEvents, type StreamedAnswer } from '../../testing/event-reader.ts';
import { createHeldEngine, type HeldEngine } from '../../testing/held-engine.ts';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeApp, describeAppOnce, expectStatus, loanInputs, type Scenario } from '../../testing/scenario.ts';

const slug = 'loan-calculator';
const twoSteps = {
  inputs: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'], additionalProperties: false },
  steps: [
    { kind: 'transform', name: 'double', expression: 'inputs.n * 2' },
    { kind: 'function', name: 'sentence', code: 'export default ({ results }) => `It is ${results.double}.`' },
  ],
};

/** A run of a tool over a real connection, in embed mode. */
function streamOf(
  base: string,
  app: string,
  { token, inputs = {}, headers = {} }: { token: string; inputs?: unknown; headers?: Record<string, string> },
): Promise<StreamedAnswer> {
  return askForEvents({
    url: `${base}/api/tools/${app}/run?embed=1`,
    headers: { 'x-microapp-embed-token': token, ...headers },
    body: { inputs },
  });
}

describeApp('a run as a stream of events', (open) => {
  let scenario: Scenario;
  let base: string;
  beforeAll(async () => {
    scenario = await open();
    base = await scenario.server.listen({ host: '127.0.0.1', port: 0 });
    await scenario.owner.tool('two-steps', twoSteps);
    await scenario.owner.tool('fails', {
      inputs: { type: 'object' },
      steps: [
        { kind: 'transform', name: 'fine', expression: '1' },
        { kind: 'function', name: 'wild', code: 'export default () => { throw new Error("the password is hunter2") }' },
      ],
    });
  });

  async function tokenFor(app: string): Promise<{ workspaceId: string; id: string; token: string }> {
    const { id: workspaceId } = await scenario.owner.workspace();
    return { workspaceId, ...(await scenario.owner.embedToken(workspaceId, { apps: [app] })) };
  }

  async function runsOf(workspaceId: string) {
    return (await expectStatus(scenario.owner.ask({ url: `/v1/runs?workspaceId=${workspaceId}` }), 200)).body.data;
  }

  it('tells of each step, and ends with the answer of the JSON form', async () => {
    const { workspaceId, token } = await tokenFor('two-steps');
    const headers = { origin: 'https://shop.example', 'x-request-id': 'streamed-1' };
    await scenario.owner.ask({
      method: 'PATCH',
      url: `/v1/workspaces/${workspaceId}`,
      body: { allowedOrigins: ['https://shop.example'] },
    });
    const stream = await streamOf(base, 'two-steps', { token, inputs: { n: 21 }, headers });
    expect(stream).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'access-control-allow-origin': 'https://shop.example',
        'x-request-id': 'streamed-1',
        ratelimit: expect.stringMatching(/^"burst";r=99999;t=60, "daily";r=9\d{3};t=50\d{3}$/),
        'ratelimit-policy': '"burst";q=100000;w=60, "daily";q=10000;w=86400',
      },
    });
    const events = await stream.rest();
    const [{ id: runId, ...run }, ...others] = await runsOf(workspaceId);
    const durationMs = expect.any(Number);
    expect(events.map(({ data }) => data)).toEqual([
      { type: 'step_start', runId, step: 'double', kind: 'transform', index: 0, total: 2 },
      { type: 'step_complete', runId, step: 'double', durationMs },
      { type: 'step_start', runId, step: 'sentence', kind: 'function', index: 1, total: 2 },
      { type: 'step_complete', runId, step: 'sentence', durationMs },
      { type: 'run_complete', runId, status: 'ok', output: 'It is 42.', durationMs },
    ]);
    expect(events.map(({ id, event }) => [id, event])).toEqual(events.map(({ data }, n) => [n + 1, data.type]));
    expect([run, others]).toMatchObject([{ status: 'ok', requestId: 'streamed-1' }, []]);
    const [line, ...lines] = await scenario.accessLog('streamed-1');
    expect([line, lines]).toMatchObject([{ status: 200, code: null, app: 'two-steps', workspace_id: workspaceId }, []]);
    const json = await expectStatus(scenario.run('two-steps', token, { n: 21 }), 200);
    expect(json.body).toEqual({ runId: expect.any(String), status: 'ok', output: 'It is 42.', durationMs });
  });

  it('of a step that fails ends with the error of the JSON form, and is counted and logged like that one', async () => {
    const { workspaceId, id, token } = await tokenFor('fails');
    const stream = await streamOf(base, 'fails', { token, headers: { 'x-request-id': 'streamed-2' } });
    const events = await stream.rest();
    const json = await scenario.run('fails', token, {}, { 'x-request-id': 'streamed-2' });
    expect(json.status).toBe(502);
    expect(events.map(({ event }) => event)).toEqual(['step_start', 'step_complete', 'step_start', 'error']);
    expect(events.at(-1)?.data).toEqual({ type: 'error', ...json.body });
    expect(JSON.stringify(events)).not.toContain('hunter2');
    const failed = { status: 'failed', errorCode: 'tool_error', requestId: 'streamed-2' };
    expect(await runsOf(workspaceId)).toMatchObject([failed, failed]);
    const lines = await scenario.accessLog('streamed-2');
    expect(lines).toMatchObject([
      { status: 502, code: 'tool_error', credential_id: id },
      { status: 502, code: 'tool_error', credential_id: id },
    ]);
    const { body } = await expectStatus(scenario.owner.ask({ url: `/v1/embed-tokens/${id}` }), 200);
    expect(body.lastUsedAt).toBeNull();
  });

  describe('is refused like any other request, before it begins', () => {
    const asking = { accept: 'text/event-stream' };

    it('when the token is none', async () => {
      const { token } = await tokenFor(slug);
      const ask = () => scenario.run(slug, `${token.slice(0, -1)}!`, loanInputs, asking);
      await expectRefusal(scenario, ask, { status: 401, code: 'invalid_token', reason: 'malformed' });
    });

    it('when the token is revoked', async () => {
      const { workspaceId, id: credentialId, token } = await tokenFor(slug);
      await expectStatus(scenario.owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${credentialId}` }), 204);
      const ask = () => scenario.run(slug, token, loanInputs, asking);
      const known = { workspaceId, credentialId };
      await expectRefusal(scenario, ask, { status: 401, code: 'invalid_token', reason: 'revoked', ...known });
    });

    it('when the token is for another tool', async () => {
      const { workspaceId, id: credentialId, token } = await tokenFor(slug);
      const ask = () => scenario.run('two-steps', token, { n: 1 }, asking);
      const known = { workspaceId, credentialId };
      await expectRefusal(scenario, ask, {
        status: 403,
        code: 'permission_denied',
        reason: 'app_not_in_scope',
        ...known,
      });
    });

    it('when the page is not listed', async () => {
      const { workspaceId, id: credentialId, token } = await tokenFor(slug);
      const ask = () => scenario.run(slug, token, loanInputs, { ...asking, origin: 'https://evil.example' });
      const known = { workspaceId, credentialId };
      await expectRefusal(scenario, ask, {
        status: 403,
        code: 'origin_not_allowed',
        reason: 'origin_not_listed',
        ...known,
      });
    });

    it('when the inputs are wrong, with every problem', async () => {
      const { token } = await tokenFor(slug);
      const before = await scenario.rows();
      const answer = await scenario.run(slug, token, {}, asking);
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
      expect(answer.body.issues).toHaveLength(3);
      expect(await scenario.rows()).toBe(before);
    });

    it('when the tool is a draft', async () => {
      const { owner, run } = scenario;
      await owner.tool('taken-back');
      const { token } = await tokenFor('taken-back');
      await expectStatus(owner.ask({ method: 'PATCH', url: '/v1/apps/taken-back', body: { status: 'draft' } }), 200);
      const answer = await run('taken-back', token, {}, asking);
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    });
  });
});

describeApp('a stream whose credential ends in mid-run', (open) => {
  let scenario: Scenario;
  let engine: HeldEngine;
  let base: string;
  beforeAll(async () => {
    engine = createHeldEngine();
    scenario = await open({ toolEngine: engine });
    base = await scenario.server.listen({ host: '127.0.0.1', port: 0 });
    await scenario.owner.tool('two-steps', twoSteps);
  });

  it.each<[string, (scenario: Scenario, of: { id: string; workspaceId: string }) => Promise<unknown>, object]>([
    [
      'the token is revoked',
      ({ owner }, { id }) => expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${id}` }), 204),
      { status: 401, code: 'invalid_token', reason: 'revoked' },
    ],
    [
      'the token is rotated',
      ({ owner }, { id }) => expectStatus(owner.ask({ method: 'POST', url: `/v1/embed-tokens/${id}/rotate` }), 200),
      { status: 401, code: 'invalid_token' },
    ],
    [
      'the workspace is disabled',
      ({ owner }, { workspaceId }) => switchWorkspace(owner, workspaceId, { status: 'disabled' }),
      { status: 403, code: 'workspace_disabled', reason: 'workspace_disabled' },
    ],
    [
      'the workspace loses the feature',
      ({ owner }, { workspaceId }) => switchWorkspace(owner, workspaceId, { features: ['chat:send'] }),
      { status: 403, code: 'permission_denied', reason: 'lacks tool:run' },
    ],
  ])('ends with the refusal when %s: the step is called off, and no other begins', async (_, takeBack, refusal) => {
    const { owner } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id, token } = await owner.embedToken(workspaceId, { apps: ['two-steps'] });
    const other = await owner.embedToken((await owner.workspace()).id, { apps: ['two-steps'] });
    const stream = await streamOf(base, 'two-steps', { token, inputs: { n: 1 } });
    const step = await engine.nextStep();
    const others = await streamOf(base, 'two-steps', { token: other.token, inputs: { n: 1 } });
    const otherStep = await engine.nextStep();
    const begun = engine.begun();

    await takeBack(scenario, { id, workspaceId });
    const [start, end, ...rest] = await stream.rest();
    expect([start?.event, end?.event, rest]).toEqual(['step_start', 'error', []]);
    const requestId = stream.headers['x-request-id'];
    expect(end?.data).toMatchObject({
      code: Object.entries(refusal).find(([name]) => name === 'code')?.[1],
      requestId,
    });
    await step.calledOff;
    expect(engine.begun()).toBe(begun);
    expect(await scenario.accessLog(String(requestId))).toMatchObject([{ ...refusal, workspace_id: workspaceId }]);
    await expect
      .poll(() => scenario.owner.ask({ url: `/v1/runs?workspaceId=${workspaceId}` }))
      .toMatchObject({
        body: { data: [{ requestId }] },
      });

    otherStep.finish(2);
    (await engine.nextStep()).finish('done');
    expect((await others.rest()).at(-1)).toMatchObject({ event: 'run_complete', data: { output: 'done' } });
  });
});

function switchWorkspace(owner: Scenario['owner'], workspaceId: string, body: object): Promise<unknown> {
  return expectStatus(owner.ask({ method: 'PATCH', url: `/v1/workspaces/${workspaceId}`, body }), 200);
}

describeAppOnce('the description of a run', (open) => {
  it('names both forms of the answer', async () => {
    const scenario = await open();
    const { text } = await scenario.ask({ url: '/openapi.json' });
    const { content } = JSON.parse(text).paths['/api/tools/{slug}/run'].post.responses['200'];
    expect(Object.keys(content)).toEqual(['application/json', 'text/event-stream']);
    expect(content['text/event-stream'].schema.description).toContain('run_complete, error');
    expect(Object.keys(content['application/json'].schema.properties)).toContain('runId');
  });
});
