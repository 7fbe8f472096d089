import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefusal, outwardly } from '../../testing/refusal.ts';
import {
  describeApp,
  describeAppOnce,
  expectStatus,
  type Answer,
  type Ask,
  type Scenario,
} from '../../testing/scenario.ts';
import { change, sessionRequest } from '../../testing/visitor.ts';

const origin = 'https://shop.example';

/** What the host page says by itself. */
const inEnglish = {
  open: 'Open',
  close: 'Close',
  unavailable: 'Not available right now.',
  retry: 'Try again',
};

type Surface = { id: string; clientToken: string; clientTokenId: string };

/** What a page on `from` with the surface's script tag asks when it is idle. */
function hello({ clientToken }: Pick<Surface, 'clientToken'>, from: string | undefined = origin, fields = {}): Ask {
  return {
    method: 'POST',
    url: '/v1/embed/hello',
    headers: from === undefined ? {} : { origin: from },
    body: { key: clientToken, ...fields },
  };
}

describeApp('a page that says hello', (open) => {
  let scenario: Scenario;
  let workspaceId: string;
  beforeAll(async () => {
    scenario = await open();
    workspaceId = (await scenario.owner.workspace()).id;
  });

  it('is told how its widget looks, exactly as with a ticket, and nothing is minted or stored (R5, H27)', async () => {
    const { owner, ask } = scenario;
    const surface = await owner.surface(workspaceId, { theme: { accent: '#123456' }, texts: { title: 'Hello' } });
    const before = withoutStamps(await scenario.rows());
    const answer = await expectStatus(ask(hello(surface)), 200);
    expect(answer.body).toEqual({
      ui: {
        name: 'Shop',
        apps: [{ slug: 'loan-calculator', name: 'Loan calculator', kind: 'tool' }],
        theme: { accent: '#123456' },
        texts: { ...inEnglish, title: 'Hello' },
        lang: 'en',
        dir: 'ltr',
      },
    });
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': origin, 'cache-control': 'no-store' });
    for (const kept of [surface.clientToken, workspaceId, owner.id]) expect(answer.text).not.toContain(kept);
    expect(withoutStamps(await scenario.rows())).toBe(before);
    const opened = await expectStatus(ask(sessionRequest(surface, origin)), 201);
    expect(answer.body.ui).toEqual(opened.body.ui);
  });

  it('is told its words in its locale, else in that of the surface, else of the browser, and the texts of the surface win', async () => {
    const { owner, ask } = scenario;
    const plain = await owner.surface(workspaceId);
    const french = await owner.surface(workspaceId, { texts: { locale: 'fr-CA', close: 'Voilà' } });
    const said = async (asked: Ask, acceptLanguage = 'de-AT,de;q=0.9'): Promise<unknown[]> => {
      const { ui } = (await ask({ ...asked, headers: { ...asked.headers, 'accept-language': acceptLanguage } })).body;
      return [ui.lang, ui.dir, ui.texts.close];
    };
    const arabic = { locale: 'ar-EG' };
    expect(await said(hello(french, origin, arabic))).toEqual(['ar', 'rtl', 'Voilà']);
    expect(await said(hello(plain, origin, arabic))).toEqual(['ar', 'rtl', 'إغلاق']);
    expect(await said(hello(french))).toEqual(['fr', 'ltr', 'Voilà']);
    expect(await said(hello(plain))).toEqual(['de', 'ltr', 'Schließen']);
    expect(await said(hello(plain), 'nl')).toEqual(['en', 'ltr', 'Close']);
    for (const locale of [7, null, {}, 'x'.repeat(5000)]) {
      expect((await said(hello(plain, origin, { locale }), 'en'))[0]).toBe('en');
    }
    const opened = sessionRequest(plain, origin);
    expect(await said({ ...opened, body: { ...(opened.body as object), ...arabic } })).toEqual(['ar', 'rtl', 'إغلاق']);
  });

  it('is told without a key what everybody is told in its language, on any page, and nothing is stored', async () => {
    const { ask } = scenario;
    const before = await scenario.rows();
    const nobody = (fields: object, headers: Record<string, string> = { origin: 'https://anywhere.example' }): Ask => ({
      method: 'POST',
      url: '/v1/embed/hello',
      headers: { 'accept-language': 'de-AT,de;q=0.9', ...headers },
      body: fields,
    });
    const answer = await expectStatus(ask(nobody({ locale: 'ar-EG' })), 200);
    expect(answer.body).toEqual({
      ui: {
        texts: { open: 'فتح', close: 'إغلاق', unavailable: 'غير متاح حاليًا.', retry: 'إعادة المحاولة' },
        lang: 'ar',
        dir: 'rtl',
      },
    });
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://anywhere.example',
      'cache-control': 'no-store',
    });
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    const browsers = (await expectStatus(ask(nobody({})), 200)).body;
    expect(browsers.ui).toMatchObject({ lang: 'de', dir: 'ltr', texts: { close: 'Schließen' } });
    expect((await expectStatus(ask(nobody({ locale: 'nl' }, {})), 200)).body.ui.texts).toEqual(inEnglish);
    expect(await scenario.rows()).toBe(before);
    await expectRefusal(scenario, () => ask(nobody({ workspaceId })), {
      status: 403,
      code: 'permission_denied',
      reason: 'workspace_assertion_failed',
    });
    await expectRefusal(
      scenario,
      () => ask(nobody({ locale: 'de' }, { origin, authorization: `Bearer ${scenario.owner.key}` })),
      { status: 401, code: 'mixed_auth', reason: 'with authorization' },
    );
  });

  it('is refused on a page that is not listed, which can read why, and admitted as soon as it is listed (R10, R28, H48)', async () => {
    const { owner, ask } = scenario;
    const surface = await owner.surface(workspaceId, { allowedOrigins: ['other.example'] });
    const answer = await expectRefusal(scenario, () => ask(hello(surface)), {
      status: 403,
      code: 'origin_not_allowed',
      reason: 'origin_not_listed',
      workspaceId,
      credentialId: surface.clientTokenId,
    });
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect(answer.body.error).toContain(origin);
    await change(owner, `/v1/surfaces/${surface.id}`, { allowedOrigins: ['other.example', 'shop.example'] });
    await expectStatus(ask(hello(surface)), 200);
    await change(owner, `/v1/surfaces/${surface.id}`, { allowedOrigins: ['other.example'] });
    await expectStatus(ask(hello(surface)), 403);
  });

  it('is refused from the next request on when its client token is rotated or its workspace disabled (R32)', async () => {
    const { owner, ask } = scenario;
    const { id } = await owner.workspace();
    const surface = await owner.surface(id);
    await expectStatus(ask(hello(surface)), 200);
    const rotated = await expectStatus(
      owner.ask({ method: 'POST', url: `/v1/surfaces/${surface.id}/rotate-token` }),
      200,
    );
    await expectRefusal(scenario, () => ask(hello(surface)), {
      status: 401,
      code: 'invalid_token',
      reason: 'revoked',
      workspaceId: id,
      credentialId: surface.clientTokenId,
    });
    await expectStatus(ask(hello(rotated.body)), 200);
    await change(owner, `/v1/workspaces/${id}`, { status: 'disabled' });
    await expectRefusal(scenario, () => ask(hello(rotated.body)), {
      status: 403,
      code: 'workspace_disabled',
      reason: 'workspace_disabled',
      workspaceId: id,
      credentialId: rotated.body.clientTokenId,
    });
  });
});

describeAppOnce('what is refused of those who say hello', (open) => {
  let scenario: Scenario;
  let workspaceId: string;
  let surface: Surface;
  let ofSurface: { workspaceId: string; credentialId: string };
  beforeAll(async () => {
    scenario = await open();
    workspaceId = (await scenario.owner.workspace()).id;
    surface = await scenario.owner.surface(workspaceId);
    ofSurface = { workspaceId, credentialId: surface.clientTokenId };
  });

  it.each([
    ['no origin', undefined],
    ['the origin null', 'null'],
    ['a subdomain of its own', 'https://www.shop.example'],
    ['a trailing dot', 'https://shop.example.'],
    ['our own origin', 'https://apps.example.test'],
  ])('a page with %s (H12, H48)', async (_, from) => {
    await expectRefusal(
      scenario,
      () => scenario.ask({ ...hello(surface, origin), headers: from === undefined ? {} : { origin: from } }),
      {
        status: 403,
        code: 'origin_not_allowed',
        reason: 'origin_not_listed',
        ...ofSurface,
      },
    );
  });

  it('another kind of credential in place of the key, which is told so by its form alone', async () => {
    const { owner, ask } = scenario;
    const { token } = await owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
    for (const [key, reason] of [
      [token, 'wrong_class: embed_token'],
      [owner.key, 'wrong_class: owner_key'],
      [`${surface.clientToken.slice(0, -1)}!`, 'malformed'],
      ['', 'malformed'],
    ] as const) {
      await expectRefusal(scenario, () => ask(hello({ clientToken: key })), {
        status: 401,
        code: 'invalid_token',
        reason,
      });
    }
  });

  it.each(['authorization', 'x-api-key', 'x-microapp-embed-token', 'x-embed-token'])(
    'a further credential beside the key, in %s',
    async (header) => {
      const { token } = await scenario.owner.embedToken(workspaceId, { allowedOrigins: ['shop.example'] });
      const asked = hello(surface);
      await expectRefusal(scenario, () => scenario.ask({ ...asked, headers: { ...asked.headers, [header]: token } }), {
        status: 401,
        code: 'mixed_auth',
        reason: `with ${header}`,
      });
    },
  );

  it('a body with a key that is empty, none, or too long, of another type, or too large', async () => {
    const headers = { origin };
    const ask = (fields: Partial<Ask>): Promise<Answer> =>
      scenario.ask({ method: 'POST', url: '/v1/embed/hello', headers, ...fields });
    const before = await scenario.rows();
    const statuses = [
      await ask({ body: { key: '' } }),
      await ask({ body: { key: null } }),
      await ask({ body: { key: 7 } }),
      await ask({ body: [] }),
      await ask({ body: { key: 'x'.repeat(201) } }),
      await ask({ text: 'key', headers: { origin, 'content-type': 'text/plain' } }),
      await ask({ body: { key: surface.clientToken, more: 'x'.repeat(70_000) } }),
      await ask({ body: { locale: 'x'.repeat(70_000) } }),
      await ask({ method: 'GET' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([401, 400, 400, 400, 400, 415, 413, 413, 405]);
    expect(await scenario.rows()).toBe(before);
  });

  it('an assertion of another workspace, as if there were none such', async () => {
    const { ask, owner } = scenario;
    const foreign = await expectRefusal(
      scenario,
      () => ask(hello(surface, origin, { workspaceId: owner.workspaceId })),
      { status: 403, code: 'permission_denied', reason: 'workspace_assertion_failed', ...ofSurface },
    );
    const nobodys = await ask(hello(surface, origin, { workspaceId: 'ws_nobody' }));
    expect(outwardly(nobodys)).toEqual(outwardly(foreign));
    await expectStatus(ask(hello(surface, origin, { workspaceId })), 200);
  });

  describe('for its number', () => {
    it('of one address and of one key, without using up anything of minting', async () => {
      const limited = await open({ settings: { MINTS_PER_ADDRESS_PER_MINUTE: '2' } });
      const { ask, owner } = limited;
      const { id } = await owner.workspace();
      const mine = await owner.surface(id, { limits: { mintsPerMinute: 3 } });
      const from = (address: string): Ask => ({ ...hello(mine), address });
      for (let n = 0; n < 20; n++) await expectStatus(ask(from('198.51.100.1')), 200);
      const answer = await expectRefusal(limited, () => ask(from('198.51.100.1')), {
        status: 429,
        code: 'rate_limited',
        reason: 'hellos_of_address',
      });
      expect(answer.headers['retry-after']).toBe('60');
      const nobody: Ask = { method: 'POST', url: '/v1/embed/hello', body: {}, address: '198.51.100.1' };
      await expectRefusal(limited, () => ask(nobody), {
        status: 429,
        code: 'rate_limited',
        reason: 'hellos_of_address',
      });
      for (let n = 0; n < 10; n++) await expectStatus(ask(from('198.51.100.2')), 200);
      await expectRefusal(limited, () => ask(from('198.51.100.3')), {
        status: 429,
        code: 'rate_limited',
        reason: 'hellos_of_credential',
        workspaceId: id,
        credentialId: mine.clientTokenId,
      });
      await expectStatus(ask({ ...sessionRequest(mine, origin), address: '198.51.100.1' }), 201);
      limited.clock.advance(60_000);
      await expectStatus(ask(from('198.51.100.1')), 200);
    });

    it('of guesses, counted together with those at the session endpoint', async () => {
      const limited = await open({ settings: { FAILURES_PER_ADDRESS_PER_MINUTE: '1' } });
      const { ask, owner } = limited;
      const mine = await owner.surface((await owner.workspace()).id);
      await expectStatus(owner.ask({ method: 'POST', url: `/v1/surfaces/${mine.id}/rotate-token` }), 200);
      const address = '198.51.100.4';
      await expectStatus(ask({ ...hello(mine), address }), 401);
      for (const asked of [hello(mine), sessionRequest(mine, origin)]) {
        await expectRefusal(limited, () => ask({ ...asked, address }), {
          status: 429,
          code: 'rate_limited',
          reason: 'failures_of_address',
        });
      }
    });
  });
});

/** The client token was used: that is all that a hello leaves on it. */
function withoutStamps(rows: string): string {
  return rows.replace(/"last_used_at": (null|"[^"]*")/g, '');
}
