import { beforeAll, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeApp, expectStatus, ownUrl, type Answer, type Ask, type Scenario } from '../../testing/scenario.ts';
import { redeemRequest, sessionRequest, ticketOf } from '../../testing/visitor.ts';

const origin = 'https://shop.example';
const slug = 'who-am-i';
const whoAmI = {
  inputs: { type: 'object' },
  steps: [{ kind: 'transform', name: 'who', expression: 'workspace' }],
};

describeApp('the workspace of a request', (open) => {
  let scenario: Scenario;
  let ours: {
    workspaceId: string;
    tokenId: string;
    token: string;
    surface: { id: string; clientToken: string; clientTokenId: string };
  };
  let theirs: string;

  beforeAll(async () => {
    scenario = await open();
    const { owner } = scenario;
    await owner.tool(slug, whoAmI);
    const { id: workspaceId } = await owner.workspace({ name: 'Ours', attributes: { plan: 'blue' } });
    const fields = { apps: [slug], allowedOrigins: ['shop.example'] };
    const { id: tokenId, token } = await owner.embedToken(workspaceId, fields);
    ours = { workspaceId, tokenId, token, surface: await owner.surface(workspaceId, fields) };
    theirs = (await owner.workspace({ name: 'Theirs', attributes: { plan: 'red' } })).id;
  });

  const expectedOurs = () => ({ id: ours.workspaceId, name: 'Ours', attributes: { plan: 'blue' } });

  async function callers(): Promise<
    { name: string; credentialId: string; ask: (asked: Partial<Ask>) => Promise<Answer> }[]
  > {
    const { token: session } = await scenario.session(ours.surface, origin);
    const asks = (headers: Record<string, string>, url: string) => (asked: Partial<Ask>) =>
      scenario.ask({
        method: 'POST',
        url: `${url}${asked.url ?? ''}`,
        headers: { ...headers, ...asked.headers },
        body: asked.body ?? { inputs: {} },
      });
    return [
      {
        name: 'an embed token',
        credentialId: ours.tokenId,
        ask: asks({ 'x-microapp-embed-token': ours.token }, `/api/tools/${slug}/run?embed=1`),
      },
      {
        name: 'a session',
        credentialId: ours.surface.clientTokenId,
        ask: asks({ authorization: `Bearer ${session}` }, `/api/tools/${slug}/run?x=1`),
      },
    ];
  }

  it('a body that names another workspace is refused, and one that names its own is not (H33, H53, K68)', async () => {
    for (const { ask, credentialId } of await callers()) {
      await expectRefusal(scenario, () => ask({ body: { inputs: {}, workspaceId: theirs } }), {
        status: 403,
        code: 'permission_denied',
        reason: 'workspace_assertion_failed',
        workspaceId: ours.workspaceId,
        credentialId,
      });
      const own = await expectStatus(ask({ body: { inputs: {}, workspaceId: ours.workspaceId } }), 200);
      expect(own.body.output).toEqual(expectedOurs());
    }
  });

  it.each<[string, (theirs: string) => Partial<Ask>]>([
    ['workspace_id in the body', (id) => ({ body: { inputs: {}, workspace_id: id, workspace: id, WorkspaceId: id } })],
    ['workspaceId among the inputs', (id) => ({ body: { inputs: { workspaceId: id, workspace: { id } } } })],
    ['workspaceId in the query', (id) => ({ url: `&workspaceId=${id}&workspace_id=${id}&workspace=${id}` })],
    [
      'a header',
      (id) => ({
        headers: { 'x-workspace-id': id, 'x-microapp-workspace': id, workspaceid: id, 'x-forwarded-workspace': id },
      }),
    ],
    ['a cookie', (id) => ({ headers: { cookie: `workspaceId=${id}; workspace_id=${id}` } })],
    ['a setting of the database', (id) => ({ headers: { 'app.workspace_id': id }, url: `&app.workspace_id=${id}` })],
  ])('%s chooses no workspace: the credential has (H11, H34, H52, H53, H54, H62)', async (_, named) => {
    for (const { ask } of await callers()) {
      const answer = await expectStatus(ask(named(theirs)), 200);
      expect(answer.body.output).toEqual(expectedOurs());
      const rows = await scenario.database.admin.query('select workspace_id from runs where id = $1', [
        answer.body.runId,
      ]);
      expect(rows).toEqual([{ workspace_id: ours.workspaceId }]);
    }
  });

  it("a ticket is asked for and redeemed in the credential's workspace, or not at all (H33, H53)", async () => {
    const { ask } = scenario;
    const refusal = {
      status: 403,
      code: 'permission_denied',
      reason: 'workspace_assertion_failed',
      workspaceId: ours.workspaceId,
      credentialId: ours.surface.clientTokenId,
    } as const;
    await expectRefusal(scenario, () => ask(sessionRequest(ours.surface, origin, { workspaceId: theirs })), refusal);
    const ticket = await ticketOf(scenario, ours.surface, origin);
    const surfaceId = ours.surface.id;
    await expectRefusal(
      scenario,
      () => ask(redeemRequest(ticket, origin, { surfaceId, workspaceId: theirs })),
      refusal,
    );
    const redeemed = await expectStatus(ask(redeemRequest(ticket, origin, { surfaceId, workspace_id: theirs })), 200);
    const me = await expectStatus(
      ask({
        url: `/v1/embed/me?workspaceId=${theirs}`,
        headers: { authorization: `Bearer ${redeemed.body.token}`, origin: ownUrl },
      }),
      200,
    );
    expect(me.body).toMatchObject({ class: 'embed_session', workspaceId: ours.workspaceId, origin });
  });

  it("a key of one customer gives nothing of another's: neither its tools' answers nor its runs (H8, H11, H12)", async () => {
    const { owner, run } = scenario;
    const other = await scenario.anotherOwner();
    const otherSlug = 'tool-of-another-owner';
    await other.tool(otherSlug, whoAmI);
    await expectRefusal(scenario, () => run(otherSlug, ours.token, {}), {
      status: 403,
      code: 'permission_denied',
      reason: 'app_not_in_scope',
      workspaceId: ours.workspaceId,
      credentialId: ours.tokenId,
    });
    const runs = await expectStatus(owner.ask({ url: `/v1/runs?workspaceId=${theirs}` }), 200);
    expect(runs.body.data).toEqual([]);
  });
});
