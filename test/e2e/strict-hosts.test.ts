import { randomUUID } from 'node:crypto';
import { handshakeTimeoutMs } from '@microapp/contract/protocol';
import type { Page, Route } from 'playwright-core';
import { expect, it } from 'vitest';
import { violationsIn } from './stage/recorder.ts';
import { mountedInline, nonceSite, scriptTag, strictSite } from './stage/sites.ts';
import { describeInWholeBrowser, describeOnStage } from './stage/stage.ts';
import { runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';
/** As trusted as https is, which a page has to be before the browser enforces its COEP. */
const isolated = 'shop.localhost';

/** Our lines of the console, as a developer sees them. */
function microappLines(page: Page): string[] {
  const lines: string[] = [];
  page.on('console', (message) => message.text().startsWith('Microapp:') && lines.push(message.text()));
  return lines;
}

describeInWholeBrowser('a strict page', (stage) => {
  async function clientToken(host = shop): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.surface(owner.workspaceId, { allowedOrigins: [host] })).clientToken;
  }

  async function embedToken(host: string): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.embedToken(owner.workspaceId, { allowedOrigins: [host] })).token;
  }

  it('with nonces, strict-dynamic, Trusted Types, COEP and no storage for others shows both embeds, and forbids nothing of it (H40)', async () => {
    const { base, site, newPage } = stage();
    const nonce = randomUUID();
    const { body = '', script = '' } = mountedInline(base, {
      mtok: await embedToken(isolated),
      toolSlug: 'loan-calculator',
    });
    const parts = { base, body: `${scriptTag(base, await clientToken(isolated))}${body}`, script };
    const page = await newPage();
    await page.goto(site(isolated, nonceSite(parts, nonce)));
    const inline = widgetOn(page, 'inline');
    await runLoan(inline.frame);
    await seePayment(inline.frame);
    const floating = widgetOn(page);
    await floating.launcher.click();
    await runLoan(floating.frame);
    await seePayment(floating.frame);

    expect(await page.evaluate(() => crossOriginIsolated && 'trustedTypes' in globalThis)).toBe(true);
    const frames = page.frames();
    expect(frames).toHaveLength(3);
    for (const frame of frames) expect(await violationsIn(frame)).toEqual([]);
    const storage = await Promise.all(frames.slice(1).map((frame) => frame.evaluate(storageOf)));
    expect(storage).toEqual(['SecurityError', 'SecurityError']);
  });

  it('shows what is strict about it: a script without the nonce, and a frame of another site, are refused', async () => {
    const { base, site, newPage } = stage();
    const nonce = randomUUID();
    const other = site('other.example.test', strictSite({ base }));
    const page = await newPage();
    await page.goto(site(shop, nonceSite({ base, body: `<iframe src="${other}"></iframe>` }, nonce)));
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.setAttribute('data-x', 'x');
      try {
        script.text = 'globalThis.ran = true;';
      } catch {
        // Trusted Types.
      }
      document.body.append(script);
    });
    await expect
      .poll(async () => (await violationsIn(page.mainFrame())).map((one) => one.split(' ')[0]))
      .toEqual(expect.arrayContaining(['frame-src', 'require-trusted-types-for']));
    expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false);
  });

  it.each([
    // What would explain it is stopped, too.
    ['script-src', 'launcher', /^Microapp: script_blocked: see CSP$/],
    ['connect-src', 'dialog', /forbids \S+ in connect-src\. Add /],
    ['frame-src', 'dialog', /forbids \S+ in frame-src\. Add /],
  ] as const)(
    'whose policy has no %s for us gets a widget that says so, and a line for its developer (R24)',
    async (directive, place, line) => {
      const { base, site, newPage } = stage();
      const strict = strictSite({ base, body: scriptTag(base, await clientToken()) });
      const policy = String(strict.headers['content-security-policy']);
      // The tag itself has to run: a page that forbids that has forbidden the widget.
      const without = directive === 'script-src' ? `script-src 'self' ${base}/embed.js` : `${directive} 'self'`;
      const headers = {
        ...strict.headers,
        'content-security-policy': policy.replace(new RegExp(`${directive} [^;]*`), without),
      };
      const page = await newPage();
      await page.clock.install();
      const lines = microappLines(page);
      await page.goto(site(shop, { ...strict, headers }));
      const { root, launcher, dialog } = widgetOn(page);
      await launcher.click();
      const retry = (place === 'launcher' ? root : dialog).getByRole('button', { name: 'Try again' });
      await waitPatiently(page, retry);
      // What explains it comes when it is asked for, from where the runtime comes from.
      await expect.poll(() => lines).toHaveLength(1);
      expect(lines).toEqual([expect.stringMatching(line)]);
      // The browser reports a violation in a task of its own, which may come after the widget's own words.
      await expect
        .poll(() => violationsIn(page.mainFrame()))
        .toContainEqual(expect.stringMatching(new RegExp(`^${directive}(-elem)? `)));
    },
  );
});

/** How a request of ours fails. */
const failures = {
  blocked: (route: Route) => route.abort('blockedbyclient'),
  // A company's proxy or a firewall, which answers in our place.
  replaced: (route: Route) =>
    route.fulfill({
      status: 403,
      contentType: 'text/html',
      body: '<h1>Blocked</h1>',
      headers: { 'access-control-allow-origin': '*' },
    }),
  hanging: () => undefined,
};

describeOnStage('a request of ours that does not get through', (stage) => {
  it.each([
    ['floating', 'the runtime', 'blocked', '/embed/assets/runtime-*.js*', 'host'],
    ['floating', 'the runtime', 'replaced', '/embed/assets/runtime-*.js*', 'host'],
    ['floating', 'the runtime', 'hanging', '/embed/assets/runtime-*.js*', 'host'],
    ['inline', 'the runtime', 'blocked', '/embed/assets/runtime-*.js*', 'host'],
    ['floating', 'the session endpoint', 'blocked', '/v1/embed/sessions', 'host'],
    ['floating', 'the session endpoint', 'replaced', '/v1/embed/sessions', 'host'],
    ['floating', 'the session endpoint', 'hanging', '/v1/embed/sessions', 'host'],
    ['floating', 'the frame', 'blocked', '/embed/surfaces/*', 'host'],
    ['floating', 'the frame', 'replaced', '/embed/surfaces/*', 'host'],
    ['floating', 'the frame', 'hanging', '/embed/surfaces/*', 'host'],
    ['inline', "the frame's script", 'blocked', '/embed/assets/tool-*.js', 'host'],
    ['inline', 'the exchange', 'blocked', '/v1/embed/sessions/redeem', 'frame'],
  ] as const)(
    'leaves a %s widget that says so, with a line for the developer, when %s is %s; and the retry works (R24)',
    async (mode, _, failure, path, place) => {
      const { base, site, newPage, scenario } = stage();
      const { owner } = scenario;
      const { clientToken } = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
      const page = await newPage();
      await page.clock.install();
      const lines = microappLines(page);
      const hit: string[] = [];
      await page.route(`${base}${path}`, (route) => {
        hit.push(route.request().url());
        return failures[failure](route);
      });
      await page.goto(site(shop, strictSite({ base, body: scriptTag(base, clientToken, `data-mode="${mode}"`) })));
      const { root, launcher, frame } = widgetOn(page, mode);
      if (mode === 'floating') await launcher.click();
      const retry = (place === 'frame' ? frame : root).getByRole('button', { name: 'Try again' });
      await expect.poll(() => hit.length).toBeGreaterThan(0);
      await waitPatiently(page, retry);
      await expect.poll(() => lines).toHaveLength(1);
      expect(lines[0]).not.toContain(clientToken);

      await page.unroute(`${base}${path}`);
      await retry.click();
      await runLoan(frame);
      await seePayment(frame);
    },
  );
});

/** Waits for something, while time passes faster than usual; never longer than a few times our own patience. */
async function waitPatiently(page: Page, locator: ReturnType<Page['locator']>): Promise<void> {
  await expect
    .poll(async () => {
      if (await locator.isVisible()) return true;
      await page.clock.fastForward(handshakeTimeoutMs / 2);
      return false;
    })
    .toBe(true);
  await see(locator);
}

/** Runs in a frame: what it gets when it asks for storage. */
function storageOf(): string {
  try {
    return String(localStorage.length);
  } catch (error) {
    return error instanceof DOMException ? error.name : String(error);
  }
}
