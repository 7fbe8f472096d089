import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freePort } from '../../packages/server/src/testing/server-process.ts';
import { bundlePage } from './stage/bundle-page.ts';
import { laxSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { knownLoan, runLoan } from './stage/widget.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const shop = 'shop.example.test';

type Snippet = { where: string; language: string; code: string };

/** Every block of code in these documents that a reader would paste into a page or a server. */
const documents = ['docs/embedding.md', 'packages/react/README.md'];
const snippets = (await Promise.all(documents.map(snippetsIn))).flat();

/** The first block of JavaScript below a heading of the embed package's own page. */
async function scriptBelow(heading: string): Promise<string> {
  const text = await readFile(join(root, 'packages/embed/README.md'), 'utf8');
  const [, code] = /^```js\n(.*?)^```$/ms.exec(text.slice(text.indexOf(`\n## ${heading}\n`))) ?? [];
  if (code === undefined) throw new Error(`there is no JavaScript below "${heading}"`);
  return code;
}

async function snippetsIn(document: string): Promise<Snippet[]> {
  const text = await readFile(join(root, document), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', code = ''], index) => ({
    where: `${document}, block ${index + 1}`,
    language,
    code,
  }));
}

function written(language: string): Snippet[] {
  return snippets.filter((snippet) => snippet.language === language);
}

describeOnStage('a snippet of the documentation', (stage) => {
  let clientToken: string;
  let embedToken: string;
  let serverToken: string;
  let copiedUrl: string;
  let folder: string;
  let server: { port: number; process: ChildProcess };
  beforeAll(async () => {
    const { owner } = stage().scenario;
    ({ clientToken } = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] }));
    ({ token: embedToken } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] }));
    const { token } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop], use: 'server' });
    serverToken = token;
    const { id } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop], use: 'iframe' });
    const copied = await owner.ask({ method: 'POST', url: `/v1/embed-tokens/${id}/url` });
    copiedUrl = copied.body.url;
    // Below the project, so that what a snippet imports is found.
    await mkdir(join(root, 'test-results'), { recursive: true });
    folder = await mkdtemp(join(root, 'test-results/snippets-'));
    server = await startDocumentedServer();
  });
  afterAll(async () => {
    server.process.kill();
    await rm(folder, { recursive: true });
  });

  /** With what a reader would fill in. */
  function filled(code: string): string {
    return code
      .replaceAll('https://microapp.example', stage().base)
      .replaceAll('wk_pub_…', clientToken)
      .replaceAll('THE COPIED ADDRESS', copiedUrl);
  }

  async function startDocumentedServer(): Promise<{ port: number; process: ChildProcess }> {
    const [snippet, ...others] = written('js');
    if (snippet === undefined || others.length > 0) throw new Error('the documents have one server');
    const file = join(folder, 'server.mjs');
    await writeFile(file, filled(snippet.code));
    const port = await freePort();
    const env = {
      MICROAPP_URL: stage().base,
      MICROAPP_EMBED_TOKEN: serverToken,
      SITE_ORIGIN: `http://${shop}:${stage().sitePort}`,
      PORT: String(port),
    };
    const child = spawn(process.execPath, [file], { env, stdio: 'inherit' });
    // vi.waitFor, since expect.poll is for tests only. A server that does not come up is not left behind.
    await vi
      .waitFor(() => fetch(`http://localhost:${port}/`), { timeout: 20_000, interval: 50 })
      .catch((error) => {
        child.kill();
        throw error;
      });
    return { port, process: child };
  }

  async function askServer(
    path: string,
    body?: object,
    site = 'same-origin',
  ): Promise<{ status: number; text: string }> {
    const answer = await fetch(`http://localhost:${server.port}${path}`, {
      method: 'POST',
      headers: { 'sec-fetch-site': site },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  }

  async function useOn(page: Page): Promise<void> {
    const opener = page.locator('microapp-floating button, #payment, #react button').first();
    const widget: FrameLocator = page.locator('iframe').first().contentFrame();
    await page.locator('iframe, microapp-floating, #payment, #react button').first().waitFor({ state: 'attached' });
    if ((await opener.count()) > 0) await opener.click();
    await runLoan(widget);
    await widget
      .getByText(/^€?1,199\.10$/)
      .first()
      .waitFor();
  }

  it.each(written('html'))('works on a page: $where (H6)', async ({ code }) => {
    const { base, site, newPage } = stage();
    const page = await newPage();
    await page.goto(site(shop, laxSite({ base, body: filled(code) })));
    await useOn(page);
  });

  it.each(written('tsx'))('works in React: $where (K4)', async ({ code }) => {
    const { base, site, newPage } = stage();
    await writeFile(join(folder, 'snippet.tsx'), filled(code));
    await writeFile(
      join(folder, 'page.tsx'),
      `import { createRoot } from 'react-dom/client';
       import { Calculator } from './snippet.tsx';
       createRoot(document.querySelector('#react')).render(<Calculator />);`,
    );
    const script = await bundlePage(join(folder, 'page.tsx').slice(root.length));
    const page = await newPage();
    await page.route('**/api/ticket', async (route) => {
      const { status, text } = await askServer('/api/ticket');
      await route.fulfill({ status, body: text, contentType: 'application/json' });
    });
    const { files } = laxSite({ base, body: '<div id="react"></div><script type="module" src="/react.js"></script>' });
    await page.goto(site(shop, { files: { ...files, '/react.js': script }, headers: {} }));
    await useOn(page);
  });

  it('mounts a widget by hand, waits for it, changes it and takes it away', async () => {
    const { base, site, newPage } = stage();
    const code = filled(await scriptBelow('By hand'));
    const page = await newPage();
    const problems: string[] = [];
    page.on('pageerror', ({ message }) => problems.push(message));
    const body = `<div id="calculator"></div><script src="${base}/microapp-widget.js"></script>
      <script type="module">const mtok = '${embedToken}';\n${code}\ndocument.title = 'Gone';</script>`;
    await page.goto(site(shop, laxSite({ base, body })));
    await page.waitForFunction(() => document.title === 'Gone');
    expect(await page.locator('#calculator > *').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('is a host of one’s own, without our script (M18)', async () => {
    const { base, site, newPage } = stage();
    const code = filled(await scriptBelow('A host without our script'));
    const page = await newPage();
    const body = `<iframe src="${base}/embed/apps/loan-calculator"></iframe>`;
    await page.goto(site(shop, laxSite({ base, body, script: `const mtok = '${embedToken}';\n${code}` })));
    await useOn(page);
  });

  it('is a server that keeps the token and runs the tool for an app (K29, K49, K64, K65, K66)', async () => {
    const run = (inputs: object, site?: string) => askServer('/api/tools/loan-calculator/run', { inputs }, site);
    const { principal, rate, years } = knownLoan;
    const inputs = { principal: Number(principal), annualRatePercent: Number(rate), years: Number(years) };
    const good = await run(inputs);
    expect([good.status, JSON.parse(good.text).output.payment]).toEqual([200, 1199.1]);
    expect((await run({ ...inputs, years: 0 })).status).toBe(400);
    expect((await run(inputs, 'cross-site')).status).toBe(404);
    expect((await askServer('/api/tools/csv-column-statistics/run', { inputs: {} })).status).toBe(404);
    const ticket = await askServer('/api/ticket');
    expect(ticket.status).toBe(201);
    for (const { text } of [good, ticket]) expect(text).not.toContain(serverToken);
  });
});
