import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { decodeProtectedHeader, SignJWT, type JWK } from 'jose';
import { beforeAll, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import { describeAppOnce, expectStatus, type Answer, type Scenario } from '../../testing/scenario.ts';

/** What a stranger has: one session of their own, and our public keys. */
type Stranger = { session: string; header: Record<string, unknown>; claims: Record<string, unknown>; jwk: JWK };

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describeAppOnce('a session that somebody else made', (open) => {
  let scenario: Scenario;
  let stranger: Stranger;
  let otherWorkspaceId: string;

  beforeAll(async () => {
    scenario = await open();
    const { owner, ask } = scenario;
    const surface = await owner.surface((await owner.workspace()).id);
    otherWorkspaceId = (await owner.workspace()).id;
    const { token: session } = await scenario.session(surface, 'https://shop.example');
    const published = await expectStatus(ask({ url: '/.well-known/jwks.json' }), 200);
    stranger = {
      session,
      header: { ...decodeProtectedHeader(session) },
      claims: JSON.parse(Buffer.from(session.split('.')[1] ?? '', 'base64url').toString()),
      jwk: published.body.keys[0],
    };
  });

  function me(token: string): Promise<Answer> {
    return scenario.ask({ url: '/v1/embed/me', headers: { authorization: `Bearer ${token}` } });
  }

  async function expectForged(token: string, reason: string): Promise<void> {
    const answer = await expectRefusal(scenario, () => me(token), { status: 401, code: 'invalid_token', reason });
    expect(answer.text).not.toContain(token);
  }

  it("the stranger's own session works, or nothing below would mean anything", async () => {
    expect((await me(stranger.session)).status).toBe(200);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['another workspace', () => ({ workspace: otherWorkspaceId })],
    ['more permissions', () => ({ permissions: ['tool:run', 'insights:read'] })],
    ['more apps', () => ({ apps: ['loan-calculator', 'another'] })],
    ['a longer life', () => ({ exp: 4_102_444_800 })],
    ['another visitor', () => ({ sub: 'vis_0000000000000000000000' })],
    ['another origin', () => ({ origin: 'https://evil.test' })],
  ])('a claim tampered into %s is refused (H30, H33, H34, H62)', async (_, change) => {
    const [header, , signature] = stranger.session.split('.');
    const payload = part({ ...stranger.claims, ...change() });
    await expectForged(`${header}.${payload}.${signature}`, 'session: ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  });

  it('a signature that is tampered, empty or missing is refused (H30)', async () => {
    const [header, payload, signature = ''] = stranger.session.split('.');
    const failed = 'session: ERR_JWS_SIGNATURE_VERIFICATION_FAILED';
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    await expectForged(`${header}.${payload}.${flipped}`, failed);
    await expectForged(`${header}.${payload}.${signature.slice(0, 40)}`, failed);
    await expectForged(`${header}.${payload}.`, failed);
    await expectForged(`${header}.${payload}`, 'session: ERR_JWS_INVALID');
    await expectForged(`${header}.${payload}.${signature}.${signature}`, 'session: ERR_JWS_INVALID');
    await expectForged('not-even-a-token', 'session: ERR_JWS_INVALID');
  });

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('the algorithm "%s" is refused, signed or not (H30)', async (alg) => {
    const unsigned = `${part({ ...stranger.header, alg })}.${part(stranger.claims)}`;
    const signature = stranger.session.split('.')[2];
    for (const token of [`${unsigned}.`, `${unsigned}.${signature}`]) {
      const answer = await me(token);
      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    }
  });

  it('a signature by HMAC with our public key as the secret is refused (H30)', async () => {
    const { x = '' } = stranger.jwk;
    const pem = createPublicKey({ key: { ...stranger.jwk }, format: 'jwk' }).export({ format: 'pem', type: 'spki' });
    const secrets = [Buffer.from(x, 'base64url'), x, JSON.stringify(stranger.jwk), pem];
    for (const alg of ['HS256', 'EdDSA']) {
      for (const secret of secrets) {
        const signed = `${part({ ...stranger.header, alg })}.${part(stranger.claims)}`;
        const mac = createHmac('sha256', secret).update(signed).digest('base64url');
        expect(await me(`${signed}.${mac}`)).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
      }
    }
  });

  it('a key of their own is refused, under our key id, under its own, and brought along in the header (H30)', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' });
    const signed = (header: Record<string, unknown>): Promise<string> =>
      new SignJWT(stranger.claims).setProtectedHeader({ alg: 'EdDSA', ...stranger.header, ...header }).sign(privateKey);
    const kid = `sig_${'0'.repeat(22)}`;
    await expectForged(await signed({}), 'session: ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
    await expectForged(await signed({ kid }), 'session_key_unknown');
    await expectForged(await signed({ kid: '../../etc/passwd' }), 'session_key_unknown');
    await expectForged(await signed({ jwk }), 'session_key_unknown');
    await expectForged(await signed({ kid, jwk }), 'session_key_unknown');
    await expectForged(await signed({ jku: 'https://evil.test/jwks.json' }), 'session_key_unknown');
  });
});
