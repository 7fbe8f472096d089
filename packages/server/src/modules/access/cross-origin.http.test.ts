import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal } from '../../testing/refusal.ts';
import {
  describeAppOnce,
  expectStatus,
  loanInputs,
  ownUrl,
  type Answer,
  type Ask,
  type Scenario,
} from '../../testing/scenario.ts';
import { redeemRequest, refreshRequest, sessionRequest, ticketOf } from '../../testing/visitor.ts';

const origin = 'https://shop.example';
const foreign = 'https://evil.test';
const slug = 'loan-calculator';
const embedRoutes: [Ask['method'], string][] = [
  ['GET', `/api/tools/${slug}/schema`],
  ['POST', `/api/tools/${slug}/run`],
  ['POST', '/v1/embed/hello'],
  ['POST', '/v1/embed/sessions'],
  ['GET', '/v1/embed/me'],
];

describeAppOnce('a request from another origin', (open) => {
  let scenario: Scenario;
  let workspaceId: string;
  let held: { id: string; token: string };
  let surface: { id: string; clientToken: string; clientTokenId: string };
  beforeAll(async () => {
    scenario = await open();
    const { owner } = scenario;
    workspaceId = (await owner.workspace()).id;
    held = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    surface = await owner.surface(workspaceId);
  });

  describe('on the embed API', () => {
    it.each(embedRoutes)(
      'the preflight of %s %s admits any origin for two hours, without credentials (R28)',
      async (method, url) => {
        for (const sent of [origin, foreign, 'null']) {
          const answer = await scenario.ask({
            method: 'OPTIONS',
            url,
            headers: {
              origin: sent,
              'access-control-request-method': method ?? '',
              'access-control-request-headers': 'content-type, x-microapp-embed-token',
            },
          });
          expect(answer.status).toBe(204);
          expect(answer.headers).toMatchObject({
            'access-control-allow-origin': sent,
            'access-control-max-age': '7200',
            vary: 'Origin',
          });
          expect(answer.headers['access-control-allow-methods']?.split(', ')).toContain(method);
          expect(answer.headers['access-control-allow-headers']).toContain('x-microapp-embed-token');
          expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
        }
      },
    );

    it('an answer can be read by the page that asked, and by no other from a cache', async () => {
      const answer = await expectStatus(scenario.run(slug, held.token, loanInputs, { origin }), 200);
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': origin,
        vary: 'Origin',
        'cache-control': 'no-store',
      });
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    });

    it('an embed token from a page that is not listed is refused, and the page can read why (H48, R10, K72)', async () => {
      const answer = await expectRefusal(
        scenario,
        () => scenario.run(slug, held.token, loanInputs, { origin: foreign }),
        {
          status: 403,
          code: 'origin_not_allowed',
          reason: 'origin_not_listed',
          workspaceId,
          credentialId: held.id,
        },
      );
      expect(answer.headers).toMatchObject({ 'access-control-allow-origin': foreign, vary: 'Origin' });
      expect(answer.body.error).toContain(foreign);
      expect(answer.body.hint).toContain('Allowed origins');
    });

    it('a refused ticket can be read by the refused page too (R10)', async () => {
      const answer = await scenario.ask(sessionRequest(surface, foreign));
      expect(answer).toMatchObject({ status: 403, headers: { 'access-control-allow-origin': foreign } });
      expect(Object.keys(answer.body).toSorted()).toEqual(['code', 'error', 'hint', 'requestId']);
    });

    it.each([undefined, ownUrl, origin])(
      'an embed token from %s is decided by itself: an origin can deny, never grant (H12)',
      async (sent) => {
        const headers: Record<string, string> = sent === undefined ? {} : { origin: sent };
        expect((await scenario.run(slug, held.token, loanInputs, headers)).status).toBe(200);
        expect((await scenario.run('another-tool', held.token, loanInputs, headers)).status).toBe(403);
        const unknown = await scenario.run(slug, `${held.token}x`, loanInputs, headers);
        expect(unknown.status).toBe(401);
      },
    );

    it.each(['null', `${ownUrl}.`, `${ownUrl}.evil.test`, `http://apps.example.test`, `${ownUrl}:8443`])(
      'our own origin is exactly ours: %s is not (H48)',
      async (sent) => {
        const answer = await scenario.run(slug, held.token, loanInputs, { origin: sent });
        expect(answer).toMatchObject({ status: 403, body: { code: 'origin_not_allowed' } });
      },
    );
  });

  describe('on every other route', () => {
    it('redeem and refresh have no CORS, neither in the preflight nor in the answer', async () => {
      const ticket = await ticketOf(scenario, surface, origin);
      const redeemed = await expectStatus(scenario.ask(redeemRequest(ticket, origin, { surfaceId: surface.id })), 200);
      const answers = [
        redeemed,
        await scenario.ask({ ...redeemRequest(ticket, origin), headers: { origin } }),
        await expectStatus(scenario.ask(refreshRequest(redeemed.body.token)), 200),
        await scenario.ask(refreshRequest(redeemed.body.token, origin)),
        await scenario.ask({ method: 'OPTIONS', url: '/v1/embed/sessions/redeem', headers: { origin } }),
        await scenario.ask({ method: 'OPTIONS', url: '/v1/embed/sessions/refresh', headers: { origin } }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 403, 200, 403, 405, 405]);
      for (const answer of answers) expect(corsHeadersOf(answer)).toEqual([]);
    });

    it('the management API has no CORS, and an owner key in a page of a foreign origin is refused (K47)', async () => {
      const { owner, ask } = scenario;
      const preflight = await ask({ method: 'OPTIONS', url: '/v1/workspaces', headers: { origin: foreign } });
      expect(preflight.status).toBe(405);
      const refused = await expectRefusal(
        scenario,
        () => owner.ask({ url: '/v1/workspaces', headers: { origin: foreign } }),
        {
          status: 403,
          code: 'origin_not_allowed',
          reason: 'management_from_foreign_origin',
          credentialId: owner.keyId,
        },
      );
      const own = await expectStatus(owner.ask({ url: '/v1/workspaces', headers: { origin: ownUrl } }), 200);
      for (const answer of [preflight, refused, own]) expect(corsHeadersOf(answer)).toEqual([]);
    });
  });
});

function corsHeadersOf({ headers }: Answer): string[] {
  return Object.keys(headers).filter((name) => name.startsWith('access-control-'));
}
