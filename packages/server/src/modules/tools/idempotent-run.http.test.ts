import { beforeAll, expect, it } from 'vitest';
import { expectRefusal, outwardly } from '../../testing/refusal.ts';
import { describeApp, expectStatus, loanInputs, type Answer, type Scenario } from '../../testing/scenario.ts';
import { sessionRun } from '../../testing/visitor.ts';

const slug = 'loan-calculator';
const rememberedMs = 24 * 60 * 60 * 1000;
const keyed = (key: string): Record<string, string> => ({ 'idempotency-key': key });
const isRepeat = (answer: Answer): boolean => answer.headers['idempotent-replayed'] === 'true';

function functionTool(code: string): unknown {
  return { inputs: { type: 'object' }, steps: [{ kind: 'function', name: 'work', code }] };
}

describeApp('a run with an Idempotency-Key', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  /** A workspace of its own with a token for some tools, and what was counted in it. */
  async function stage(apps: string[] = [slug]) {
    const { owner } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id: credentialId, token } = await owner.embedToken(workspaceId, { apps });
    const counted = async (): Promise<{ runs: number; failedRuns: number; rows: number }> => {
      const usage = await expectStatus(owner.ask({ url: `/v1/usage?workspaceId=${workspaceId}` }), 200);
      const rows = await expectStatus(owner.ask({ url: `/v1/runs?workspaceId=${workspaceId}` }), 200);
      const [{ runs, failedRuns } = { runs: 0, failedRuns: 0 }] = usage.body.data;
      return { runs, failedRuns, rows: rows.body.data.length };
    };
    return { workspaceId, credentialId, token, counted };
  }

  it('is answered again with the same run, which is counted once', async () => {
    const { run } = scenario;
    const { token, counted } = await stage();
    const first = await expectStatus(run(slug, token, loanInputs, keyed('a')), 200);
    const again = await expectStatus(run(slug, token, loanInputs, keyed('a')), 200);
    expect(again.body).toEqual(first.body);
    expect([isRepeat(first), isRepeat(again)]).toEqual([false, true]);
    expect(await counted()).toEqual({ runs: 1, failedRuns: 0, rows: 1 });
    const another = await expectStatus(run(slug, token, loanInputs, keyed('b')), 200);
    expect(another.body.runId).not.toBe(first.body.runId);
    expect(await counted()).toEqual({ runs: 2, failedRuns: 0, rows: 2 });
  });

  it('with other inputs is refused without a trace', async () => {
    const { run } = scenario;
    const { workspaceId, credentialId, token } = await stage();
    await expectStatus(run(slug, token, loanInputs, keyed('a')), 200);
    await scenario.flush();
    await expectRefusal(scenario, () => run(slug, token, { ...loanInputs, years: 10 }, keyed('a')), {
      status: 409,
      code: 'conflict',
      reason: 'idempotency_key_of_another_body',
      workspaceId,
      credentialId,
    });
  });

  it('is another one for another credential, another workspace and another tool', async () => {
    const { owner, run } = scenario;
    await owner.tool('other-tool');
    const { workspaceId, token } = await stage([slug, 'other-tool']);
    const { token: second } = await owner.embedToken(workspaceId);
    const elsewhere = await stage();
    const answers = [
      await expectStatus(run(slug, token, loanInputs, keyed('same')), 200),
      await expectStatus(run(slug, second, loanInputs, keyed('same')), 200),
      await expectStatus(run(slug, elsewhere.token, loanInputs, keyed('same')), 200),
      await expectStatus(run('other-tool', token, loanInputs, keyed('same')), 200),
    ];
    expect(new Set(answers.map(({ body }) => body.runId)).size).toBe(answers.length);
  });

  it('in a session belongs to its visitor: another one of the same surface has a run of its own', async () => {
    const { owner, ask, session } = scenario;
    const surface = await owner.surface((await owner.workspace()).id);
    const origin = 'https://shop.example';
    const visitors = [await session(surface, origin), await session(surface, origin)];
    const runIds: string[] = [];
    for (const { token } of [...visitors, ...visitors]) {
      const request = sessionRun(token, slug, loanInputs);
      const answer = await expectStatus(ask({ ...request, headers: { ...request.headers, ...keyed('same') } }), 200);
      runIds.push(answer.body.runId);
    }
    expect(new Set(runIds).size).toBe(2);
    expect(runIds.slice(2)).toEqual(runIds.slice(0, 2));
  });

  it('that failed after it began fails the same again, and is counted once', async () => {
    const { owner, run } = scenario;
    await owner.tool('breaks', functionTool('export default () => { throw new Error("inner words") }'));
    const { token, counted } = await stage(['breaks']);
    const first = await expectStatus(run('breaks', token, {}, keyed('a')), 502);
    const again = await expectStatus(run('breaks', token, {}, keyed('a')), 502);
    expect(outwardly(again)).toEqual(outwardly(first));
    expect([isRepeat(first), isRepeat(again)]).toEqual([false, true]);
    expect(await counted()).toEqual({ runs: 0, failedRuns: 1, rows: 1 });
    const kept = await scenario.database.admin.query(
      'select outcome from idempotency_keys where workspace_id is not null',
    );
    expect(JSON.stringify(kept)).not.toContain('inner words');
  });

  it('that is still running is not run twice: its repeat is told to come back, and then gets what came of it', async () => {
    const { owner, run, database } = scenario;
    await owner.tool('spins', functionTool('export default () => { for (;;); }'));
    const { workspaceId, token, counted } = await stage(['spins']);
    const first = run('spins', token, {}, keyed('a'));
    const taken = async (): Promise<number> => {
      const rows = await database.admin.query('select 1 from idempotency_keys where workspace_id = $1', [workspaceId]);
      return rows.length;
    };
    await expect.poll(taken).toBe(1);
    const early = await run('spins', token, {}, keyed('a'));
    expect([early.status, early.body.code, early.headers['retry-after']]).toEqual([409, 'conflict', '1']);
    expect((await first).status).toBe(504);
    expect((await run('spins', token, {}, keyed('a'))).status).toBe(504);
    expect(await counted()).toMatchObject({ failedRuns: 1, rows: 1 });
  });

  it('sent twenty times at once is one run', async () => {
    const { run } = scenario;
    const { token, counted } = await stage();
    const answers = await Promise.all(Array.from({ length: 20 }, () => run(slug, token, loanInputs, keyed('a'))));
    expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    const runIds = answers.filter(({ status }) => status === 200).map(({ body }) => body.runId);
    expect(new Set(runIds).size).toBe(1);
    expect(await counted()).toEqual({ runs: 1, failedRuns: 0, rows: 1 });
  });

  it.each<[string, object, Record<string, string>, number, string]>([
    ['wrong inputs', { principal: 'much' }, {}, 400, 'validation_failed'],
    ['no key at all', loanInputs, { 'idempotency-key': 'two words' }, 400, 'validation_failed'],
    ['two credentials', loanInputs, { authorization: 'Bearer other' }, 401, 'mixed_auth'],
  ])('that is refused before it begins leaves no key behind: %s', async (_what, inputs, headers, status, code) => {
    const { run } = scenario;
    const { token, counted } = await stage();
    const before = await scenario.rows();
    const refused = await run(slug, token, inputs, { ...keyed('mended'), ...headers });
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    expect(await scenario.rows()).toBe(before);
    // The same key serves the request that is mended.
    const mended = await expectStatus(run(slug, token, loanInputs, keyed('mended')), 200);
    expect(isRepeat(mended)).toBe(false);
    expect(await counted()).toEqual({ runs: 1, failedRuns: 0, rows: 1 });
  });

  it('gives nobody an answer that its credential no longer opens', async () => {
    const { owner, run } = scenario;
    const { credentialId, token } = await stage();
    await expectStatus(run(slug, token, loanInputs, keyed('a')), 200);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${credentialId}` }), 204);
    const refused = await run(slug, token, loanInputs, keyed('a'));
    expect([refused.status, refused.body.code]).toEqual([401, 'invalid_token']);
  });

  it('is remembered for 24 hours and no longer', async () => {
    const { run, clock } = scenario;
    const { token } = await stage();
    const first = await expectStatus(run(slug, token, loanInputs, keyed('a')), 200);
    clock.setNow(clock.now() + rememberedMs - 1);
    expect((await run(slug, token, loanInputs, keyed('a'))).body.runId).toBe(first.body.runId);
    clock.setNow(clock.now() + 1);
    const anew = await expectStatus(run(slug, token, loanInputs, keyed('a')), 200);
    expect(anew.body.runId).not.toBe(first.body.runId);
  });
});
