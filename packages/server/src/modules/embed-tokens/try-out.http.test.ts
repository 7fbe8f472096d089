import { beforeAll, expect, it } from 'vitest';
import { expectNoChange } from '../../testing/repeated-call.ts';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';
import { change } from '../../testing/visitor.ts';

const origin = 'https://shop.example';

describeApp('testing an embed token', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open();
    ({ owner } = scenario);
  });

  async function made(fields: Record<string, unknown> = {}) {
    const { id: workspaceId } = await owner.workspace();
    const token = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'], ...fields });
    return { ...token, workspaceId };
  }
  const test = (id: string, body: unknown = { origin }, by: Owner = owner): Promise<Answer> =>
    by.ask({ method: 'POST', url: `/v1/embed-tokens/${id}/test`, body });
  async function reasonsOf(id: string, body?: unknown): Promise<{ code: string; message: string; hint: string }[]> {
    const answer = await expectStatus(test(id, body), 200);
    expect(answer.body.works).toBe(answer.body.reasons.length === 0);
    return answer.body.reasons;
  }
  const codesOf = async (id: string, body?: unknown): Promise<string[]> =>
    (await reasonsOf(id, body)).map(({ code }) => code);

  it('says that it works exactly where it does, and changes nothing by that (K45)', async () => {
    const { id, token } = await made();
    const answer = await expectNoChange(scenario, owner, () => test(id));
    expect(answer.body).toEqual({ works: true, reasons: [] });
    await scenario.flush();
    const { body } = await expectStatus(owner.ask({ url: `/v1/embed-tokens/${id}` }), 200);
    expect(body).toMatchObject({ lastUsedAt: null, originsSeen: [] });
    await expectStatus(scenario.run('loan-calculator', token, undefined, { origin }), 200);
    expect(await codesOf(id, { origin: 'https://evil.example' })).toEqual(['origin_not_listed']);
    const refused = await scenario.run('loan-calculator', token, undefined, { origin: 'https://evil.example' });
    expect(refused.status).toBe(403);
  });

  it('tells every state that it does not work in from every other (K67, K69, K70, K72, K77, K78)', async () => {
    const { clock } = scenario;
    const revoked = await made();
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${revoked.id}` }), 204);
    expect(await codesOf(revoked.id)).toEqual(['revoked']);

    const expired = await made({ expiresAt: new Date(clock.now() + 1000).toISOString() });
    expect(await codesOf(expired.id)).toEqual([]);
    clock.advance(1000);
    expect(await codesOf(expired.id)).toEqual(['expired']);

    const stopped = await made();
    const workspace = `/v1/workspaces/${stopped.workspaceId}`;
    await change(owner, workspace, { status: 'disabled' });
    expect(await codesOf(stopped.id)).toEqual(['workspace_disabled']);
    await change(owner, workspace, { status: 'active', features: ['chat:send'] });
    expect(await codesOf(stopped.id)).toEqual(['feature_off']);
    await change(owner, workspace, { features: ['tool:run'], portalEnabled: false });
    expect(await codesOf(stopped.id)).toEqual([]);
    await expectStatus(owner.ask({ method: 'DELETE', url: workspace }), 204);
    expect(await codesOf(stopped.id)).toEqual(['workspace_deleted']);

    expect(await codesOf((await made({ permissions: ['chat:send'] })).id)).toEqual(['permission_not_given']);
    expect(await codesOf((await made({ use: 'server' })).id)).toEqual(['server_token_in_browser']);
    expect(await codesOf((await made({ allowedOrigins: [] })).id)).toEqual(['origin_not_listed']);
    expect(await codesOf((await made()).id, { origin, app: 'no-such-app' })).toEqual(['app_not_in_scope']);

    await owner.tool('tested-tool');
    const ofApp = await made({ apps: ['loan-calculator', 'tested-tool'] });
    expect(await codesOf(ofApp.id)).toEqual([]);
    await change(owner, '/v1/apps/tested-tool', { status: 'draft' });
    expect(await codesOf(ofApp.id)).toEqual(['app_not_live']);
    expect(await codesOf(ofApp.id, { origin, app: 'loan-calculator' })).toEqual([]);
    await expectStatus(owner.ask({ method: 'DELETE', url: '/v1/apps/tested-tool' }), 204);
    expect(await codesOf(ofApp.id)).toEqual(['app_not_found']);
  });

  it('gives all reasons at once', async () => {
    const { id, workspaceId } = await made({ use: 'server' });
    await change(owner, `/v1/workspaces/${workspaceId}`, { status: 'disabled', features: [] });
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${id}` }), 204);
    const reasons = await reasonsOf(id, { origin: 'https://evil.example' });
    expect(reasons.map(({ code }) => code)).toEqual([
      'revoked',
      'workspace_disabled',
      'server_token_in_browser',
      'origin_not_listed',
      'feature_off',
    ]);
    for (const { message, hint } of reasons) expect([message.length > 10, hint.length > 10]).toEqual([true, true]);
  });

  it.each([
    ['https://www.shop.example', 'shop.example', '"shop.example" is allowed, and "www.shop.example" is another host'],
    ['https://shop.example', 'www.shop.example', '"www.shop.example" is allowed, and "shop.example" is another host'],
    ['https://other.example', 'shop.example', ''],
  ])(
    'hints at the host to add, in the list that counts: %s where %s is listed (K72)',
    async (asked, listed, mistake) => {
      const host = asked.replace('https://', '');
      const hintOf = async ({ id }: { id: string }) => (await reasonsOf(id, { origin: asked })).map(({ hint }) => hint);
      const [own] = await hintOf(await made({ allowedOrigins: [listed] }));
      expect(own).toContain(mistake);
      // That list cannot be changed, and one of the customer would not help.
      expect(own).toContain(`replace it by a token that lists "${host}"`);
      expect(own).not.toContain('Add ');
      const { id: workspaceId } = await owner.workspace({ allowedOrigins: [listed] });
      const [shared] = await hintOf(await owner.embedToken(workspaceId));
      expect(shared).toContain(mistake);
      expect(shared).toContain(`Add "${host}" to the allowed origins of the customer`);
    },
  );

  it.each([
    ['an address with a path', { origin: 'https://shop.example/page' }, 'did you mean "https://shop.example"?'],
    ['a host alone', { origin: 'shop.example' }, 'write it like'],
    ['the opaque origin', { origin: 'null' }, 'write it like'],
  ])('refuses %s and says what is meant', async (_, body, hint) => {
    const { id } = await made();
    const refusal = await expectUnloggedRefusal(scenario, () => test(id, body), {
      status: 400,
      code: 'validation_failed',
    });
    expect(refusal.body.issues).toEqual([{ path: 'origin', message: expect.stringContaining(hint) }]);
  });

  it("is refused for another owner's token as for one that nobody has (K16)", async () => {
    const stranger = await scenario.anotherOwner();
    const { id } = await made();
    for (const tokenId of [id, 'etok_nobody']) {
      await expectUnloggedRefusal(scenario, () => test(tokenId, { origin }, stranger), {
        status: 404,
        code: 'not_found',
      });
    }
  });
});
