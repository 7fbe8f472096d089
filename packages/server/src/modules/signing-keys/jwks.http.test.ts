import { createLocalJWKSet, jwtVerify } from 'jose';
import { beforeAll, expect, it, vi } from 'vitest';
import { describeApp, expectStatus, ownUrl, type Scenario } from '../../testing/scenario.ts';
import { backendSession } from '../../testing/visitor.ts';

const origin = 'https://shop.example';

describeApp('the published keys', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('are public halves only, and may be cached', async () => {
    const answer = await expectStatus(scenario.ask({ url: '/.well-known/jwks.json' }), 200);
    expect(answer.body).toEqual({
      keys: [
        {
          kty: 'OKP',
          crv: 'Ed25519',
          alg: 'EdDSA',
          use: 'sig',
          kid: expect.stringMatching(/^sig_[0-9A-Za-z]{22}$/),
          x: expect.stringMatching(/^[\w-]{43}$/),
        },
      ],
    });
    expect(answer.headers['cache-control']).toBe('public, max-age=300');
  });

  it('verify a session for anyone, and its claims name one workspace, what it may do and for how long (H26, H29, H30, H31, H34, H62)', async () => {
    const { owner, ask, clock } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const surface = await owner.surface(workspaceId, { environment: 'development' });
    const { token, visitorId } = await scenario.session(surface, origin);
    const keys = createLocalJWKSet((await expectStatus(ask({ url: '/.well-known/jwks.json' }), 200)).body);
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: ownUrl,
      audience: 'microapp:embed',
      typ: 'microapp-session+jwt',
      algorithms: ['EdDSA'],
      currentDate: new Date(clock.now()),
    });
    const now = Math.floor(clock.now() / 1000);
    expect(Object.keys(protectedHeader).toSorted()).toEqual(['alg', 'kid', 'typ']);
    expect(payload).toEqual({
      iss: ownUrl,
      aud: 'microapp:embed',
      sub: visitorId,
      jti: expect.stringMatching(/^ses_[0-9A-Za-z]{22}$/),
      iat: now,
      exp: now + 300,
      auth_time: now,
      owner: owner.id,
      workspace: workspaceId,
      apps: ['loan-calculator'],
      permissions: ['tool:run'],
      environment: 'development',
      origin,
      cred: { class: 'client_token', id: surface.clientTokenId, version: 1 },
    });
  });

  it('verify a session that came from an embed token, which is always for production', async () => {
    const { owner, ask, clock } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { id, token } = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    const session = await backendSession(scenario, token, origin);
    const keys = createLocalJWKSet((await expectStatus(ask({ url: '/.well-known/jwks.json' }), 200)).body);
    const { payload } = await jwtVerify(session, keys, { currentDate: new Date(clock.now()) });
    expect(payload).toMatchObject({
      workspace: workspaceId,
      environment: 'production',
      origin,
      cred: { class: 'embed_token', id, version: 1 },
    });
  });

  it('have their private half sealed in the database', async () => {
    const rows = await scenario.database.admin.query('select id, public_jwk, private_key_sealed from signing_keys');
    expect(rows).toHaveLength(1);
    const sealed = rows[0]?.['private_key_sealed'];
    if (!(sealed instanceof Uint8Array)) throw new Error('The sealed key is not bytes.');
    // A PKCS #8 Ed25519 key begins with these bytes; nothing of the kind may stand in the row.
    const pkcs8Start = Buffer.from('302e020100300506032b6570', 'hex');
    expect(Buffer.from(sealed).includes(pkcs8Start)).toBe(false);
    expect(rows[0]?.['public_jwk']).not.toHaveProperty('d');
  });
});

describeApp('a signing key that is retired', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('takes its sessions with it, those that were in use included, and is published no more', async () => {
    const { owner, ask, session, database } = scenario;
    const { id: workspaceId } = await owner.workspace();
    const { token } = await session(await owner.surface(workspaceId), origin);
    const me = () => ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${token}` } });
    await expectStatus(me(), 200);
    const retired = await database.admin.query('update signing_keys set retired_at = now() returning id');
    expect(retired).toHaveLength(1);
    expect(await me()).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    await vi.waitFor(async () => expect((await ask({ url: '/.well-known/jwks.json' })).body).toEqual({ keys: [] }));
    await database.admin.query('update signing_keys set retired_at = null');
    await expectStatus(me(), 200);
  });
});
