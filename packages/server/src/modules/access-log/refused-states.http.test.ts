import { beforeAll, expect, it } from 'vitest';
import { describeApp, expectStatus, type Answer, type Owner, type Scenario } from '../../testing/scenario.ts';

/** A state that refuses a credential that works otherwise: how it comes about, and what the owner reads of it. */
type State = {
  refused: (stage: {
    scenario: Scenario;
    owner: Owner;
    workspaceId: string;
    tokenId: string;
    token: string;
  }) => Promise<Answer>;
  status: number;
  code: string;
  reason: string;
  explanation: RegExp;
};

const origin = 'https://shop.example';

const states: Record<string, State> = {
  revoked: {
    async refused({ scenario, owner, tokenId, token }) {
      await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${tokenId}` }), 204);
      return scenario.run('guarded', token, {}, { origin });
    },
    status: 401,
    code: 'invalid_token',
    reason: 'revoked',
    explanation: /is revoked.*Issue another/,
  },
  'of another customer': {
    async refused({ scenario, owner, token }) {
      const { id: workspaceId } = await owner.workspace();
      return scenario.ask({
        method: 'POST',
        url: '/api/tools/guarded/run?embed=1',
        headers: { 'x-microapp-embed-token': token, origin },
        body: { inputs: {}, workspaceId },
      });
    },
    status: 403,
    code: 'permission_denied',
    reason: 'workspace_assertion_failed',
    explanation: /another workspace/,
  },
  expired: {
    async refused({ scenario, token }) {
      scenario.clock.advance(60_000);
      return scenario.run('guarded', token, {}, { origin });
    },
    status: 401,
    code: 'invalid_token',
    reason: 'expired',
    explanation: /has expired/,
  },
  'without the feature': {
    async refused({ scenario, owner, workspaceId, token }) {
      await expectStatus(
        owner.ask({ method: 'PATCH', url: `/v1/workspaces/${workspaceId}`, body: { features: ['chat:send'] } }),
        200,
      );
      return scenario.run('guarded', token, {}, { origin });
    },
    status: 403,
    code: 'permission_denied',
    reason: 'lacks tool:run',
    explanation: /does not have this permission.*feature/,
  },
  'on a page that is not listed': {
    refused: ({ scenario, token }) => scenario.run('guarded', token, {}, { origin: 'https://elsewhere.example' }),
    status: 403,
    code: 'origin_not_allowed',
    reason: 'origin_not_listed',
    explanation: /not on the allowed origins/,
  },
  'for another app': {
    refused: ({ scenario, token }) => scenario.run('unguarded', token, {}, { origin }),
    status: 403,
    code: 'permission_denied',
    reason: 'app_not_in_scope',
    explanation: /not for this app/,
  },
  'of a disabled customer': {
    async refused({ scenario, owner, workspaceId, token }) {
      await expectStatus(
        owner.ask({ method: 'PATCH', url: `/v1/workspaces/${workspaceId}`, body: { status: 'disabled' } }),
        200,
      );
      return scenario.run('guarded', token, {}, { origin });
    },
    status: 403,
    code: 'workspace_disabled',
    reason: 'workspace_disabled',
    explanation: /workspace is disabled/,
  },
};

describeApp('a support case', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  let stranger: Owner;
  beforeAll(async () => {
    scenario = await open();
    owner = await scenario.anotherOwner();
    stranger = await scenario.anotherOwner();
    await owner.tool('guarded');
    await owner.tool('unguarded');
  });

  it.each(Object.entries(states))(
    'with the request id that a customer was given tells the owner that the token was %s, and nobody else (K67, K68, K69, K70, K72, K77, K78)',
    async (_, { refused, status, code, reason, explanation }) => {
      const { id: workspaceId } = await owner.workspace();
      const { id: tokenId, token } = await owner.embedToken(workspaceId, {
        apps: ['guarded'],
        allowedOrigins: ['shop.example'],
        expiresAt: new Date(scenario.clock.now() + 60_000).toISOString(),
      });
      await expectStatus(scenario.run('guarded', token, {}, { origin }), 200);
      const answer = await refused({ scenario, owner, workspaceId, tokenId, token });
      expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
      await scenario.flush();

      const url = `/v1/access-log?requestId=${answer.body.requestId}`;
      const { body } = await expectStatus(owner.ask({ url }), 200);
      expect(body.data).toMatchObject([
        { status, code, reason, explanation: expect.stringMatching(explanation), workspaceId, credentialId: tokenId },
      ]);
      expect(answer.text).not.toContain(body.data[0].explanation);
      expect((await expectStatus(stranger.ask({ url }), 200)).body.data).toEqual([]);
    },
  );

  it('with a credential of the wrong kind tells the owner which of its credentials was sent where it does not belong (K71)', async () => {
    const { id: workspaceId } = await owner.workspace();
    const surface = await owner.surface(workspaceId, { apps: ['guarded'] });
    const sent = [
      [await scenario.run('guarded', owner.key, {}, { origin }), 'owner_key', owner.keyId, null],
      [
        await scenario.run('guarded', surface.clientToken, {}, { origin }),
        'client_token',
        surface.clientTokenId,
        workspaceId,
      ],
    ] as const;
    await scenario.flush();
    for (const [answer, kind, credentialId, about] of sent) {
      expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 401, code: 'invalid_token' });
      const url = `/v1/access-log?requestId=${answer.body.requestId}`;
      const { body } = await expectStatus(owner.ask({ url }), 200);
      expect(body.data).toMatchObject([
        {
          reason: `wrong_class: ${kind}`,
          explanation: expect.stringContaining('of another kind'),
          credentialClass: kind,
          credentialId,
          workspaceId: about,
        },
      ]);
      expect((await expectStatus(stranger.ask({ url }), 200)).body.data).toEqual([]);
    }
  });
});
