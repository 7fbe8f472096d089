import { createServer } from 'node:net';
import { credentialClassOf, credentialForms, findCredentials } from '@microapp/contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeApp, describeAppOnce, type Scenario } from '../../testing/scenario.ts';
import { demoPages } from './pages.ts';
import { startDemo } from './start.ts';
import { demoDeps, demoHost, furnish, furnished, openSite, refusedOrigin } from './testing/demo-of.ts';

const origin = `http://${demoHost}`;

function openSession({ ask }: Scenario, from: string, key: string) {
  return ask({ method: 'POST', url: '/v1/embed/sessions', headers: { origin: from }, body: { key } });
}

describeApp('the demo', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('is not made on an installation that has none, unless it may be', async () => {
    const before = await scenario.rows();
    expect(await furnish(scenario, { mayCreate: false })).toBeUndefined();
    expect(await scenario.rows()).toBe(before);
  });

  it('has surfaces and a token that work on its own pages and on no other (R2)', async () => {
    const { embedToken, clientTokens, toolSlug } = await furnished(scenario);
    const run = (from: string) => scenario.run(toolSlug, embedToken.reveal(), undefined, { origin: from });
    expect((await run(origin)).status).toBe(200);
    const keys = Object.values(clientTokens);
    expect(keys).toHaveLength(3);
    for (const key of keys) expect((await openSession(scenario, origin, key)).status).toBe(201);
    for (const elsewhere of ['http://localhost:4403', 'https://evil.example', refusedOrigin]) {
      for (const key of keys) {
        expect((await openSession(scenario, elsewhere, key)).body.code).toBe('origin_not_allowed');
      }
      expect((await run(elsewhere)).body.code).toBe('origin_not_allowed');
    }
  });

  it('has fresh tokens after each start: those before are refused, and none piles up', async () => {
    const { owner, run, database } = scenario;
    const count = async () =>
      (await database.admin.query('select id from embed_tokens where owner_id = $1', [owner.id])).length;
    const first = await furnished(scenario);
    const countBefore = await count();
    const second = await furnished(scenario);
    expect(second.clientTokens).toEqual(first.clientTokens);
    for (const which of ['embedToken', 'serverToken'] as const) {
      expect((await run(first.toolSlug, first[which].reveal())).body.code).toBe('invalid_token');
      expect((await run(first.toolSlug, second[which].reveal())).status).toBe(200);
    }
    expect(await count()).toBe(countBefore);
  });

  it('follows its page to another port', async () => {
    await furnished(scenario);
    const moved = await furnish(scenario, { host: 'localhost:4499', mayCreate: false });
    const key = moved?.clientTokens.home ?? '';
    expect((await openSession(scenario, 'http://localhost:4499', key)).status).toBe(201);
    expect((await openSession(scenario, origin, key)).body.code).toBe('origin_not_allowed');
  });
});

describeAppOnce("the demo's site", (open) => {
  let scenario: Scenario;
  let demo: Awaited<ReturnType<typeof openSite>>;
  beforeAll(async () => {
    scenario = await open();
    demo = await openSite(scenario);
  });

  it('has no credential but client tokens in any of its pages and files, and none in an address (H60, M34)', async () => {
    const { ask, furniture } = demo;
    const places = { microapp: 'https://apps.example', clientTokens: furniture.clientTokens };
    const paths = demoPages(places).map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(7);
    const texts: string[] = [];
    for (const url of [
      ...paths,
      ...['houses', 'by-hand', 'copied-url', 'refused', 'finance'].map((name) => `/${name}.js`),
    ]) {
      const { status, text, headers } = await ask({ url });
      expect([url, status]).toEqual([url, 200]);
      expect(text).not.toContain('{{');
      expect(headers['content-security-policy']).not.toContain('unsafe');
      texts.push(text);
    }
    const all = texts.join('\n');
    expect(new Set(findCredentials(all).map(credentialClassOf))).toEqual(new Set(['client_token']));
    // One signed by the server is no opaque token, and would not be found by its form.
    expect(all).not.toContain(new URL(furniture.copiedUrl.reveal()).hash.slice(1));
    const inAddresses = new RegExp(`(?:href|src)="[^"]*(?:${Object.values(credentialForms).join('|')})`);
    expect(inAddresses.exec(all)).toBeNull();
  });

  it('has the one-line script tag on its first page, as it is explained there (H6, R6, K22)', async () => {
    const { ask, furniture } = demo;
    const { text } = await ask({ url: '/' });
    const base = scenario.deps.config.embedUrl;
    const tag = `<script src="${base}/embed.js" data-embed-key="${furniture.clientTokens.home}" async></script>`;
    expect(text).toContain(tag);
    expect(text).toContain(
      `<code>${tag.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}</code>`,
    );
  });

  it('locks one page with a nonce that is new each time', async () => {
    const nonces = new Set<string | undefined>();
    for (let n = 0; n < 2; n++) {
      const { text, headers } = await demo.ask({ url: '/documents' });
      const nonce = /'nonce-([^']+)'/.exec(headers['content-security-policy'] ?? '')?.[1];
      expect(text).toContain(`nonce="${nonce}" async></script>`);
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(2);
  });

  describe('whose server', () => {
    const own = { 'sec-fetch-site': 'same-origin' };
    const calls = [
      { url: '/embed-token' },
      { method: 'POST', url: '/copied-url' },
      { method: 'POST', url: '/api/ticket' },
      { method: 'POST', url: '/api/tools/loan-calculator/run', body: { inputs: {} } },
    ] as const;

    it('answers its own pages only: no other page gets a token, a ticket or a result', async () => {
      const { ask, furniture } = demo;
      const before = await scenario.rows();
      for (const call of calls) {
        for (const from of ['cross-site', 'same-site', 'none', undefined]) {
          const { status, text } = await ask({
            ...call,
            headers: from === undefined ? {} : { 'sec-fetch-site': from },
          });
          expect([call.url, from, status]).toEqual([call.url, from, 403]);
          expect(text).not.toContain(furniture.embedToken.reveal());
        }
      }
      expect(await scenario.rows()).toBe(before);
    });

    it('hands the token for frames to its own pages, to be kept nowhere', async () => {
      const { ask, furniture } = demo;
      const { body, headers } = await ask({ url: '/embed-token', headers: own });
      expect(body).toEqual({ mtok: furniture.embedToken.reveal(), toolSlug: 'loan-calculator' });
      expect(headers['cache-control']).toBe('no-store');
    });

    it('keeps its own token, and answers with a ticket for this site that is good once (K29, K49, K65)', async () => {
      const { ask, furniture } = demo;
      const { status, body, text } = await ask({ method: 'POST', url: '/api/ticket', headers: own });
      expect(status).toBe(200);
      expect(Object.keys(body).toSorted()).toEqual(['expiresIn', 'frameUrl', 'ticket']);
      expect(text).not.toContain(furniture.serverToken.reveal());
      const redeem = (parentOrigin: string) =>
        scenario.ask({ method: 'POST', url: '/v1/embed/sessions/redeem', body: { ticket: body.ticket, parentOrigin } });
      expect((await redeem('https://evil.example')).body.code).toBe('origin_not_allowed');
      expect((await redeem(origin)).status).toBe(200);
      expect((await redeem(origin)).body.code).toBe('invalid_token');
    });

    it('runs the tool for who has no token, and passes on the result alone (K29, K65)', async () => {
      const { ask, furniture } = demo;
      const run = (inputs: object, slug = 'loan-calculator') =>
        ask({ method: 'POST', url: `/api/tools/${slug}/run`, headers: own, body: { inputs } });
      const good = await run({ principal: 200_000, annualRatePercent: 6, years: 30 });
      expect(good.body).toEqual({ output: expect.objectContaining({ payment: 1199.1 }) });
      expect(good.text).not.toContain(furniture.serverToken.reveal());
      const bad = await run({ principal: -1, annualRatePercent: 6, years: 30 });
      expect([bad.status, Object.keys(bad.body)]).toEqual([400, expect.arrayContaining(['error'])]);
      expect((await run({}, 'csv-column-statistics')).status).toBe(404);
      expect((await run({ principal: 'x'.repeat(20_000) })).status).toBe(413);
    });

    it('refuses what is no request for a run', async () => {
      const before = await scenario.rows();
      for (const body of [[], {}, { inputs: [] }, { inputs: {}, token: 'mtok_1' }]) {
        const answer = await demo.ask({ method: 'POST', url: '/api/tools/loan-calculator/run', headers: own, body });
        expect([body, answer.status]).toEqual([body, 400]);
      }
      expect(await scenario.rows()).toBe(before);
    });

    it('says no more than that it is not available when its token is refused or nobody answers', async () => {
      const refusing = async () =>
        new Response('{"error":"This credential is not valid.","code":"invalid_token"}', { status: 401 });
      const silent = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:4400'));
      const babbling = async () => new Response('<html>', { status: 200 });
      for (const fetch of [refusing, silent, babbling]) {
        const { ask } = await openSite(scenario, { fetch });
        for (const call of calls.slice(2)) {
          const { status, body } = await ask({ ...call, headers: own });
          expect([status, body]).toEqual([502, { error: expect.stringContaining('not available right now') }]);
        }
      }
    });
  });

  describe('that finds its port taken', () => {
    it('is said in the log, and is not there', async () => {
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, 'localhost', resolve));
      const address = taken.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const warnings: string[] = [];
      const log = { warn: (_: object, sentence: string) => void warnings.push(sentence) };
      const place = { host: '127.0.0.1', port, embedUrl: 'http://127.0.0.1:4400' };
      expect(await startDemo({ ...demoDeps(scenario), log }, place, { mayCreate: true })).toBeUndefined();
      expect(warnings).toEqual([expect.stringContaining('DEMO_PORT')]);
      await new Promise((resolve) => taken.close(resolve));
    });
  });
});
