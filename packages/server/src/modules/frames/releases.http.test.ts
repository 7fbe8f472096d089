import { beforeAll, expect, it } from 'vitest';
import { describeAppOnce, expectStatus, ownUrl, type Scenario } from '../../testing/scenario.ts';

describeAppOnce('a released version of the script', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open();
  });

  it('is kept for ever under its own address, compressed, for every page to load and to measure (H46)', async () => {
    const plain = await expectStatus(scenario.ask({ url: '/embed@9.9.0.js' }), 200);
    expect(plain.text).toBe('/* loader 9.9.0 */');
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'timing-allow-origin': '*',
      vary: 'Accept-Encoding',
    });
    const compressed = await scenario.ask({ url: '/embed@10.0.0.js', headers: { 'accept-encoding': 'br' } });
    expect(compressed).toMatchObject({ text: '10.0.0 as brotli', headers: { 'content-encoding': 'br' } });
    const element = await expectStatus(scenario.ask({ url: '/embed-element@10.0.0.js' }), 200);
    expect(element).toMatchObject({
      text: '/* element 10.0.0 */',
      headers: { 'cache-control': 'public, max-age=31536000, immutable' },
    });
    const again = { url: '/embed@9.9.0.js', headers: { 'if-none-match': plain.headers['etag'] ?? '' } };
    expect(await scenario.ask(again)).toMatchObject({ status: 304, text: '' });
  });

  it.each([
    '/embed@9.9.1.js',
    '/embed@9.9.0',
    '/embed@',
    '/embed@9.9.js',
    '/embed@latest.js',
    '/embed@..%2f10.0.0.js',
    '/embed-element@9.9.0.js',
  ])('is never another one in its place: %s is not found', async (url) => {
    const { status, body, headers } = await scenario.ask({ url });
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'not_found' });
    expect(headers['cache-control']).toBe('no-store');
  });

  it('is listed with its SRI value for whoever writes the tag, the latest first, to everybody (H46)', async () => {
    const { body } = await expectStatus(scenario.ask({ url: '/v1/embed/releases' }), 200);
    const release = (version: string) => ({
      version,
      url: `${ownUrl}/embed@${version}.js`,
      integrity: `sha384-of-${version}`,
      runtimeUrl: `${ownUrl}/embed/assets/runtime-test.js`,
      runtimeIntegrity: 'sha384-of-runtime',
    });
    expect(body.data).toEqual([
      {
        ...release('10.0.0'),
        elementUrl: `${ownUrl}/embed-element@10.0.0.js`,
        elementIntegrity: 'sha384-of-element-10.0.0',
        onDemand: [{ url: `${ownUrl}/embed/assets/extras-test.js`, integrity: 'sha384-of-extras' }],
      },
      { ...release('9.9.0'), onDemand: [] },
    ]);
    const list = await expectStatus(scenario.ask({ url: '/embed/integrity.json' }), 200);
    expect(list.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'public, max-age=300, stale-while-revalidate=86400',
    });
    expect(list.body).toEqual({
      '/embed@10.0.0.js': 'sha384-of-10.0.0',
      '/embed-element@10.0.0.js': 'sha384-of-element-10.0.0',
      '/embed/assets/extras-test.js': 'sha384-of-extras',
      '/embed@9.9.0.js': 'sha384-of-9.9.0',
      '/embed/assets/runtime-test.js': 'sha384-of-runtime',
    });
  });

  it('and the protocol that it speaks are described at an address of their own', async () => {
    const { body, headers } = await expectStatus(scenario.ask({ url: '/embed/protocol.schema.json' }), 200);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(body.$id).toBe(`${ownUrl}/embed/protocol.schema.json`);
    expect(Object.keys(body.$defs)).toEqual(['ready', 'init', 'frameToHost', 'hostToFrame']);
  });
});
