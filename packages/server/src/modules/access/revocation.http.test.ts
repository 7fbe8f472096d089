import { beforeAll, expect, it } from 'vitest';
import { expectRefusal, outwardly } from '../../testing/refusal.ts';
import {
  describeApp,
  expectStatus,
  loanInputs,
  type Answer,
  type Owner,
  type Scenario,
} from '../../testing/scenario.ts';
import {
  backendSession,
  backendTicket,
  change,
  redeemRequest,
  refreshRequest,
  sessionRequest,
  sessionRun,
  ticketOf,
} from '../../testing/visitor.ts';

const origin = 'https://shop.example';
const slug = 'loan-calculator';

/** Everything that can be in use when a credential is taken back. */
type InUse = { workspaceId: string; credentialId: string; ask: Record<string, () => Promise<Answer>> };

describeApp('taking a credential back', (open) => {
  let scenario: Scenario;
  let owner: Owner;
  beforeAll(async () => {
    scenario = await open();
    owner = scenario.owner;
  });

  async function embedTokenInUse(fields: object = {}): Promise<InUse & { id: string; token: string }> {
    const { ask, run } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id, token } = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'], ...fields });
    const session = await backendSession(scenario, token, origin);
    const unseen = await backendSession(scenario, token, origin);
    const ticket = await backendTicket(scenario, token, origin);
    await expectStatus(run(slug, token), 200);
    await expectStatus(ask(sessionRun(session, slug, loanInputs)), 200);
    return {
      id,
      token,
      workspaceId,
      credentialId: id,
      ask: {
        'the token': () => run(slug, token),
        'a session that was in use': () => ask(sessionRun(session, slug, loanInputs)),
        'a session that was never used': () => ask(sessionRun(unseen, slug, loanInputs)),
        'a refresh': () => ask(refreshRequest(session)),
        'a ticket that is under way': () => ask(redeemRequest(ticket, origin)),
      },
    };
  }

  async function surfaceInUse(): Promise<InUse & { surface: { id: string; clientToken: string } }> {
    const { ask } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const surface = await owner.surface(workspaceId);
    const { token: session } = await scenario.session(surface, origin);
    const { token: unseen } = await scenario.session(surface, origin);
    const ticket = await ticketOf(scenario, surface, origin);
    await expectStatus(ask(sessionRun(session, slug, loanInputs)), 200);
    return {
      surface,
      workspaceId,
      credentialId: surface.clientTokenId,
      ask: {
        'the client token': () => ask(sessionRequest(surface, origin)),
        'a session that was in use': () => ask(sessionRun(session, slug, loanInputs)),
        'a session that was never used': () => ask(sessionRun(unseen, slug, loanInputs)),
        'a refresh': () => ask(refreshRequest(session)),
        'a ticket that is under way': () => ask(redeemRequest(ticket, origin, { surfaceId: surface.id })),
      },
    };
  }

  async function expectAllRefused(
    { workspaceId, credentialId, ask }: InUse,
    refusal: { status: number; code: 'invalid_token' | 'workspace_disabled'; reason: string },
    reasons: Record<string, string> = {},
  ): Promise<void> {
    for (const [what, again] of Object.entries(ask)) {
      const reason = reasons[what] ?? refusal.reason;
      await expectRefusal(scenario, again, { ...refusal, reason, workspaceId, credentialId });
    }
  }

  it('a revoked embed token is refused on the next request, with its sessions and tickets (H9, H22, H61, K56, K67)', async () => {
    const inUse = await embedTokenInUse();
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${inUse.id}` }), 204);
    await expectAllRefused(inUse, { status: 401, code: 'invalid_token', reason: 'revoked' });
  });

  it('a rotated embed token is refused on the next request, and the new one works (M7)', async () => {
    const inUse = await embedTokenInUse();
    const rotated = await expectStatus(owner.ask({ method: 'POST', url: `/v1/embed-tokens/${inUse.id}/rotate` }), 200);
    expect(rotated.body).toMatchObject({ id: inUse.id, version: 2, status: 'active' });
    const { 'the token': old, ...named } = inUse.ask;
    // Nothing is left that could say whose the old secret was: its hash is gone.
    if (old === undefined) throw new Error('There is no old token.');
    await expectRefusal(scenario, old, { status: 401, code: 'invalid_token', reason: 'unknown' });
    await expectAllRefused({ ...inUse, ask: named }, { status: 401, code: 'invalid_token', reason: 'rotated' });
    expect((await scenario.run(slug, rotated.body.token)).status).toBe(200);
  });

  it('an embed token is refused from the moment it expires, with its sessions and tickets (K17, K69)', async () => {
    const { clock } = scenario;
    const inUse = await embedTokenInUse({ expiresAt: new Date(clock.now() + 30_000).toISOString() });
    clock.advance(29_999);
    expect((await scenario.run(slug, inUse.token)).status).toBe(200);
    clock.advance(1);
    await expectAllRefused(inUse, { status: 401, code: 'invalid_token', reason: 'expired' });
    const { body } = await expectStatus(owner.ask({ url: `/v1/embed-tokens/${inUse.id}` }), 200);
    expect(body.status).toBe('expired');
  });

  it('a rotated client token is refused on the next request, with its sessions and tickets, and the new one works (H9, H21, H22, R32)', async () => {
    const inUse = await surfaceInUse();
    const rotated = await expectStatus(
      owner.ask({ method: 'POST', url: `/v1/surfaces/${inUse.surface.id}/rotate-token` }),
      200,
    );
    await expectAllRefused(inUse, { status: 401, code: 'invalid_token', reason: 'revoked' });
    await expectStatus(scenario.ask(sessionRequest(rotated.body, origin)), 201);
  });

  it("one row set to inactive takes a client token back on the next request, and nobody else's (H20, H22, H23, H61)", async () => {
    const inUse = await surfaceInUse();
    const other = await surfaceInUse();
    const { admin } = scenario.database;
    await admin.query('update client_tokens set is_active = false where id = $1', [inUse.credentialId]);
    await expectAllRefused(inUse, { status: 401, code: 'invalid_token', reason: 'revoked' });
    for (const again of Object.values(other.ask)) expect((await again()).status).toBeLessThan(300);
  });

  it('the active flag is looked at before anything else (H19)', async () => {
    const inUse = await surfaceInUse();
    const { admin } = scenario.database;
    await change(owner, `/v1/workspaces/${inUse.workspaceId}`, { status: 'disabled', features: [] });
    await admin.query('update client_tokens set is_active = false where id = $1', [inUse.credentialId]);
    await expectRefusal(scenario, () => scenario.ask(sessionRequest(inUse.surface, 'https://elsewhere.example')), {
      status: 401,
      code: 'invalid_token',
      reason: 'revoked',
      workspaceId: inUse.workspaceId,
      credentialId: inUse.credentialId,
    });
  });

  it('a deleted surface takes its client token, sessions and tickets with it', async () => {
    const inUse = await surfaceInUse();
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/surfaces/${inUse.surface.id}` }), 204);
    await expectAllRefused(inUse, { status: 401, code: 'invalid_token', reason: 'revoked' });
  });

  it.each([
    ['an embed token', embedTokenInUse],
    ['a client token', surfaceInUse],
  ] as const)(
    'disabling the workspace stops %s on the next request, and enabling it lets it go on (K77)',
    async (_, begin) => {
      const inUse = await begin();
      await change(owner, `/v1/workspaces/${inUse.workspaceId}`, { status: 'disabled' });
      await expectAllRefused(inUse, { status: 403, code: 'workspace_disabled', reason: 'workspace_disabled' });
      await change(owner, `/v1/workspaces/${inUse.workspaceId}`, { status: 'active' });
      for (const again of Object.values(inUse.ask)) expect((await again()).status).toBeLessThan(300);
    },
  );

  it.each([
    ['an embed token', embedTokenInUse],
    ['a client token', surfaceInUse],
  ] as const)('deleting the workspace ends %s on the next request', async (_, begin) => {
    const inUse = await begin();
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/workspaces/${inUse.workspaceId}` }), 204);
    await expectAllRefused(inUse, { status: 401, code: 'invalid_token', reason: 'workspace_deleted' });
  });

  it.each([
    ['an embed token', embedTokenInUse],
    ['a client token', surfaceInUse],
  ] as const)('turning the feature off stops runs by %s on the next request (K18, K70, K78)', async (_, begin) => {
    const inUse = await begin();
    const { workspaceId, credentialId } = inUse;
    await change(owner, `/v1/workspaces/${workspaceId}`, { features: ['lead:create'] });
    for (const what of ['the token', 'a session that was in use', 'a session that was never used']) {
      const again = inUse.ask[what];
      if (again === undefined) continue;
      const refusal = { status: 403, code: 'permission_denied', reason: 'lacks tool:run' } as const;
      await expectRefusal(scenario, again, { ...refusal, workspaceId, credentialId });
    }
  });

  it('disabling the owner stops every credential of its workspaces', async () => {
    const other = await scenario.anotherOwner();
    await other.tool('of-another-owner');
    const { id: workspaceId } = await other.workspace();
    const { id: credentialId, token } = await other.embedToken(workspaceId, { apps: ['of-another-owner'] });
    await expectStatus(scenario.run('of-another-owner', token, { text: 'a' }), 200);
    await scenario.database.admin.query("update owners set status = 'disabled' where id = $1", [other.id]);
    await expectRefusal(scenario, () => scenario.run('of-another-owner', token, { text: 'a' }), {
      status: 401,
      code: 'invalid_token',
      reason: 'owner_disabled',
      workspaceId,
      credentialId,
    });
    const refused = await other.ask({ url: '/v1/me' });
    expect(refused).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
  });

  it('unknown, revoked, rotated and expired look the same from outside', async () => {
    const revoked = await embedTokenInUse();
    const rotated = await embedTokenInUse();
    const expiring = await embedTokenInUse({ expiresAt: new Date(scenario.clock.now() + 1000).toISOString() });
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${revoked.id}` }), 204);
    await expectStatus(owner.ask({ method: 'POST', url: `/v1/embed-tokens/${rotated.id}/rotate` }), 200);
    scenario.clock.advance(1000);
    const answers = await Promise.all([revoked, rotated, expiring].map(({ token }) => scenario.run(slug, token)));
    const [first, ...others] = answers.map(outwardly);
    expect(first).toMatchObject({ status: 401, code: 'invalid_token' });
    for (const other of others) expect(other).toEqual(first);
  });
});
