import { beforeAll, describe, expect, it } from 'vitest';
import {
  describeApp,
  describeAppOnce,
  expectStatus,
  ownUrl,
  type Answer,
  type Scenario,
} from '../../testing/scenario.ts';

/** The sources of an answer's frame-ancestors. */
function ancestorsOf(answer: Answer): string {
  return /frame-ancestors ([^;]*)/.exec(answer.headers['content-security-policy'] ?? '')?.[1] ?? '(none given)';
}

/** What every list is preceded by: our own pages may preview. */
const own = `'self' ${ownUrl}`;

describeApp('who may show a frame', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it("is, at a surface's address, the surface's list, as it is now (M22, K24, R9)", async () => {
    const { owner, ask } = scenario;
    const surface = await owner.surface(owner.workspaceId, {
      environment: 'development',
      allowedOrigins: ['shop.example', '*.shop.example', 'localhost:3000', 'https://exact.example'],
    });
    const url = `/embed/surfaces/${surface.id}`;
    expect(ancestorsOf(await expectStatus(ask({ url }), 200))).toBe(
      `${own} http://shop.example:* http://*.shop.example:* http://localhost:3000 https://localhost:3000 https://exact.example`,
    );

    const change = { method: 'PATCH', url: `/v1/surfaces/${surface.id}`, body: { allowedOrigins: [] } } as const;
    await expectStatus(owner.ask(change), 200);
    expect(ancestorsOf(await ask({ url }))).toBe(own);
  });

  it('is the same after the client token was rotated', async () => {
    const { owner, ask } = scenario;
    const surface = await owner.surface(owner.workspaceId);
    await expectStatus(owner.ask({ method: 'POST', url: `/v1/surfaces/${surface.id}/rotate-token` }), 200);
    expect(ancestorsOf(await ask({ url: `/embed/surfaces/${surface.id}` }))).toBe(`${own} http://shop.example:*`);
  });

  it("is, with for=, the named token's own list, or its workspace's when it has none (M22, K24)", async () => {
    const { owner, ask } = scenario;
    const workspace = await owner.workspace({ allowedOrigins: ['customer.example'] });
    const listed = await owner.embedToken(workspace.id, { allowedOrigins: ['page.example:8080'] });
    const unlisted = await owner.embedToken(workspace.id);
    const surface = await owner.surface(workspace.id);
    const ancestors = async (id: string) => ancestorsOf(await ask({ url: `/embed/apps/loan-calculator?for=${id}` }));
    expect(await ancestors(listed.id)).toBe(`${own} http://page.example:8080 https://page.example:8080`);
    expect(await ancestors(unlisted.id)).toBe(`${own} http://customer.example:*`);
    expect(await ancestors(surface.id)).toBe(`${own} http://shop.example:*`);
  });

  it('is nobody for what is unknown, malformed, revoked, expired, deleted, disabled or not for this app, all alike', async () => {
    const { owner, ask, clock } = scenario;
    const workspace = await owner.workspace();
    const revoked = await owner.embedToken(workspace.id);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${revoked.id}` }), 204);
    const expiresAt = new Date(clock.now() + 1000).toISOString();
    const expired = await owner.embedToken(workspace.id, { expiresAt });
    const deleted = await owner.surface(workspace.id);
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/surfaces/${deleted.id}` }), 204);
    const closing = await owner.workspace();
    const disabled = await owner.surface(closing.id);
    const disable = { method: 'PATCH', url: `/v1/workspaces/${closing.id}`, body: { status: 'disabled' } } as const;
    await expectStatus(owner.ask(disable), 200);
    const other = await owner.embedToken(workspace.id);
    await owner.tool('other-tool');
    clock.advance(1000);

    const pages = await Promise.all(
      [
        '/embed/surfaces/srf_0000000000000000000000',
        '/embed/surfaces/srf_%22%3E%3Cscript%3E',
        `/embed/surfaces/${other.id}`,
        `/embed/surfaces/${deleted.id}`,
        `/embed/surfaces/${disabled.id}`,
        '/embed/apps/loan-calculator?for=etok_0000000000000000000000',
        '/embed/apps/loan-calculator?for=',
        `/embed/apps/loan-calculator?for=${other.id}&for=${other.id}`,
        `/embed/apps/loan-calculator?for=${revoked.id}`,
        `/embed/apps/loan-calculator?for=${expired.id}`,
        `/embed/apps/other-tool?for=${other.id}`,
        '/embed/apps/Loan_Calculator',
        '/embed/surfaces',
        '/embed/assets',
      ].map((url) => ask({ url })),
    );
    const texts = pages.map(({ text, headers }) => text.replaceAll(headers['x-request-id'] ?? '(none)', '…'));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('This widget is not available');
    expect(pages.map(ancestorsOf)).toEqual(pages.map(() => "'none'"));
    expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 404));
  });
});

describeAppOnce('a frame document', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it.each(['/embed/apps/loan-calculator', '/embed/tools/loan-calculator', '/embed/loan-calculator'])(
    'at %s is a shell that any page may show, with nothing in it that runs but its one script',
    async (url) => {
      const { headers, text } = await expectStatus(scenario.ask({ url }), 200);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'self'; style-src 'self'; " +
          "connect-src 'self'; font-src 'self'; img-src 'self' data: blob:; " +
          `frame-ancestors ${own} http: https:`,
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'cross-origin',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      expect(headers['x-frame-options']).toBeUndefined();
      expect(text).toContain('<div id="microapp-frame" data-slug="loan-calculator"></div>');
      expect(text).toContain('<link rel="stylesheet" href="/embed/assets/tool-test.css">');
      expect(text).toContain('<title>Loan calculator</title>');
      expect(text.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/embed/assets/tool-test.js">']);
      expect(text).not.toMatch(/<style|style=|\son\w+=/);
    },
  );

  it('is the same for an app that does not exist: the shell says nothing about apps', async () => {
    const [live, unknown] = await Promise.all(
      ['loan-calculator', 'no-such-tool'].map((slug) => scenario.ask({ url: `/embed/apps/${slug}` })),
    );
    const renamed = unknown?.text.replace('no-such-tool', 'loan-calculator').replace('No such tool', 'Loan calculator');
    expect(renamed).toBe(live?.text);
  });

  it('names its surface and says nothing else of it', async () => {
    const { owner, ask } = scenario;
    const surface = await owner.surface(owner.workspaceId, { name: 'Secret project' });
    const { text } = await expectStatus(ask({ url: `/embed/surfaces/${surface.id}` }), 200);
    expect(text).toContain(`<div id="microapp-frame" data-surface-id="${surface.id}"></div>`);
    expect(text).not.toContain('Secret project');
    expect(text).not.toContain(surface.clientToken);
  });

  it('is refused when a token stands in its address, under any name (M17, M27)', async () => {
    const { owner, ask } = scenario;
    const { token } = await owner.embedToken(owner.workspaceId);
    const { clientToken, id } = await owner.surface(owner.workspaceId);
    for (const url of [
      `/embed/apps/loan-calculator?token=${token}`,
      `/embed/apps/loan-calculator?for=${token}`,
      `/embed/surfaces/${id}?key=${clientToken}`,
      `/embed/${token}`,
    ]) {
      const { status, body } = await ask({ url });
      expect({ status, code: body.code }).toEqual({ status: 401, code: 'token_in_url' });
    }
  });
});

describeAppOnce('what browsers load', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  describe('the loader', () => {
    it('is one file at all its addresses, and is asked for again after five minutes (H46, H47)', async () => {
      const answers = await Promise.all(
        ['/embed.js', '/microapp-widget.js', '/v1/embed.js'].map((url) => expectStatus(scenario.ask({ url }), 200)),
      );
      expect(answers.map(({ text }) => text)).toEqual(['/* loader */', '/* loader */', '/* loader */']);
      const withElement = await Promise.all(
        ['/embed-element.js', '/v1/embed-element.js'].map((url) => expectStatus(scenario.ask({ url }), 200)),
      );
      expect(withElement.map(({ text }) => text)).toEqual(['/* loader and element */', '/* loader and element */']);
      expect(withElement[0]?.headers['access-control-allow-origin']).toBe('*');
      expect(answers[0]?.headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=300, stale-while-revalidate=86400',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
      });
    });

    it('is not sent again to a browser that has it', async () => {
      const { etag = '' } = (await scenario.ask({ url: '/embed.js' })).headers;
      const again = await scenario.ask({ url: '/embed.js', headers: { 'if-none-match': etag } });
      expect(again).toMatchObject({ status: 304, text: '' });
      expect(again.headers['access-control-allow-origin']).toBe('*');
    });
  });

  describe('an asset', () => {
    it('is kept for ever, for every page to load, compressed', async () => {
      const answer = await scenario.ask({
        url: '/embed/assets/runtime-test.js',
        headers: { 'accept-encoding': 'gzip, br' },
      });
      expect(answer).toMatchObject({
        status: 200,
        text: 'as brotli',
        headers: {
          'cache-control': 'public, max-age=31536000, immutable',
          'content-encoding': 'br',
          'access-control-allow-origin': '*',
          'cross-origin-resource-policy': 'cross-origin',
        },
      });
    });

    it('is the current runtime, not to be kept, when a loader of another release asks for its own (H47)', async () => {
      const answer = await scenario.ask({ url: '/embed/assets/runtime-0lder.js' });
      expect(answer).toMatchObject({ status: 200, text: 'export const runtime = true;' });
      expect(answer.headers['cache-control']).toBe('no-store');
      for (const part of ['diagnosis', 'extras']) {
        const onDemand = await scenario.ask({ url: `/embed/assets/${part}-0lder.js` });
        expect(onDemand).toMatchObject({ status: 200, text: `export const ${part} = true;` });
        expect(onDemand.headers['cache-control']).toBe('no-store');
      }
    });

    it.each(['tool-0lder.js', '..%2f..%2fpackage.json', 'manifest.json', 'runtime-.js', 'toString'])(
      'is not found under the name %s',
      async (name) => {
        const { status, body } = await scenario.ask({ url: `/embed/assets/${name}` });
        expect({ status, code: body?.code }).toEqual({ status: 404, code: 'not_found' });
      },
    );
  });
});
