import { signIn } from '../../testing/dashboard.ts';
import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { CredentialFormat } from '@microapp/contract';
import { beforeAll, expect, it } from 'vitest';
import { describeAppOnce, expectStatus, type Scenario } from '../../testing/scenario.ts';
import { redeemRequest, sessionRequest } from '../../testing/visitor.ts';

const origin = 'https://shop.example';

describeAppOnce('the published forms of credentials', (open) => {
  let scenario: Scenario;
  let formats: CredentialFormat[];
  /** One fresh credential of every class. */
  let fresh: Record<string, string>;

  beforeAll(async () => {
    scenario = await open();
    const { owner, ask } = scenario;
    formats = (await expectStatus(ask({ url: '/v1/credential-formats' }), 200)).body.data;
    const { id: workspaceId } = await owner.workspace();
    const { id, token } = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    const surface = await owner.surface(workspaceId);
    const { ticket } = (await expectStatus(ask(sessionRequest(surface, origin)), 201)).body;
    const redeemed = await expectStatus(ask(redeemRequest(ticket, origin, { surfaceId: surface.id })), 200);
    const copied = await expectStatus(owner.ask({ method: 'POST', url: `/v1/embed-tokens/${id}/url` }), 201);
    // The two classes that holders make for themselves, as their form is written down.
    const apiKey = Array.from({ length: 44 }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'.charAt(randomInt(36))).join(
      '',
    );
    const payload = Buffer.from(JSON.stringify({ sid: randomBytes(4).toString('hex'), exp: 1 })).toString('base64url');
    const { secret } = await signIn(scenario);
    const member = { name: 'Ada', role: 'viewer' };
    const invited = await expectStatus(owner.ask({ method: 'POST', url: '/v1/members', body: member }), 201);
    fresh = {
      owner_key: owner.key,
      embed_token: token,
      client_token: surface.clientToken,
      embed_ticket: ticket,
      dashboard_session: secret,
      member_link: invited.body.signInUrl.split('#link=')[1],
      embed_session: redeemed.body.token,
      url_token: copied.body.url.split('#token=')[1],
      api_key: apiKey,
      signed_token: `${payload}.${createHmac('sha256', apiKey).update(payload).digest('base64url')}`,
    };
  });

  /** What a scanner does with the published rule, and nothing that we wrote for ourselves. */
  function isFound(format: CredentialFormat, text: string): boolean {
    const found = new RegExp(format.pattern).exec(text)?.[0];
    if (found === undefined) return false;
    if (format.checksum === null) return true;
    const { alphabet, length } = format.checksum;
    let rest = BigInt(crc32(found.slice(0, -length)));
    let expected = '';
    const base = BigInt(alphabet.length);
    for (let place = 0; place < length; place++) {
      expected = alphabet.charAt(Number(rest % base)) + expected;
      rest /= base;
    }
    return found.slice(-length) === expected;
  }

  it('are public, and one for every class that there is', () => {
    expect(formats.map((format) => format.class)).toEqual(Object.keys(fresh));
  });

  it('find fresh credentials of every class in any text, by the published rule alone (K50, K76)', () => {
    const missed = formats.flatMap((format) => {
      const credential = fresh[format.class] ?? '';
      const texts = [
        credential,
        `key="${credential}";`,
        `https://a.example/?x=${credential}&y=1`,
        `a\n${credential}\n`,
      ];
      return texts.filter((text) => !isFound(format, text)).map(() => format.class);
    });
    expect(missed).toEqual([]);
    const misnamed = formats.filter(({ class: name, prefix }) => !(fresh[name] ?? '').startsWith(prefix ?? ''));
    expect(misnamed).toEqual([]);
  });

  it('with a checksum refuse a credential with any one character changed (K50, K74)', () => {
    const checked = formats.filter(({ checksum }) => checksum !== null);
    expect(checked.map((format) => format.class)).toEqual([
      'owner_key',
      'embed_token',
      'client_token',
      'embed_ticket',
      'dashboard_session',
      'member_link',
    ]);
    for (const format of checked) {
      const credential = fresh[format.class] ?? '';
      for (let at = 0; at < credential.length; at++) {
        const other = credential.charAt(at) === 'x' ? 'y' : 'x';
        const changed = credential.slice(0, at) + other + credential.slice(at + 1);
        expect(isFound(format, changed), `${format.class} with another character ${at}`).toBe(false);
      }
      expect(isFound(format, credential.slice(0, -1))).toBe(false);
    }
  });

  it('of JWTs say what is in ours: algorithm, type, audience, and where the keys are', async () => {
    for (const { class: name, jwt } of formats) {
      if (jwt === null) continue;
      const [header = '', payload = ''] = (fresh[name] ?? '').split('.').map((part) => Buffer.from(part, 'base64url'));
      expect(JSON.parse(String(header))).toMatchObject({ alg: jwt.alg, typ: jwt.typ });
      expect(JSON.parse(String(payload))).toMatchObject({ aud: jwt.audience });
      const keys = await scenario.ask({ url: new URL(jwt.keys).pathname });
      expect(keys.text).toContain((JSON.parse(String(header)) as { kid: string }).kid);
    }
  });

  it('show shapes that are no credentials', () => {
    for (const { shape } of formats) {
      expect(formats.filter((format) => isFound(format, shape)).map((format) => format.class)).toEqual([]);
    }
  });
});
