import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeAppOnce, expectStatus, ownUrl, type Answer, type Scenario } from '../../testing/scenario.ts';
import { readDashboardFiles } from './dashboard-files.ts';

const script = 'export const dashboard = true; // ü';
const manifest = {
  sources: 'abc',
  script: 'main-1a2b.js',
  styles: ['main-3c4d.css'],
  preloads: ['vendor-5e6f.js'],
  assets: ['main-1a2b.js', 'main-3c4d.css', 'vendor-5e6f.js', 'lazy-7a8b.js'],
};
const views =
  '/ /sign-in /join /customers /customers/ws_1/embed-urls /apps /apps/loan /surfaces /surfaces/srf_1 /developers /developers/owner-keys /logs /logs/audit /members'.split(
    ' ',
  );

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'microapp-dashboard-'));
  await build(manifest);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the build of the dashboard leaves. */
async function build(written: unknown): Promise<void> {
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(written));
  for (const name of manifest.assets) {
    const body = Buffer.from(name.endsWith('.css') ? ':root{}' : script);
    await writeFile(join(folder, name), body);
    await writeFile(join(folder, `${name}.br`), brotliCompressSync(body));
    await writeFile(join(folder, `${name}.gz`), gzipSync(body));
  }
}

describeAppOnce('the dashboard', (open) => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await open({ dashboardFiles: await readDashboardFiles(folder) });
  });
  const get = (url: string, headers: Record<string, string> = {}): Promise<Answer> => scenario.ask({ url, headers });

  it('is one document at each of its addresses, and holds nothing of anybody', async () => {
    const documents = await Promise.all(views.map((url) => expectStatus(get(url), 200)));
    const withoutNonce = documents.map(({ text }) => text.replace(/name="style-nonce" content="[^"]+"/, ''));
    expect(new Set(withoutNonce).size).toBe(1);
    const [first] = documents;
    expect(first?.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(first?.text).toContain('<title>Microapp</title>');
    expect(first?.text).toContain('<div id="root"></div>');
    expect(first?.text).toContain('<script type="module" src="/dashboard/assets/main-1a2b.js"></script>');
    expect(first?.text).toContain('<link rel="stylesheet" href="/dashboard/assets/main-3c4d.css">');
    expect(first?.text).toContain('<link rel="modulepreload" href="/dashboard/assets/vendor-5e6f.js">');
    expect(first?.headers['set-cookie']).toBeUndefined();
  });

  it('runs only its own files, can be framed by nobody, and names a nonce that is another in each document', async () => {
    const documents = await Promise.all([get('/'), get('/'), get('/members')]);
    const nonces = documents.map(({ text, headers }) => {
      const [, nonce = ''] = /<meta name="style-nonce" content="([^"]+)">/.exec(text) ?? [];
      expect(headers['content-security-policy']).toBe(
        [
          `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' ${ownUrl} data: blob:`,
          `font-src 'self'; connect-src 'self'; frame-src 'self' ${ownUrl}; base-uri 'none'; form-action 'none'`,
          `frame-ancestors 'none'`,
        ].join('; '),
      );
      expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
      return nonce;
    });
    expect(new Set(nonces).size).toBe(nonces.length);
    expect(documents[0]?.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  it('has files that are kept for ever, compressed as the browser takes them', async () => {
    const plain = await expectStatus(get('/dashboard/assets/main-1a2b.js'), 200);
    expect(plain.text).toBe(script);
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
    const answer = await scenario.server.inject({
      url: '/dashboard/assets/lazy-7a8b.js',
      headers: { 'accept-encoding': 'gzip, br' },
    });
    expect(answer.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(answer.rawPayload).toString()).toBe(script);
    const { etag = '' } = plain.headers;
    expect((await get('/dashboard/assets/main-1a2b.js', { 'if-none-match': etag })).status).toBe(304);
  });

  it.each([
    '/dashboard/assets/manifest.json',
    '/dashboard/assets/%2e%2e%2fmain.ts',
    '/nowhere',
    '/customersx',
    '/overview',
    '/settings',
    '/apps-x',
  ])('has nothing at %s', async (url) => {
    const answer = await get(url);
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it.each(['/portal', '/portal/usage'])(
    'asks no customer for an owner key: %s says that there is no portal',
    async (url) => {
      const page = await expectStatus(get(url), 404);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(page.text).toContain('There is no customer portal here');
      expect(page.text).not.toContain('/dashboard/assets/');
    },
  );

  it('takes nothing but reading', async () => {
    const answer = await scenario.ask({ method: 'POST', url: '/sign-in', body: {} });
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });
});

describeAppOnce('a server whose dashboard was not built', (open) => {
  it('says so to a person, and its API answers', async () => {
    const scenario = await open({ dashboardFiles: await readDashboardFiles(join(folder, 'nowhere')) });
    const page = await expectStatus(scenario.ask({ url: '/members' }), 503);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.text).toContain('npm run build');
    await expectStatus(scenario.owner.ask({ url: '/v1/me' }), 200);
  });
});

describe('the files of a dashboard', () => {
  it.each<[string, Record<string, unknown>]>([
    ['lists a file that is not there', { assets: [...manifest.assets, 'gone.js'] }],
    ['names a script that it does not list', { script: 'other.js' }],
    ['names a file outside', { assets: ['../main.js'] }],
    ['has a name that is markup', { styles: ['"><script>.css'] }],
    ['has no script', { script: undefined }],
  ])('are not read by a manifest that %s', async (_, fields) => {
    await build({ ...manifest, ...fields });
    await expect(readDashboardFiles(folder)).rejects.toThrow(/./);
    await build(manifest);
  });
});

describeAppOnce('two hosts', (open) => {
  const embedUrl = 'https://frames.example.test';
  const hosts = { public: new URL(ownUrl).host, embed: new URL(embedUrl).host };
  let scenario: Scenario;
  let surface: { id: string; clientToken: string };
  beforeAll(async () => {
    scenario = await open({ settings: { EMBED_URL: embedUrl }, host: hosts.public });
    surface = await scenario.owner.surface(scenario.owner.workspaceId);
  });

  const at = (host: string, url: string): Promise<Answer> => scenario.ask({ url, headers: { host } });

  it.each(['/', '/sign-in', '/dashboard/assets/main-test.js', '/v1/sign-in', '/v1/me', '/v1/owner-keys'])(
    'share the work: %s is the dashboard’s, and not there where frames are',
    async (url) => {
      expect((await at(hosts.public, url)).status).not.toBe(404);
      const elsewhere = await at(hosts.embed, url);
      expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'not_found']);
      expect((await at('evil.example', url)).status).toBe(404);
    },
  );

  it('share the work: frames and the embed API are not there where the dashboard is', async () => {
    const urls = ['/embed.js', '/embed/assets/tool-test.js', `/embed/surfaces/${surface.id}`, '/v1/embed/me'];
    for (const url of urls) {
      expect((await at(hosts.embed, url)).status, url).not.toBe(404);
      expect((await at(hosts.public, url)).status, url).toBe(404);
    }
    const open = (host: string): Promise<Answer> =>
      scenario.ask({
        method: 'POST',
        url: '/v1/embed/sessions',
        headers: { host, origin: 'https://shop.example' },
        body: { key: surface.clientToken },
      });
    expect((await open(hosts.public)).status).toBe(404);
    await expectStatus(open(hosts.embed), 201);
  });

  it('share the work: neither a good key nor a cookie does anything at the host of frames', async () => {
    const before = await scenario.rows();
    const { key } = scenario.owner;
    for (const asked of [
      { method: 'POST', url: '/v1/workspaces', body: { name: 'x' }, headers: { authorization: `Bearer ${key}` } },
      { method: 'POST', url: '/v1/dashboard-sessions', body: { ownerKey: key }, headers: {} },
    ] as const) {
      const answer = await scenario.ask({ ...asked, headers: { ...asked.headers, host: hosts.embed } });
      expect(answer.status).toBe(404);
    }
    expect(await scenario.rows()).toBe(before);
  });

  it.each(['/healthz', '/.well-known/jwks.json', '/v1/credential-formats'])('both answer %s', async (url) => {
    await expectStatus(at(hosts.public, url), 200);
    await expectStatus(at(hosts.embed, url), 200);
  });

  it('let the dashboard show frames of the other one', async () => {
    const { headers } = await at(hosts.public, '/');
    expect(headers['content-security-policy']).toContain(`frame-src 'self' ${embedUrl};`);
  });
});
