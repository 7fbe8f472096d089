import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp, type App } from '../../app.ts';
import { loadConfig } from '../../config.ts';
import { describeAppOnce, type Scenario } from '../../testing/scenario.ts';

const proxy = '10.0.0.5';
const visitor = '203.0.113.9';

describeAppOnce('the address of a client', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  const apps = new Map<string, App>();
  afterAll(async () => {
    for (const app of apps.values()) await app.close();
  });

  /** The same server with another TRUST_PROXY. */
  async function trusting(trustProxy: string): Promise<App> {
    const known = apps.get(trustProxy);
    if (known !== undefined) return known;
    const loaded = loadConfig({ PUBLIC_URL: scenario.config.publicUrl, TRUST_PROXY: trustProxy });
    if ('problems' in loaded) throw new Error(loaded.problems.join(' '));
    const app = await buildApp({ ...scenario.deps, config: loaded.config });
    apps.set(trustProxy, app);
    return app;
  }

  /** As the access log has it, of a request that came from `peer`. */
  async function addressSeen(
    app: App,
    { peer, headers }: { peer: string; headers: Record<string, string> },
  ): Promise<unknown> {
    const answer = await app.server.inject({ url: '/v1/me', remoteAddress: peer, headers });
    await app.flush();
    return (await scenario.accessLog(String(answer.headers['x-request-id'])))[0]?.['address'];
  }

  describe('from a peer that is trusted', () => {
    it.each([
      ['one address', visitor, visitor],
      ['what a stranger wrote, and what the proxy added', `198.51.100.1, ${visitor}`, visitor],
      ['a trusted address to the left', `10.0.0.7, ${visitor}`, visitor],
      ['trusted proxies in between', `198.51.100.1, ${visitor}, 10.0.0.7, 10.0.0.8`, visitor],
      ['trusted proxies alone', '10.0.0.7, 10.0.0.8', '10.0.0.7'],
      ['an IPv6 address', `${visitor}, 2001:db8::9`, '2001:db8::9'],
      ['an address mapped into IPv6', `198.51.100.1, ::ffff:${visitor}`, `::ffff:${visitor}`],
      ['no address', 'somebody', proxy],
      ['no address at the right', `${visitor}, somebody`, proxy],
      ['an address with a port', `${visitor}:4711`, proxy],
      ['nothing', '', proxy],
      ['commas', ',,,', proxy],
      ['a script', '<script>', proxy],
    ])('with %s, it is the right-most that is not trusted, or the peer', async (_, forwarded, seen) => {
      const app = await trusting('10.0.0.0/8');
      expect(await addressSeen(app, { peer: proxy, headers: { 'x-forwarded-for': forwarded } })).toBe(seen);
    });

    it('a trusted IPv4 proxy is one on an IPv6 socket, too', async () => {
      const app = await trusting(proxy);
      const asked = { peer: `::ffff:${proxy}`, headers: { 'x-forwarded-for': visitor } };
      expect(await addressSeen(app, asked)).toBe(visitor);
    });

    it.each(['x-real-ip', 'forwarded', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip'])(
      'no other header counts: %s',
      async (name) => {
        const app = await trusting('10.0.0.0/8');
        const value = name === 'forwarded' ? `for=${visitor}` : visitor;
        expect(await addressSeen(app, { peer: proxy, headers: { [name]: value } })).toBe(proxy);
      },
    );
  });

  it.each([
    ['nobody is trusted', '', proxy],
    ['another one is', '10.0.0.6', proxy],
    ['a network beside is', '10.0.1.0/24', proxy],
    ['an IPv4 network is, and the peer has IPv6', '10.0.0.0/8', '2001:db8::5'],
  ])('is that of the peer, whatever it forwards, when %s', async (_, trusted, peer) => {
    const app = await trusting(trusted);
    expect(await addressSeen(app, { peer, headers: { 'x-forwarded-for': visitor } })).toBe(peer);
  });

  describe('over a real connection from this machine', () => {
    it.each([
      ['which is trusted', '127.0.0.1', visitor],
      ['which is not', '10.0.0.1', '127.0.0.1'],
    ])('%s', async (_, trusted, seen) => {
      const app = await trusting(trusted);
      const base = await app.server.listen({ host: '127.0.0.1', port: 0 });
      const asked = request(`${base}/v1/me`, {
        // Twice, as a stranger and a proxy that adds a header of its own leave it.
        headers: ['host', 'apps.example.test', 'x-forwarded-for', '198.51.100.1', 'x-forwarded-for', visitor],
        agent: false,
      }).end();
      const [answer] = await once(asked, 'response');
      answer.resume();
      // Once it is closed, the line is written.
      await app.close();
      const [line] = await scenario.accessLog(String(answer.headers['x-request-id']));
      expect(line?.['address']).toBe(seen);
    });
  });

  it('no forwarded name or scheme, and no Host, makes an origin ours or listed', async () => {
    const app = await trusting('10.0.0.0/8');
    const { id } = await scenario.owner.workspace();
    const surface = await scenario.owner.surface(id);
    const token = await scenario.owner.embedToken(id, { allowedOrigins: ['shop.example'] });
    const forged = {
      host: 'shop.example',
      'x-forwarded-host': 'evil.test',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': visitor,
    };
    const ask = async (headers: Record<string, string>, payload: object) =>
      (
        await app.server.inject({
          method: 'POST',
          url: '/v1/embed/sessions',
          remoteAddress: proxy,
          headers: { ...forged, ...headers },
          payload,
        })
      ).json();
    const refused = { code: 'origin_not_allowed' };
    expect(await ask({ origin: 'https://evil.test' }, { key: surface.clientToken })).toMatchObject(refused);
    // Were https://evil.test taken for our own, the frame's word for its parent would count.
    const asFrame = { origin: 'https://evil.test', 'x-microapp-embed-token': token.token };
    expect(await ask(asFrame, { parentOrigin: 'https://shop.example' })).toMatchObject(refused);
    expect(await ask({ origin: 'https://shop.example' }, { key: surface.clientToken })).toHaveProperty('ticket');
  });
});
