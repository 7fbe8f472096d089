import type { Page, Route } from 'playwright-core';
import { expect, it } from 'vitest';
import { startProxy } from './stage/proxy.ts';
import { laxSite, mountedInline, strictSite, type PageParts, type Site } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';
const evil = 'evil.example.test';
/** As trusted as https is, which a page has to be before the browser enforces its COEP. */
const isolated = 'shop.localhost';
const minuteMs = 60_000;

type Diagnosis = { code: string; message: string; text?: string; mend?: string; origin?: string; detail?: string };
type PageWithWidget = { widget: { state: string; diagnose(): Promise<Diagnosis>; open(): void }; heard: string[] };

function diagnose(page: Page): Promise<Diagnosis> {
  return page.evaluate(() => (globalThis as unknown as PageWithWidget).widget.diagnose());
}

/** Our lines of the console, as a developer sees them. */
function microappLines(page: Page): string[] {
  const lines: string[] = [];
  page.on('console', (message) => message.text().startsWith('Microapp:') && lines.push(message.text()));
  return lines;
}

/** What stands between the page and the server. */
type Obstacle = {
  host?: string;
  /** Changes the page's headers. */
  site?: (site: Site, base: string) => Site;
  /** Which addresses of the server it is about, and what becomes of them. */
  route?: readonly [path: string, handle: (route: Route) => Promise<unknown>];
};

const session = '/v1/embed/sessions';
const frame = '/embed/surfaces/*';

const stop = (route: Route): Promise<void> => route.abort('blockedbyclient');

/** A proxy that answers as the server did, but for some headers; undefined takes one away. */
function withHeaders(changes: Readonly<Record<string, string | undefined>>) {
  return async (route: Route): Promise<void> => {
    const response = await route.fetch();
    const headers = Object.entries({ ...response.headers(), ...changes });
    const kept = headers.filter((entry): entry is [string, string] => entry[1] !== undefined);
    await route.fulfill({ response, headers: Object.fromEntries(kept) });
  };
}

/** A policy that has no place for us in one directive. */
function without(directive: string): Pick<Obstacle, 'site'> {
  return {
    site: (site) => ({
      ...site,
      headers: {
        ...site.headers,
        'content-security-policy': String(site.headers['content-security-policy']).replace(
          new RegExp(`${directive} [^;]*`),
          `${directive} 'self'`,
        ),
      },
    }),
  };
}

describeOnStage('diagnose() on a page', (stage) => {
  /** A page with a modal widget, which nobody has opened; `heard` is what its callbacks are told. */
  async function visit(
    options: Readonly<Record<string, unknown>>,
    { host = shop, site: change = (site) => site, route }: Obstacle = {},
    before?: (page: Page) => Promise<unknown>,
  ): Promise<Page> {
    const { base, site, newPage } = stage();
    const page = await newPage();
    if (route !== undefined) await page.route(`${base}${route[0]}`, route[1]);
    await before?.(page);
    await page.goto(site(host, change(strictSite(modal(options)), base)));
    return page;
  }

  function modal(options: Readonly<Record<string, unknown>>): PageParts {
    const { base } = stage();
    const parts = mountedInline(base, { mode: 'modal', target: undefined, timeoutMs: 4000, ...options });
    const script = `
      globalThis.heard = [];
      ${parts.script}
      for (const name of ['ready', 'authOk', 'authErr']) widget.on(name, () => heard.push(name));`;
    return { ...parts, script };
  }

  async function surface(allowedOrigins = [shop]): Promise<{ id: string; clientToken: string }> {
    const { owner } = stage().scenario;
    return owner.surface(owner.workspaceId, { name: 'Shop chat', allowedOrigins });
  }

  it('goes as far as a session without starting the widget, as often as it is asked: nothing is heard, shown or left', async () => {
    const { clientToken } = await surface();
    const page = await visit({ embedKey: clientToken });
    for (let time = 0; time < 2; time++) {
      expect(await diagnose(page)).toEqual({ code: 'ok', message: 'Works.', text: 'Works.' });
      await expect.poll(() => page.frames().length).toBe(1);
    }
    expect(await page.locator('microapp-modal dialog').count()).toBe(0);
    const { state, heard } = await page.evaluate(() => {
      const { widget, heard: names } = globalThis as unknown as PageWithWidget;
      return { state: widget.state, heard: names };
    });
    expect({ state, heard }).toEqual({ state: 'idle', heard: [] });

    // Beside a widget that works it changes nothing about that.
    await page.evaluate(() => (globalThis as unknown as PageWithWidget).widget.open());
    const widget = widgetOn(page, 'modal');
    await runLoan(widget.frame);
    await seePayment(widget.frame);
    expect(await diagnose(page)).toMatchObject({ code: 'ok' });
    await expect.poll(() => page.frames().length).toBe(2);
    expect(await page.evaluate(() => (globalThis as unknown as PageWithWidget).heard)).toEqual(['ready', 'authOk']);
    await seePayment(widget.frame);
  });

  it('names the origin that is not allowed and where it is added, and is ok once it is (R24, R25)', async () => {
    const { scenario } = stage();
    const { id, clientToken } = await surface();
    const page = await visit({ embedKey: clientToken }, { host: evil });
    const { origin } = new URL(page.url());
    const text = `${origin} is not an allowed origin of surface "Shop chat".`;
    const mend = 'Add it under Auth > Allowed origins.';
    const message = `${text} ${mend}`;
    const named = { code: 'origin_not_allowed', message, text, mend, origin };
    expect(await diagnose(page)).toEqual(named);
    // The page is told the same, in the same parts.
    expect(await page.evaluate(failingWidget, { embedKey: clientToken })).toEqual(named);
    await scenario.owner.ask({
      method: 'PATCH',
      url: `/v1/surfaces/${id}`,
      body: { allowedOrigins: [shop, evil] },
    });
    expect(await diagnose(page)).toMatchObject({ code: 'ok' });
  });

  it('names an owner key in the page without repeating it, and sends it to nobody (K23, M10)', async () => {
    const asked: string[] = [];
    const page = await visit({ embedKey: 'mk_abcdefghijklmnopqrstuvwxyz' }, {}, async (opened) => {
      opened.on('request', (request) => asked.push(request.url()));
    });
    const { code, message } = await diagnose(page);
    expect(code).toBe('bad_options');
    expect(message).toContain('An owner key is in this page');
    expect(message).toContain('Revoke it now.');
    expect(message).not.toContain('abcdef');
    // All that was asked for is what explains it.
    const { base } = stage();
    expect(asked.filter((url) => url.startsWith(base))).toEqual([
      `${base}/microapp-widget.js`,
      expect.stringMatching(/\/embed\/assets\/diagnosis-[\w-]+\.js\?0$/),
    ]);
  });

  it('names a credential that is not valid any more, and what may have become of it, in the page as in the frame (R24)', async () => {
    const { owner } = stage().scenario;
    const token = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
    const { id, clientToken } = await surface();
    await owner.ask({ method: 'DELETE', url: `/v1/embed-tokens/${token.id}` });
    await owner.ask({ method: 'POST', url: `/v1/surfaces/${id}/rotate-token` });
    const cases = [
      [{ mtok: token.token, toolSlug: 'loan-calculator' }, 'Look for this token under Auth'],
      [{ embedKey: clientToken }, 'It may be revoked, rotated or expired, or of another installation'],
    ] as const;
    for (const [options, mend] of cases) {
      const page = await visit(options);
      const lines = microappLines(page);
      const { code, message } = await diagnose(page);
      expect(code).toBe('invalid_token');
      expect(message).toContain(mend);
      await page.evaluate(() => (globalThis as unknown as PageWithWidget).widget.open());
      await expect.poll(() => lines).toEqual([`Microapp: ${message}`]);
    }
  });

  it('names what is wrong with the options, in the console as to the page: a token that was cut off, data that is none, an app that is not its own (K74)', async () => {
    const { owner } = stage().scenario;
    const { token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
    const { clientToken: embedKey } = await surface();
    const cases = [
      [{ embedKey: embedKey.slice(0, -1) }, 'invalid_token', 'embedKey is mistyped or cut off'],
      [{ mtok: `${mtok}x`, toolSlug: 'loan-calculator' }, 'invalid_token', 'mtok is mistyped or cut off'],
      [{ embedKey, context: 'unsendable' }, 'bad_options', 'do not fit into a message to the frame'],
      [{ embedKey, app: 'elsewhere' }, 'permission_denied', 'Look in the dashboard which apps it is for'],
      [{ mtok, toolSlug: 'elsewhere' }, 'permission_denied', 'Look under Auth which apps it is for'],
    ] as const;
    for (const [options, code, says] of cases) {
      const page = await visit({ embedKey });
      const lines = microappLines(page);
      const told = await page.evaluate(failingWidget, options);
      expect(told).toMatchObject({ code, message: expect.stringContaining(says) });
      expect(told.message).not.toContain(mtok);
      expect(await diagnose(page)).toEqual(told);
      expect(lines).toEqual([`Microapp: ${told.message}`]);
    }
  });

  it('names a frame that is refused because of the page, in the words of the server, or because of pages around it (R25)', async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const { id: tokenId, token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
    const unlisted = await visit({ mtok, tokenId, toolSlug: 'loan-calculator' }, { host: evil });
    const { origin } = new URL(unlisted.url());
    const named = await diagnose(unlisted);
    expect(named).toMatchObject({ code: 'origin_not_allowed', origin });
    expect(named.message).toContain(`${origin} is not an allowed origin of`);

    // A page that needs no calls of ours may forbid them; what it asks when it is idle is then forbidden while we look.
    const mute = await visit(
      { mtok, tokenId, toolSlug: 'loan-calculator' },
      { host: evil, ...without('connect-src') },
      (page) =>
        page.addInitScript(() =>
          Object.assign(globalThis, { requestIdleCallback: (idle: unknown) => Object.assign(globalThis, { idle }) }),
        ),
    );
    const refused = mute.evaluate(() => {
      const here = globalThis as unknown as PageWithWidget & { idle(): void };
      // As soon as there is a frame to judge.
      new MutationObserver((_, observer) => {
        if (document.querySelector('iframe') === null) return;
        observer.disconnect();
        here.idle();
      }).observe(document.body, { childList: true });
      return here.widget.diagnose();
    });
    expect(await refused).toMatchObject({ code: 'frame_refused', origin });

    const { clientToken } = await surface();
    const listed = site(shop, laxSite(modal({ embedKey: clientToken })));
    const around = await newPage();
    const outer = site(evil, laxSite({ base, body: `<iframe src="${listed}"></iframe>` }));
    await around.goto(outer);
    const [, inner] = around.frames();
    if (inner === undefined) throw new Error('the outer page shows no frame');
    const { code, message, mend } = await inner.evaluate(() =>
      (globalThis as unknown as PageWithWidget).widget.diagnose(),
    );
    expect(code).toBe('frame_refused');
    expect(message).toContain(`on ${listed} in ${outer}.`);
    expect(mend).toContain('Every page around a frame');
  });

  it('names a page that is https where the server is not, a target that is not there, and a backend without tickets', async () => {
    const { base, newPage } = stage();
    const { clientToken } = await surface();
    const page = await newPage();
    // From another computer, so not as trusted as this one.
    const baseUrl = base.replace('127.0.0.1', 'microapp.example.test');
    const options = JSON.stringify({ baseUrl, embedKey: clientToken });
    const html = `<script src="/embed.js"></script><script>globalThis.widget = MicroappWidget.mount(${options});</script>`;
    await page.route('https://secure.example.test/**', async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
      return route.fulfill({ response: await route.fetch({ url: `${base}${pathname}` }) });
    });
    await page.goto('https://secure.example.test/');
    expect(await diagnose(page)).toMatchObject({ code: 'mixed_content', detail: `${baseUrl}/` });

    const without = await visit({ embedKey: clientToken });
    const lines = microappLines(without);
    await without.evaluate((key) => {
      type Page = { MicroappWidget: { mount(options: object): unknown } };
      const { MicroappWidget } = globalThis as unknown as Page;
      MicroappWidget.mount({ embedKey: key, mode: 'inline', target: '#nowhere' });
    }, clientToken);
    await expect
      .poll(() => lines)
      .toEqual(['Microapp: This page has no such target so far. The widget waits for it: check the selector.']);

    await without.evaluate(() => {
      type Page = { MicroappWidget: { mount(options: object): unknown }; widget: unknown };
      const here = globalThis as unknown as Page;
      here.widget = here.MicroappWidget.mount({ mode: 'modal', getToken: async () => ({}) });
    });
    expect(await diagnose(without)).toMatchObject({ code: 'no_ticket', text: 'getToken fails, or gives no ticket.' });
  });

  it.each([
    ['ahead of', 10],
    ['behind', -10],
  ])('is ok, and says so, where the clock of the computer is ten minutes %s the server', async (direction, minutes) => {
    const { clientToken } = await surface();
    const page = await visit({ embedKey: clientToken }, {}, async (opened) => {
      await opened.clock.setSystemTime(new Date().getTime() + minutes * minuteMs);
    });
    expect(await diagnose(page)).toMatchObject({
      code: 'ok',
      message: `Works. This computer's clock is about 10 min ${direction} the server's, which does no harm here.`,
    });
  });

  it('is ok, and says so, where the page forbids the microphone', async () => {
    const { clientToken } = await surface();
    const page = await visit(
      { embedKey: clientToken },
      { site: (site) => ({ ...site, headers: { ...site.headers, 'permissions-policy': 'microphone=()' } }) },
    );
    const { code, mend } = await diagnose(page);
    expect(code).toBe('ok');
    expect(mend).toContain('This page may not use the microphone');
  });

  it('names a browser that is offline, and is ok when it is back', async () => {
    const { clientToken } = await surface();
    const page = await visit({ embedKey: clientToken });
    expect(await diagnose(page)).toMatchObject({ code: 'ok' });
    await page.context().setOffline(true);
    expect(await diagnose(page)).toMatchObject({ code: 'no_network', text: 'The browser is offline.' });
    await page.context().setOffline(false);
    expect(await diagnose(page)).toMatchObject({ code: 'ok' });
  });

  it("names a proxy that takes away the frame's headers, on a page that isolates itself (R24)", async () => {
    const { base, site, newPage, scenario } = stage();
    const { owner } = scenario;
    const { token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [isolated] });
    const proxy = await startProxy(base, ['cross-origin-resource-policy']);
    try {
      const page = await newPage();
      const lines = microappLines(page);
      const parts = modal({ mtok, toolSlug: 'loan-calculator', baseUrl: proxy.origin });
      const { headers, files } = strictSite(parts);
      const policy = String(headers['content-security-policy']).replace('frame-src', `frame-src ${proxy.origin}`);
      await page.goto(site(isolated, { files, headers: { ...headers, 'content-security-policy': policy } }));
      await page.evaluate(() => (globalThis as unknown as PageWithWidget).widget.open());
      await expect.poll(() => lines).toHaveLength(1);
      const { code, message } = await diagnose(page);
      expect(code).toBe('blocked_by_coep');
      expect(message).toContain('Look for a proxy that takes away Cross-Origin-Resource-Policy');
      expect(lines).toEqual([`Microapp: ${message}`]);
    } finally {
      await proxy.close();
    }
  });

  it.each<readonly [cause: string, code: string, says: string, Obstacle]>([
    ['a policy that forbids our calls', 'blocked_by_csp', 'in connect-src', without('connect-src')],
    ['a policy that forbids our frame', 'blocked_by_csp', 'in frame-src', without('frame-src')],
    [
      'an ad blocker that stops the script',
      'script_blocked',
      'ad blocker',
      { route: ['/embed/assets/runtime-*', stop] },
    ],
    ['an ad blocker that stops the call', 'blocked_by_client', session, { route: [session, stop] }],
    ['an ad blocker that stops the frame', 'blocked_by_client', '/embed/surfaces/', { route: [frame, stop] }],
    [
      'a proxy that answers for another origin',
      'blocked_by_cors',
      'CORS',
      { route: [session, withHeaders({ 'access-control-allow-origin': 'https://other.example' })] },
    ],
    [
      'a page of the network in the place of the answer',
      'no_network',
      'is answered by something that is not Microapp',
      {
        route: [
          session,
          (route) => route.fulfill({ body: 'Sign in', headers: { 'access-control-allow-origin': '*' } }),
        ],
      },
    ],
    ['a server that is gone', 'no_network', 'does not answer at all', { route: ['/{v1,embed.js}**', stop] }],
    [
      'a proxy that adds X-Frame-Options',
      'frame_refused',
      'X-Frame-Options',
      { route: [frame, withHeaders({ 'content-security-policy': undefined, 'x-frame-options': 'DENY' })] },
    ],
    [
      'a frame of another version of the protocol',
      'version_skew',
      'no version of the protocol in common',
      {
        route: [
          frame,
          (route) =>
            route.fulfill({
              contentType: 'text/html',
              headers: {
                'cross-origin-resource-policy': 'cross-origin',
                'cross-origin-embedder-policy': 'require-corp',
              },
              body: `<script>parent.postMessage({ type: 'MICROAPP_EMBED_READY', protocol: [99], id: location.hash.slice(1), nonce: 'n' }, '*')</script>`,
            }),
        ],
      },
    ],
  ])(
    'names %s; the line of the console says the same, the visitor reads less, and the retry works once it is gone (K73, R24)',
    async (_cause, code, says, obstacle) => {
      const { clientToken } = await surface();
      const page = await visit({ embedKey: clientToken }, obstacle);
      const lines = microappLines(page);
      await page.evaluate(() => (globalThis as unknown as PageWithWidget).widget.open());
      await expect.poll(() => lines).toHaveLength(1);
      const diagnosis = await diagnose(page);
      expect(diagnosis.code).toBe(code);
      expect(diagnosis.message).toContain(says);
      expect(diagnosis.mend).toMatch(/^[A-Z].*\.$/);
      expect(diagnosis.message).toBe(`${diagnosis.text} ${diagnosis.mend}`);
      expect(lines).toEqual([`Microapp: ${diagnosis.message}`]);
      expect(await page.evaluate(() => (globalThis as unknown as PageWithWidget).widget.state)).toBe('error');

      const { root, frame: shown } = widgetOn(page, 'modal');
      const notice = code === 'script_blocked' ? root.getByRole('button') : root.getByRole('alert');
      expect(await notice.innerText()).toMatch(/^(Not available right now\.\s+)?Try again$/);
      // A policy is there to stay.
      if (obstacle.route === undefined) return;
      await page.unrouteAll();
      await root.getByRole('button', { name: 'Try again' }).click();
      await runLoan(shown);
      await seePayment(shown);
    },
  );
});

/** Runs in the page: what a widget with these options tells, once it has failed. What cannot be sent to a frame cannot be sent here. */
function failingWidget(options: object): Promise<Diagnosis> {
  type Page = { MicroappWidget: { mount(options: object): unknown }; widget: unknown };
  const here = globalThis as unknown as Page;
  const spoilt = 'context' in options ? { ...options, context: { total: () => 1 } } : options;
  return new Promise((onAuthErr) => {
    here.widget = here.MicroappWidget.mount({ mode: 'inline', target: '#place', ...spoilt, onAuthErr });
  });
}
