import { contrastMin, contrastOf } from '@microapp/contract';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeAppOnce, expectStatus, type Answer, type Scenario } from '../../testing/scenario.ts';
import { expectUnloggedRefusal } from '../../testing/unlogged-refusal.ts';
import { readImage } from './read-image.ts';
import { startWebsite, type Website } from '../../testing/website.ts';

const wrong = { status: 400, code: 'validation_failed' } as const;

describeAppOnce('theme suggestions', (open) => {
  let scenario: Scenario;
  let site: Website;
  beforeAll(async () => {
    site = await startWebsite();
    scenario = await open();
    scenario.app.allowOutbound(new URL(site.origin).host);
  });
  afterAll(() => site.close());

  // Each test in a minute of its own: so many may be asked for.
  beforeEach(() => scenario.clock.advance(61_000));

  const suggest = (body: unknown): Promise<Answer> =>
    scenario.owner.ask({ method: 'POST', url: '/v1/theme-suggestions', body });

  async function refusedWith(body: unknown): Promise<{ path: string; message: string }> {
    const refusal = await expectUnloggedRefusal(scenario, () => suggest(body), wrong);
    expect(refusal.body.issues).toHaveLength(1);
    return refusal.body.issues[0];
  }

  it('come from the colors of the website: its accent on its own background, each readable, and nothing is kept', async () => {
    site.serve({
      '/shop': `<!doctype html><link rel="stylesheet" href="/style.css?a=1&amp;b=2"><link rel=stylesheet href='base.css'>
        <meta content="#0a7d4f" name="theme-color"><style>:root{--brand-primary:#0a7d4f}</style><p style="color:#eee">`,
      '/style.css?a=1&b=2':
        '/* no end { */ body{background:var(--page);color:#aab} .btn{background:var(--second, #c2410c)}',
      '/base.css': '@media (min-width:1px){:root{--page:#fffaf0}} .alert-danger{color:#f00;background:#f00}',
    });
    // The path with a query ends in no `.css`, so it is served as a page, and is no style sheet.
    // The key's own stamp of its last use changes with the time.
    await scenario.owner.ask({ url: '/v1/me' });
    const rows = await scenario.rows();
    const answer = await expectStatus(suggest({ url: `${site.origin}/shop#part` }), 200);
    expect(site.asked.toSorted()).toEqual(['/base.css', '/shop', '/style.css?a=1&b=2']);
    expect(answer.body.source).toMatchObject({ kind: 'website', styleSheets: 1 });
    const [main] = answer.body.themes;
    expect(main.theme).toMatchObject({ accent: '#0a7d4f', 'on-accent': '#ffffff' });
    expect(answer.text).not.toContain('#ff0000');
    expect(await scenario.rows()).toBe(rows);
  });

  it('read every style sheet of the page, and correct what could not be read on its background', async () => {
    site.serve({
      '/': '<link rel="stylesheet" href="a.css"><link rel="stylesheet" href="/b.css"><link rel="stylesheet" href="/gone.css">',
      '/a.css': ':root{--page:#fffaf0} body{background:var(--page);color:#ddd}',
      '/b.css': '.btn{background:#c2410c} a{color:rgb(10 125 79)} .btn:hover{background:#c2410d}',
    });
    const { body } = await expectStatus(suggest({ url: site.origin }), 200);
    expect(body.source).toMatchObject({ kind: 'website', styleSheets: 2 });
    expect(body.themes.map(({ theme }: { theme: { accent: string } }) => theme.accent)).toEqual([
      '#c2410c',
      '#0a7d4f',
      '#c2410c',
    ]);
    for (const { theme, contrast } of body.themes) {
      expect(contrast).toHaveLength(4);
      for (const { front, back, ratio } of contrast) {
        expect(ratio).toBeGreaterThanOrEqual(contrastMin);
        expect(contrastOf(theme[front], theme[back])).toBeCloseTo(ratio, 1);
      }
    }
    expect(body.themes[0].theme.bg).toBe('#fffaf0');
  });

  it('follow a redirect to another page, and not one to a private address', async () => {
    site.serve({
      '/old': (_, response) => response.writeHead(301, { location: '/new' }).end(),
      '/new': '<meta name="theme-color" content="#c2410c">',
      '/away': (_, response) => response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end(),
    });
    const { body } = await expectStatus(suggest({ url: `${site.origin}/old` }), 200);
    expect(body.themes[0].theme.accent).toBe('#c2410c');
    expect((await refusedWith({ url: `${site.origin}/away` })).message).toMatch(/private address/);
  });

  describe('are refused, with a sentence at the field and no word of the other side, for', () => {
    it.each([
      ['a private address', 'http://127.0.0.1:1/', /private address/],
      ['the metadata of a cloud', 'http://169.254.169.254/latest/', /private address/],
      ['a file', 'file:///etc/passwd', /address of a website/],
      ['nonsense', 'https://', /address of a website/],
      ['an address with a password', 'https://me:secret@shop.example/', /password/],
    ])('%s', async (_, url, message) => {
      site.serve({});
      const issue = await refusedWith({ url });
      expect(issue).toEqual({ path: 'url', message: expect.stringMatching(message) });
      expect(site.asked).toEqual([]);
    });

    it.each<[string, string, RegExp]>([
      ['a page that is not there', '/none', /error \(404\)/],
      ['what is no page', '/data', /not a web page/],
      ['a page that is too long', '/long', /too long/],
      ['a page without colors', '/plain', /no colors/],
    ])('%s', async (_, path, message) => {
      site.serve({
        '/data': (_request, response) =>
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"k":"v"}'),
        '/long': (_request, response) =>
          response.writeHead(200, { 'content-type': 'text/html' }).end('x'.repeat(2 * 1024 * 1024 + 1)),
        '/plain': '<p>Secret words</p>',
      });
      const issue = await refusedWith({ url: site.origin + path });
      expect(issue).toEqual({ path: 'url', message: expect.stringMatching(message) });
      expect(issue.message).not.toMatch(/Secret|"k"/);
    });

    it('a page that never ends', async () => {
      const asked = Promise.withResolvers<void>();
      site.serve({ '/slow': () => asked.resolve() });
      const answer = suggest({ url: `${site.origin}/slow` });
      await asked.promise;
      scenario.clock.advance(8_001);
      expect((await answer).body.issues).toEqual([{ path: 'url', message: 'did not answer within 8 seconds' }]);
    });

    it.each([
      ['neither', {}, 'url', /is required, or an image/],
      ['both', { url: 'https://shop.example', image: 'AAAA' }, 'image', /cannot stand beside url/],
      ['what is no base64', { image: 'no base64!' }, 'image', /not base64/],
      ['what is no image', { image: Buffer.from('GIF89a…').toString('base64') }, 'image', /neither a PNG nor a JPEG/],
      ['a damaged image', { image: png(4, 4, [10, 125, 79]).slice(0, 60) }, 'image', /damaged/],
      ['an image that pretends to be small', { image: pngOfSize(60_000, 60_000) }, 'image', /more than 2 megapixels/],
      ['a photo', { image: jpegOf(2000, 1500, [10, 125, 79]) }, 'image', /more than 2 megapixels/],
      ['an option that does not exist', { url: 'https://shop.example', follow: true }, 'follow', /./],
    ])('%s', async (_, body, path, message) => {
      expect(await refusedWith(body)).toEqual({ path, message: expect.stringMatching(message) });
    });
  });

  it.each([
    ['PNG', png(20, 20, [10, 125, 79])],
    ['JPEG', jpegOf(24, 24, [10, 125, 79])],
  ])('come from a logo, too: %s', async (_, image) => {
    const { body } = await expectStatus(suggest({ image }), 200);
    expect(body.source.kind).toBe('image');
    // As near as five bits a channel, and the format, let it be.
    expect(body.themes[0].theme.accent).toMatch(/^#(08|10|00)[78]\w[45]\w$/);
  });

  it('are computed beside the server: not even the largest picture holds anybody up', async () => {
    const image = jpegOf(1400, 1400, [10, 125, 79]);
    const beganAt = performance.now();
    readImage(image);
    const wouldHoldMs = performance.now() - beganAt;
    let longestMs = 0;
    let lastAt = performance.now();
    const watch = setInterval(() => {
      const now = performance.now();
      longestMs = Math.max(longestMs, now - lastAt);
      lastAt = now;
    });
    try {
      await expectStatus(suggest({ image }), 200);
    } finally {
      clearInterval(watch);
    }
    expect(longestMs).toBeLessThan(wouldHoldMs / 2);
  });

  it('are for ten requests a minute: the next is told when, and another owner is not held up', async () => {
    const stranger = await scenario.anotherOwner();
    // Those that come to nothing count like the others.
    const asked = { method: 'POST', url: '/v1/theme-suggestions', body: { url: 'http://127.0.0.1:1/' } } as const;
    for (let n = 0; n < 10; n++) await expectStatus(scenario.owner.ask(asked), 400);
    const refused = await scenario.owner.ask(asked);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await expectStatus(stranger.ask(asked), 400);
    expect((await scenario.ask(asked)).status).toBe(401);
  });
});

/** A picture with a white edge and one color inside, in base64. */
function pixels(width: number, height: number, [red, green, blue]: readonly [number, number, number]): Buffer {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let at = 0; at < width * height * 2; at += 1) {
    if (at % 4 === 0) data.set([red, green, blue], at);
  }
  return data;
}

function png(width: number, height: number, color: readonly [number, number, number]): string {
  const image = new PNG({ width, height });
  image.data = pixels(width, height, color);
  return PNG.sync.write(image).toString('base64');
}

function jpegOf(width: number, height: number, color: readonly [number, number, number]): string {
  return jpeg.encode({ width, height, data: pixels(width, height, color) }, 100).data.toString('base64');
}

/** A header that claims a size, over nothing. */
function pngOfSize(width: number, height: number): string {
  const bytes = Buffer.from(png(4, 4, [0, 0, 0]), 'base64');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes.toString('base64');
}
