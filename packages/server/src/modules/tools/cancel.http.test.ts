import { request } from 'node:http';
import { beforeAll, expect, it } from 'vitest';
import { askForEvents } from '../../testing/event-reader.ts';
import { createHeldEngine, type HeldEngine } from '../../testing/held-engine.ts';
import { describeApp, describeAppOnce, expectStatus, type Scenario } from '../../testing/scenario.ts';

const forms = ['application/json', 'text/event-stream'];

type Caller = { workspaceId: string; id: string; token: string };

async function callerOf({ owner }: Scenario, app: string): Promise<Caller> {
  const { id: workspaceId } = await owner.workspace();
  return { workspaceId, ...(await owner.embedToken(workspaceId, { apps: [app] })) };
}

/** Begins a run; the answer closes its connection. */
function beginRun(url: string, { token }: Caller, headers: Record<string, string>): () => void {
  const asked = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-microapp-embed-token': token, ...headers },
    agent: false,
  });
  // Leaving is no error of a test.
  asked.on('error', () => undefined);
  asked.end(JSON.stringify({ inputs: {} }));
  return () => void asked.destroy();
}

/** The runs of a workspace, as soon as there are some. */
async function runsOf({ owner }: Scenario, workspaceId: string) {
  const read = async () =>
    (await expectStatus(owner.ask({ url: `/v1/runs?workspaceId=${workspaceId}` }), 200)).body.data;
  await expect.poll(read).not.toEqual([]);
  return read();
}

describeApp('a run that its caller leaves', (open) => {
  let scenario: Scenario;
  let engine: HeldEngine;
  let url: string;
  beforeAll(async () => {
    engine = createHeldEngine();
    scenario = await open({ toolEngine: engine });
    url = `${await scenario.server.listen({ host: '127.0.0.1', port: 0 })}/api/tools/three-steps/run?embed=1`;
    const steps = ['one', 'two', 'three'].map((name) => ({ kind: 'transform', name, expression: '1' }));
    await scenario.owner.tool('three-steps', { inputs: { type: 'object' }, steps });
  });

  it.each(forms)('is called off in its step, and no other begins: %s', async (accept) => {
    const caller = await callerOf(scenario, 'three-steps');
    const leave = beginRun(url, caller, { accept, 'x-request-id': `left-${forms.indexOf(accept)}-in-mid-run` });
    (await engine.nextStep()).finish(1);
    const step = await engine.nextStep();
    const begun = engine.begun();
    leave();
    await step.calledOff;
    const runs = await runsOf(scenario, caller.workspaceId);
    expect(runs).toHaveLength(1);
    expect(runs[0].status).not.toBe('ok');
    expect(engine.begun()).toBe(begun);
  });

  it('is settled once, has one line in the access log, and is no use of its token', async () => {
    for (const [n, accept] of forms.entries()) {
      const caller = await callerOf(scenario, 'three-steps');
      const requestId = `left-${n}-and-logged`;
      const leave = beginRun(url, caller, { accept, 'x-request-id': requestId });
      const step = await engine.nextStep();
      leave();
      await step.calledOff;
      expect(await runsOf(scenario, caller.workspaceId)).toMatchObject([{ requestId }]);
      await expect
        .poll(() => scenario.accessLog(requestId))
        .toMatchObject([
          { status: 499, code: 'canceled', reason: 'caller_went_away', credential_id: caller.id, app: 'three-steps' },
        ]);
      const { body } = await expectStatus(scenario.owner.ask({ url: `/v1/embed-tokens/${caller.id}` }), 200);
      expect(body.lastUsedAt).toBeNull();
    }
  });

  it('leaves the other runs of the same token alone', async () => {
    const caller = await callerOf(scenario, 'three-steps');
    const leave = beginRun(url, caller, { accept: 'text/event-stream' });
    const left = await engine.nextStep();
    const staying = await askForEvents({
      url,
      headers: { 'x-microapp-embed-token': caller.token },
      body: { inputs: {} },
    });
    const stays = await engine.nextStep();
    leave();
    await left.calledOff;
    stays.finish(1);
    (await engine.nextStep()).finish(2);
    (await engine.nextStep()).finish(3);
    expect((await staying.rest()).at(-1)).toMatchObject({ event: 'run_complete', data: { output: 3 } });
    const statuses = (await runsOf(scenario, caller.workspaceId)).map(({ status }: { status: string }) => status);
    expect(statuses).toContain('ok');
    expect(statuses.filter((status: string) => status === 'ok')).toHaveLength(1);
  });
});

describeApp('a run of the real engine that its caller leaves', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
    const steps = [{ kind: 'function', name: 'wild', code: 'export default () => { for (;;) {} }' }];
    await scenario.owner.tool('loops', { inputs: { type: 'object' }, steps });
  });

  it('stops before the time limit would have stopped it, and the next one finds a worker', async () => {
    const base = await scenario.server.listen({ host: '127.0.0.1', port: 0 });
    const caller = await callerOf(scenario, 'loops');
    const stream = await askForEvents({
      url: `${base}/api/tools/loops/run?embed=1`,
      headers: { 'x-microapp-embed-token': caller.token },
      body: { inputs: {} },
    });
    expect(await stream.next()).toMatchObject({ event: 'step_start' });
    stream.leave();
    const [run] = await runsOf(scenario, caller.workspaceId);
    expect(run.status).not.toBe('ok');
    // As a step that ran into its limit is recorded.
    expect(run.errorCode).not.toBe('timeout');
    const loan = await callerOf(scenario, 'loan-calculator');
    expect((await scenario.run('loan-calculator', loan.token)).status).toBe(200);
  });
});

describeAppOnce('runs on a server that is told to stop', (open) => {
  /** A run in each form, under way in the same tool; `settled` is what the ledger says in the end. */
  async function runningOnBoth() {
    const engine = createHeldEngine();
    const scenario = await open({ toolEngine: engine });
    const base = await scenario.server.listen({ host: '127.0.0.1', port: 0 });
    const steps = [{ kind: 'transform', name: 'a', expression: '1' }];
    await scenario.owner.tool('slow', { inputs: { type: 'object' }, steps });
    const { token, workspaceId } = await callerOf(scenario, 'slow');
    const answers = forms.map((accept) =>
      fetch(`${base}/api/tools/slow/run?embed=1`, {
        method: 'POST',
        headers: { accept, 'content-type': 'application/json', 'x-microapp-embed-token': token },
        body: JSON.stringify({ inputs: {} }),
      }),
    );
    const begun = [await engine.nextStep(), await engine.nextStep()];
    return {
      scenario,
      steps: begun,
      texts: async () => Promise.all(answers.map(async (answer) => (await answer).text())),
      settled: () =>
        scenario.database.admin.query('select status, error_code from runs where workspace_id = $1', [workspaceId]),
    };
  }

  it('are answered when they finish in time, and settled', async () => {
    const { scenario, steps, texts, settled } = await runningOnBoth();
    const closed = scenario.close();
    await expect.poll(() => scenario.server.server.listening).toBe(false);
    for (const step of steps) step.finish('in time');
    for (const text of await texts()) expect(text).toContain('"output":"in time"');
    await closed;
    const ok = { status: 'ok', error_code: null };
    expect(await settled()).toEqual([ok, ok]);
  });

  it('are called off after ten seconds, told so, and settled as failed', async () => {
    const { scenario, steps, texts, settled } = await runningOnBoth();
    const closed = scenario.close();
    await expect.poll(() => scenario.server.server.listening).toBe(false);
    scenario.clock.advance(10_000);
    for (const step of steps) await step.calledOff;
    for (const text of await texts()) expect(text).toContain('"code":"unavailable"');
    await closed;
    const failed = { status: 'failed', error_code: 'unavailable' };
    expect(await settled()).toEqual([failed, failed]);
  });
});
