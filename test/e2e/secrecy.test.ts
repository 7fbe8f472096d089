import { credentialClassOf, credentialForms, findCredentials } from '@microapp/contract';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { scriptTag, strictSite } from './stage/sites.ts';
import { describeInWholeBrowser, type Stage } from './stage/stage.ts';
import { runLoan, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';

/** What went through the browser while a visitor used both embeds. */
type Visit = { page: Page; urls: string[]; answers: string[]; secrets: string[]; mtok: string; clientToken: string };

/** Both embeds on one page, opened and used; everything that is to be searched is written down from the start. */
async function useBothEmbeds({ scenario, base, site, newLastingPage }: Stage): Promise<Visit> {
  const { owner } = scenario;
  const { token: mtok } = await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] });
  const { clientToken } = await owner.surface(owner.workspaceId, { allowedOrigins: [shop] });
  const origin = site(
    shop,
    strictSite({
      base,
      body: `<div id="place"></div>${scriptTag(base, clientToken)}<script src="${base}/microapp-widget.js"></script>`,
      script: `MicroappWidget.mount(${JSON.stringify({ mtok, toolSlug: 'loan-calculator', mode: 'inline', target: '#place' })});`,
    }),
  );
  const page = await newLastingPage();
  const urls: string[] = [];
  const answers: string[] = [];
  const secrets: string[] = [mtok];
  page.on('request', (request) => urls.push(request.url()));
  page.on('framenavigated', (frame) => urls.push(frame.url()));
  page.on('response', async (response) => {
    if (!response.url().startsWith(base)) return;
    const text = await response.text().catch(() => '');
    answers.push(text);
    for (const name of ['ticket', 'token']) {
      const value = new RegExp(`"${name}":"([^"]+)"`).exec(text)?.[1];
      if (value !== undefined) secrets.push(value);
    }
  });
  // Looked at every time that anything about an iframe changes, so that no moment is missed.
  await page.exposeFunction('noteUrl', (url: string) => urls.push(url));
  await page.addInitScript(() => {
    const note = (globalThis as unknown as { noteUrl: (url: string) => void }).noteUrl;
    const original = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, 'src');
    Object.defineProperty(HTMLIFrameElement.prototype, 'src', {
      get(this: HTMLIFrameElement) {
        return this.getAttribute('src') ?? '';
      },
      set(this: HTMLIFrameElement, url: string) {
        note(url);
        original?.set?.call(this, url);
      },
    });
  });
  await page.goto(origin);
  const inline = widgetOn(page, 'inline');
  await runLoan(inline.frame);
  await seePayment(inline.frame);
  const floating = widgetOn(page);
  await floating.launcher.click();
  await runLoan(floating.frame);
  await seePayment(floating.frame);
  return { page, urls, answers, secrets, mtok, clientToken };
}

describeInWholeBrowser('a secret', (stage) => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await useBothEmbeds(stage());
  });

  it('stands in no URL, no Referer header and no history, at any moment (M1, M13, M17, M24, M27)', async () => {
    const { page, urls, secrets, clientToken } = visit;
    // A ticket for the surface, one for the token, and a session for each: the search knows what to look for.
    expect(secrets.length).toBeGreaterThanOrEqual(5);
    expect(urls.filter((url) => url.includes('/embed/')).length).toBeGreaterThan(4);
    const history = await Promise.all(page.frames().map((frame) => frame.evaluate(addressesKnown)));
    expectNone(
      {
        urls: urls.join('\n'),
        referers: stage().referers.join('\n'),
        history: history.join('\n'),
        'iframe attributes': await page
          .locator('iframe')
          .evaluateAll((all) => all.map((one) => one.outerHTML).join('\n')),
      },
      [...secrets, clientToken, ...Object.values(credentialForms)],
    );
  });

  it('is in no storage and no markup of the page or its frames, which work where storage is refused', async () => {
    const { page, secrets } = visit;
    for (const frame of page.frames()) {
      const { storage, markup } = await frame.evaluate(storedAndShown);
      // This browser's contexts refuse storage to frames of other sites, as strict browsers do.
      const expected = frame.parentFrame() === null ? [] : ['SecurityError'];
      expect({ frame: frame.url(), storage }).toEqual({ frame: frame.url(), storage: expected });
      expect(markup).toContain('<body');
      expectNone({ [`markup of ${frame.url()}`]: markup }, secrets);
    }
    expect(await page.context().cookies()).toEqual([]);
  });

  it('is in no log and in no table of the server (H60, M13)', async () => {
    const { secrets } = visit;
    const { scenario } = stage();
    const rows = await scenario.rows();
    const accessLog = await scenario.database.admin.query('select to_jsonb(l)::text as line from access_log l');
    expect(accessLog.length).toBeGreaterThan(4);
    expectNone(
      { log: scenario.logged(), tables: rows, 'access log': accessLog.map(({ line }) => String(line)).join('\n') },
      [...secrets, scenario.owner.key],
    );
  });

  it('of the owner is nowhere in what a browser gets: code, answers, markup, storage (H10, H43, H60)', async () => {
    const { page, answers } = visit;
    const { owner } = stage().scenario;
    expect(answers.length).toBeGreaterThan(8);
    // The scripts of host and frame are among what is searched, not only the answers of the API.
    for (const inEachScript of ['embed/assets/', 'MICROAPP_EMBED_INIT']) {
      expect(answers.filter((answer) => answer.includes(inEachScript)).length).toBeGreaterThan(0);
    }
    const kept = await Promise.all(page.frames().map((frame) => frame.evaluate(storedAndShown)));
    const everything = [...answers, ...kept.flatMap(({ storage, markup }) => [...storage, markup])].join('\n');
    expectNone({ everything }, [owner.key, 'PRIVATE KEY']);
    expect(findCredentials(everything).map(credentialClassOf)).not.toContain('owner_key');
  });

  it('of the frame is out of reach for the page around it (H42, H64)', async () => {
    const { page } = visit;
    const attempts = await page.evaluate(() =>
      [...document.querySelectorAll('microapp-inline, microapp-floating')].flatMap((root) => {
        const iframe = root.shadowRoot?.querySelector('iframe');
        if (!iframe?.contentWindow) throw new Error('there is no iframe to look into');
        const inside = iframe.contentWindow as unknown as Record<string, unknown>;
        const outcomes = ['document', 'localStorage', 'fetch', 'recording'].map((name) => {
          try {
            return `${name}: ${String(inside[name])}`;
          } catch (error) {
            return `${name}: ${error instanceof DOMException ? error.name : String(error)}`;
          }
        });
        return [`contentDocument: ${iframe.contentDocument === null ? 'null' : 'readable'}`, ...outcomes];
      }),
    );
    const refused = [
      'contentDocument: null',
      'document: SecurityError',
      'localStorage: SecurityError',
      'fetch: SecurityError',
      'recording: SecurityError',
    ];
    expect(attempts).toEqual([...refused, ...refused]);
  });
});

/** Runs in a frame: every address that its history and its performance entries know. */
function addressesKnown(): string {
  const entries = performance.getEntries().map(({ name }) => name);
  return [location.href, document.referrer, JSON.stringify(history.state), ...entries].join('\n');
}

/** Runs in a frame: what it has stored, and its markup with what is in shadow roots. */
function storedAndShown(): { storage: string[]; markup: string } {
  const markupOf = (root: Document | ShadowRoot): string =>
    [
      root instanceof Document ? root.documentElement.outerHTML : root.innerHTML,
      ...[...root.querySelectorAll('*')].flatMap((one) => (one.shadowRoot ? [markupOf(one.shadowRoot)] : [])),
    ].join('\n');
  const storage: string[] = [];
  try {
    storage.push(...[...Object.entries(localStorage), ...Object.entries(sessionStorage)].map(String), document.cookie);
  } catch (error) {
    storage.push(error instanceof DOMException ? error.name : String(error));
  }
  return { storage: storage.filter(Boolean), markup: markupOf(document) };
}

/** The places in which a secret may not be, by name; all of them have something in them to search. */
function expectNone(places: Readonly<Record<string, string>>, secrets: readonly string[]): void {
  expect(secrets.length).toBeGreaterThan(0);
  for (const [place, text] of Object.entries(places)) {
    const found = secrets.filter((secret) => text.includes(secret));
    expect({ place, found: found.map((secret) => secret.slice(0, 8)) }).toEqual({ place, found: [] });
  }
}
