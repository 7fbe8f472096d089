import { expect, it } from 'vitest';
import { describeApp, expectStatus, type Answer } from '../../testing/scenario.ts';

const spec = {
  inputs: { type: 'object', properties: { text: { type: 'string' } } },
  steps: [{ kind: 'llm', name: 'answer', prompt: 'Sum up: {{ inputs.text }}' }],
};

describeApp('public runs of a tool with AI', (open) => {
  it('need an active provider key of the owner: without one they are refused, leave no trace but in the log, and use no quota (M40)', async () => {
    const scenario = await open();
    const owner = await scenario.anotherOwner();
    const { id: workspaceId } = await owner.workspace();
    await owner.tool('open-summary', spec);
    await expectStatus(owner.ask({ method: 'PATCH', url: '/v1/apps/open-summary', body: { publicRuns: true } }), 200);
    const run = (): Promise<Answer> =>
      scenario.ask({ method: 'POST', url: '/api/tools/open-summary/run', body: { inputs: { text: 'x' } } });
    const schema = await expectStatus(scenario.ask({ url: '/api/tools/open-summary/schema' }), 200);
    expect(schema.body.requiresAi).toBe(true);

    async function expectGated(): Promise<void> {
      await owner.ask({ url: '/v1/me' });
      const before = await scenario.rows();
      const answer = await run();
      expect(answer).toMatchObject({ status: 409, body: { code: 'byok_required' } });
      expect(await scenario.rows()).toBe(before);
      expect(await scenario.accessLog(answer.body.requestId)).toMatchObject([
        { code: 'byok_required', credential_class: 'anonymous', workspace_id: workspaceId, app: 'open-summary' },
      ]);
    }
    await expectGated();

    const key = { provider: 'openai', key: 'sk-public-runs-0001' };
    const made = await expectStatus(owner.ask({ method: 'POST', url: '/v1/provider-keys', body: key }), 201);
    const body = { isActive: false };
    await expectStatus(owner.ask({ method: 'PATCH', url: `/v1/provider-keys/${made.body.id}`, body }), 200);
    await expectGated();

    // Nor does it become another's to pay: a key of somebody else's opens nothing.
    await expectStatus(scenario.owner.ask({ method: 'POST', url: '/v1/provider-keys', body: key }), 201);
    await expectGated();
    for (const url of ['/v1/runs', '/v1/usage']) expect((await owner.ask({ url })).body.data).toEqual([]);
  });
});
