import { createServer } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemRandom } from '../../platform/random.ts';
import { describeApp, describeAppOnce, type Scenario } from '../../testing/scenario.ts';
import { readWebhookSecret } from '../webhook-secret/index.ts';
import { furnishDemo, type Furniture } from './furnish.ts';
import { buildDemoSite } from './site.ts';
import { startDemo } from './start.ts';

const host = 'localhost:4402';
const origin = `http://${host}`;

function depsOf({ database, clock, deps }: Scenario) {
  return { db: database.db, clock, random: systemRandom, envelope: deps.envelope };
}

function secretOf({ deps }: Scenario) {
  return (ownerId: string) => readWebhookSecret(deps, ownerId);
}

async function furnished(scenario: Scenario): Promise<Furniture> {
  const furniture = await furnishDemo(depsOf(scenario), { host, mayCreate: true });
  if (furniture === undefined) throw new Error('the demo was not furnished');
  return furniture;
}

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
    expect(await furnishDemo(depsOf(scenario), { host, mayCreate: false })).toBeUndefined();
    expect(await scenario.rows()).toBe(before);
  });

  it('has a surface and a token that work on its own page and on no other', async () => {
    const { embedToken, clientToken, toolSlug } = await furnished(scenario);
    const run = (from: string) => scenario.run(toolSlug, embedToken.reveal(), undefined, { origin: from });
    expect((await openSession(scenario, origin, clientToken)).status).toBe(201);
    expect((await run(origin)).status).toBe(200);
    for (const elsewhere of ['http://localhost:4403', 'https://evil.example']) {
      expect((await openSession(scenario, elsewhere, clientToken)).body.code).toBe('origin_not_allowed');
      expect((await run(elsewhere)).body.code).toBe('origin_not_allowed');
    }
  });

  it('has a fresh token after each start: the one before is refused, and none piles up', async () => {
    const { owner, run, database } = scenario;
    const count = async () =>
      (await database.admin.query('select id from embed_tokens where owner_id = $1', [owner.id])).length;
    const first = await furnished(scenario);
    const countBefore = await count();
    const second = await furnishDemo(depsOf(scenario), { host, mayCreate: false });
    expect(second?.clientToken).toBe(first.clientToken);
    expect((await run(first.toolSlug, first.embedToken.reveal())).body.code).toBe('invalid_token');
    expect((await run(first.toolSlug, second?.embedToken.reveal() ?? '')).status).toBe(200);
    expect(await count()).toBe(countBefore);
  });

  it('follows its page to another port', async () => {
    await furnished(scenario);
    const moved = await furnishDemo(depsOf(scenario), { host: 'localhost:4499', mayCreate: false });
    expect((await openSession(scenario, 'http://localhost:4499', moved?.clientToken ?? '')).status).toBe(201);
    expect((await openSession(scenario, origin, moved?.clientToken ?? '')).body.code).toBe('origin_not_allowed');
  });
});

describeAppOnce("the demo's site", (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  async function site() {
    const furniture = await furnished(scenario);
    return { furniture, site: await buildDemoSite('https://apps.example.test', furniture, secretOf(scenario)) };
  }

  it('has the embed token in none of its files, and the one-line script tag in its page (H60, K22)', async () => {
    const { site: demo, furniture } = await site();
    for (const url of ['/', '/hand-written.html', '/style.css', '/inline-embed.js', '/hand-written-host.js']) {
      const { statusCode, body, headers } = await demo.inject({ url });
      expect(statusCode).toBe(200);
      expect(body).not.toContain(furniture.embedToken.reveal());
      expect(body).not.toContain('{{');
      expect(headers['content-security-policy']).not.toContain('unsafe');
    }
    const tag = `<script src="https://apps.example.test/embed.js" data-embed-key="${furniture.clientToken}" async></script>`;
    expect((await demo.inject({ url: '/' })).body).toContain(tag);
  });

  it('gives its embed token to its own pages only', async () => {
    const { site: demo, furniture } = await site();
    const ask = (fetchSite?: string) =>
      demo.inject({ url: '/embed-token', headers: fetchSite === undefined ? {} : { 'sec-fetch-site': fetchSite } });
    const own = await ask('same-origin');
    expect(own.json()).toMatchObject({ mtok: furniture.embedToken.reveal(), toolSlug: 'loan-calculator' });
    expect(own.headers['cache-control']).toBe('no-store');
    for (const from of ['cross-site', 'same-site', 'none', undefined]) {
      const answer = await ask(from);
      expect(answer.statusCode).toBe(403);
      expect(answer.body).not.toContain(furniture.embedToken.reveal());
    }
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
      expect(await startDemo({ ...depsOf(scenario), log }, place, { mayCreate: true })).toBeUndefined();
      expect(warnings).toEqual([expect.stringContaining('DEMO_PORT')]);
      await new Promise((resolve) => taken.close(resolve));
    });
  });
});
