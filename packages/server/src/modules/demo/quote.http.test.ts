import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takePort } from '../../testing/server-process.ts';
import { describeApp, describeAppOnce, expectStatus, type Scenario } from '../../testing/scenario.ts';
import { readWebhookSecret, webhookHeaders } from '../webhook-secret/index.ts';
import { startDemo, type Demo } from './start.ts';
import { demoDeps, furnish, openSite } from './testing/demo-of.ts';

const slug = 'shipping-quote';
const inputs = { destination: 'US', weightKilograms: 2.5 };

describeApp('the example with an endpoint', (open) => {
  let scenario: Scenario;
  let demo: Demo;

  beforeAll(async () => {
    scenario = await open();
    // The endpoint goes by the real time.
    scenario.clock.setNow(Date.now());
    const { port, release } = await takePort();
    await release();
    const place = { host: '127.0.0.1', port, embedUrl: 'http://127.0.0.1:4400' };
    const started = await startDemo(demoDeps(scenario), place, { mayCreate: true });
    if (started === undefined) throw new Error('the demo did not start');
    demo = started;
  });
  afterAll(() => demo.close());

  async function run() {
    const { owner } = scenario;
    const { token } = await owner.embedToken(owner.workspaceId, { apps: [slug] });
    return scenario.run(slug, token, inputs);
  }

  it('answers what the demo’s endpoint says, in order, once that one may be reached and not before', async () => {
    expect((await run()).body.code).toBe('tool_error');
    scenario.app.allowOutbound(demo.host);
    const { body } = await expectStatus(run(), 200);
    expect(body.output).toEqual({
      currency: 'EUR',
      cheapest: 'Economy',
      fastest: 'Express',
      services: [
        { service: 'Economy', days: 14, price: 36.5 },
        { service: 'Standard', days: 8, price: 52.1 },
        { service: 'Express', days: 3, price: 82.4 },
      ],
    });
  });

  it('goes on after the secret has been rotated', async () => {
    scenario.app.allowOutbound(demo.host);
    await expectStatus(scenario.owner.ask({ method: 'POST', url: '/v1/webhook-secret/rotate' }), 200);
    await expectStatus(run(), 200);
  });

  it('reaches nothing else on this machine', async () => {
    scenario.app.allowOutbound(demo.host);
    const { port } = new URL(demo.url);
    const { owner, clock } = scenario;
    for (const url of [`http://127.0.0.1:${port}/quote`, 'http://localhost:1/quote']) {
      clock.advance(1);
      const { slug: other } = await owner.tool(`not-the-demo-${new URL(url).hostname.replaceAll('.', '-')}`, {
        inputs: { type: 'object' },
        steps: [{ kind: 'http', name: 'call', url }],
      });
      const { token } = await owner.embedToken(owner.workspaceId, { apps: [other] });
      expect((await scenario.run(other, token, {})).body.code).toBe('tool_error');
      const runs = await owner.ask({ url: '/v1/runs?limit=1' });
      expect(runs.body.data[0].errorDetail).toContain('OUTBOUND_ALLOW');
    }
  });
});

describeAppOnce('the example', (open) => {
  const at = (port: number) => ({ host: `localhost:${port}`, mayCreate: true });

  async function endpointOf({ owner }: Scenario): Promise<string | undefined> {
    const { body } = await owner.ask({ url: `/v1/apps/${slug}` });
    return body.status === 'live' ? body.spec.steps[0].url : undefined;
  }

  it('is not there without the demo', async () => {
    const scenario = await open();
    await furnish(scenario, { host: 'localhost:4402', mayCreate: false });
    expect((await scenario.owner.ask({ url: `/v1/apps/${slug}` })).status).toBe(404);
  });

  it('follows the demo to another port, as a version of its own', async () => {
    const scenario = await open();
    await furnish(scenario, at(4402));
    expect(await endpointOf(scenario)).toBe('http://localhost:4402/quote');
    await furnish(scenario, { ...at(4499), mayCreate: false });
    expect(await endpointOf(scenario)).toBe('http://localhost:4499/quote');
    const { token } = await scenario.owner.embedToken(scenario.owner.workspaceId, { apps: [slug] });
    expect((await scenario.run(slug, token, inputs)).body.code).toBe('tool_error');
    const before = await scenario.owner.ask({ url: `/v1/apps/${slug}` });
    await furnish(scenario, at(4499));
    expect((await scenario.owner.ask({ url: `/v1/apps/${slug}` })).body).toEqual(before.body);
  });

  it('that its owner changed, took back or deleted stays so', async () => {
    const scenario = await open();
    const { owner } = scenario;
    await furnish(scenario, at(4402));
    const { body: app } = await owner.ask({ url: `/v1/apps/${slug}` });
    const patch = (body: object) => expectStatus(owner.ask({ method: 'PATCH', url: `/v1/apps/${slug}`, body }), 200);
    const own = { ...app.spec, steps: [{ ...app.spec.steps[0], timeoutMs: 1000 }, app.spec.steps[1]] };
    await patch({ spec: own });
    await furnish(scenario, at(4403));
    expect((await owner.ask({ url: `/v1/apps/${slug}` })).body.spec).toEqual(own);
    await patch({ spec: app.spec, status: 'draft' });
    await furnish(scenario, at(4404));
    expect((await owner.ask({ url: `/v1/apps/${slug}` })).body).toMatchObject({ spec: app.spec, status: 'draft' });
    await expectStatus(owner.ask({ method: 'DELETE', url: `/v1/apps/${slug}` }), 204);
    await furnish(scenario, at(4405));
    expect((await owner.ask({ url: `/v1/apps/${slug}` })).status).toBe(404);
  });

  it('is left out where the slug is somebody else’s, and the demo is made all the same', async () => {
    const scenario = await open();
    const other = await scenario.anotherOwner();
    await other.tool(slug);
    expect(await furnish(scenario, at(4402))).toMatchObject({ toolSlug: 'loan-calculator' });
    expect((await scenario.owner.ask({ url: `/v1/apps/${slug}` })).status).toBe(404);
  });
});

describeAppOnce('the demo’s endpoint', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  async function ask(body: string, change: (headers: Record<string, string>) => object = (headers) => headers) {
    const { site, furniture } = await openSite(scenario);
    const signed = webhookHeaders(await readWebhookSecret(scenario.deps, furniture.ownerId), {
      id: 'run_1_rates',
      sentAt: new Date(),
      body,
    });
    const headers = { 'content-type': 'application/json', ...change(signed) };
    const answer = await site.inject({ method: 'POST', url: '/quote', headers, payload: body });
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
  }

  const body = JSON.stringify(inputs);

  it('answers who signed the very body', async () => {
    expect(await ask(body)).toMatchObject({ status: 200, body: { currency: 'EUR' } });
  });

  describe('refuses', () => {
    it.each<[string, (headers: Record<string, string>) => object]>([
      ['no signature', () => ({})],
      [
        'half of one',
        (headers) => ({ 'webhook-id': headers['webhook-id'], 'webhook-timestamp': headers['webhook-timestamp'] }),
      ],
      ['another signature', (headers) => ({ ...headers, 'webhook-signature': 'v1,AAAA' })],
      ['another message', (headers) => ({ ...headers, 'webhook-id': 'run_2_rates' })],
      ['an old message', (headers) => ({ ...headers, 'webhook-timestamp': '1700000000' })],
    ])('%s', async (_, change) => {
      expect(await ask(body, change)).toEqual({ status: 401, body: { error: 'Not signed by us.' } });
    });

    it.each(['{', '[]', '{"destination":"XX","weightKilograms":1}', '{"destination":"FR","weightKilograms":71}', '{}'])(
      'a parcel such as %s',
      async (text) => {
        expect((await ask(text)).status).toBe(422);
      },
    );

    it('what is too large, or no JSON', async () => {
      expect((await ask(`"${'x'.repeat(2000)}"`)).status).toBe(413);
      expect((await ask(body, (headers) => ({ ...headers, 'content-type': 'text/plain' }))).status).toBe(415);
    });
  });
});
