import { beforeAll, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeAppOnce, expectStatus, type Answer, type Scenario } from '../../testing/scenario.ts';

describeAppOnce('the schema of a tool', (open) => {
  let scenario: Scenario;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open();
    workspaceId = (await scenario.owner.workspace()).id;
  });

  function schemaOf(slug: string, token: string): Promise<Answer> {
    return scenario.ask({ url: `/api/tools/${slug}/schema?embed=1`, headers: { 'x-microapp-embed-token': token } });
  }

  it('is told to who may run it, as JSON Schema and as fields of a form (M30)', async () => {
    const { token } = await scenario.owner.embedToken(workspaceId);
    const { body } = await expectStatus(schemaOf('loan-calculator', token), 200);
    expect(Object.keys(body).toSorted()).toEqual([
      'description',
      'name',
      'normalizedFields',
      'requiresAi',
      'schema',
      'slug',
    ]);
    expect(body).toMatchObject({ slug: 'loan-calculator', name: 'Loan calculator', requiresAi: false });
    expect(body.schema.required).toEqual(['principal', 'annualRatePercent', 'years']);
    expect(body.normalizedFields).toMatchObject([
      { key: 'principal', label: 'Loan amount', type: 'number', required: true, exclusiveMinimum: 0, default: 200_000 },
      { key: 'annualRatePercent', type: 'number', minimum: 0, maximum: 100 },
      { key: 'years', type: 'integer', minimum: 1, maximum: 50 },
    ]);
  });

  it("tells nothing of the steps, which are the owner's", async () => {
    const { owner } = scenario;
    await owner.tool('with-a-secret', {
      inputs: { type: 'object', properties: { text: { type: 'string' } } },
      steps: [{ kind: 'function', name: 'priced', code: 'const margin = 0.4242; export default () => margin' }],
    });
    const { token } = await owner.embedToken(workspaceId, { apps: ['with-a-secret'] });
    const answer = await expectStatus(schemaOf('with-a-secret', token), 200);
    for (const kept of ['0.4242', 'priced', 'steps', 'function']) expect(answer.text).not.toContain(kept);
  });

  it('of a tool outside the token is refused like one that does not exist (M35)', async () => {
    const { owner } = scenario;
    await owner.tool('not-for-this-token');
    const { id: credentialId, token } = await owner.embedToken(workspaceId);
    for (const slug of ['not-for-this-token', 'no-such-tool']) {
      await expectRefusal(scenario, () => schemaOf(slug, token), {
        status: 403,
        code: 'permission_denied',
        reason: 'app_not_in_scope',
        workspaceId,
        credentialId,
      });
    }
  });

  it('is a GET and a HEAD, and no other method', async () => {
    const { token } = await scenario.owner.embedToken(workspaceId);
    const url = '/api/tools/loan-calculator/schema?embed=1';
    const headers = { 'x-microapp-embed-token': token };
    expect((await scenario.ask({ method: 'HEAD', url, headers })).status).toBe(200);
    const answer = await scenario.ask({ method: 'POST', url, headers, body: {} });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } });
  });
});
