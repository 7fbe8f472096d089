import type { Frame, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { messagesIn, type SeenMessage } from './stage/recorder.ts';
import { laxSite, mountedInline, strictSite } from './stage/sites.ts';
import { describeOnStage } from './stage/stage.ts';
import { runLoan, see, seePayment, widgetOn } from './stage/widget.ts';

const shop = 'shop.example.test';

function frameFrom(page: Page, origin: string): Frame {
  const frame = page.frames().find((one) => one.url().startsWith(origin));
  if (frame === undefined) throw new Error(`no frame comes from ${origin}`);
  return frame;
}

function only(messages: readonly SeenMessage[], type: string): SeenMessage[] {
  return messages.filter((message) => message.type === type);
}

describeOnStage('the handshake', (stage) => {
  async function embedToken(): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] })).token;
  }

  /** Visits a page whose frame never runs its script; `heard` answers what that frame got, until it was taken away. */
  async function visitWithSilentFrame(url: string): Promise<{ page: Page; heard: () => Promise<SeenMessage[]> }> {
    const { base, newPage } = stage();
    const page = await newPage();
    await page.route(`${base}/embed/assets/tool-*.js`, (route) => route.abort());
    await page.goto(url);
    await expect.poll(() => page.frames().some((frame) => frame.url().startsWith(base))).toBe(true);
    const frame = frameFrom(page, base);
    const listening = (async (): Promise<SeenMessage[]> => {
      let latest: SeenMessage[] = [];
      while (!frame.isDetached()) latest = await messagesIn(frame).catch(() => latest);
      return latest;
    })();
    return { page, heard: () => listening };
  }

  it('sends the token once, after READY, to the frame, with a port (M3, M15, M18, M21, M26)', async () => {
    const { base, site, newPage } = stage();
    const mtok = await embedToken();
    const origin = site(shop, strictSite(mountedInline(base, { mtok, toolSlug: 'loan-calculator' })));
    const page = await newPage();
    await page.goto(origin);
    await runLoan(widgetOn(page, 'inline').frame);

    const heardByHost = await messagesIn(page.mainFrame());
    const [ready] = only(heardByHost, 'MICROAPP_EMBED_READY');
    expect(ready?.origin).toBe(base);
    const heardByFrame = await messagesIn(frameFrom(page, base));
    expect(heardByFrame.map(({ type, origin, ports }) => ({ type, origin, ports }))).toEqual([
      { type: 'MICROAPP_EMBED_INIT', origin, ports: 1 },
    ]);
    const [init] = heardByFrame;
    expect(init?.text).toContain(mtok);
    expect(init?.at).toBeGreaterThan(ready?.at ?? Infinity);
    // Everything later went over the port, so no other window could hear it.
    expect(new Set(heardByHost.map(({ type }) => type))).toEqual(new Set(['MICROAPP_EMBED_READY']));
  });

  it('sends nothing to a frame that never says READY, and says visibly that it waited (M21, R24)', async () => {
    const { base, site } = stage();
    const options = { mtok: await embedToken(), toolSlug: 'loan-calculator', timeoutMs: 1500 };
    const { page, heard } = await visitWithSilentFrame(site(shop, strictSite(mountedInline(base, options))));
    const { root } = widgetOn(page, 'inline');
    await root.getByRole('alert').waitFor();
    await root.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await heard()).toEqual([]);
  });

  it('takes no READY from another window for that of the frame, whatever it says: nobody hears anything (M20)', async () => {
    const { base, site } = stage();
    const evil = site(
      'evil.example.test',
      laxSite({
        base,
        script: `setInterval(() => parent.postMessage(
          { type: 'MICROAPP_EMBED_READY', protocol: [1], id: 'w1', nonce: String(Math.random()) }, '*'), 50);`,
      }),
    );
    const options = { mtok: await embedToken(), toolSlug: 'loan-calculator', timeoutMs: 1500 };
    const { body = '', script = '' } = mountedInline(base, options);
    const host = laxSite({ base, body: `<iframe src="${evil}"></iframe>${body}`, script });
    const { page, heard } = await visitWithSilentFrame(site(shop, host));
    await widgetOn(page, 'inline').root.getByRole('alert').waitFor();
    const spoofed = only(await messagesIn(page.mainFrame()), 'MICROAPP_EMBED_READY');
    expect(new Set(spoofed.map((message) => message.origin))).toEqual(new Set([evil]));
    expect(await heard()).toEqual([]);
    expect(await messagesIn(frameFrom(page, evil))).toEqual([]);
  });

  it('works with a host that is written by hand as the FAQ says: READY, check of the origin, INIT (M3, M15, M18, M19)', async () => {
    const { base, site, newPage } = stage();
    const handWritten = `
      const frame = document.querySelector('iframe');
      addEventListener('message', (ev) => {
        if (ev.origin !== ${JSON.stringify(base)} || ev.data?.type !== 'MICROAPP_EMBED_READY') return;
        const init = { type: 'MICROAPP_EMBED_INIT', slug: 'loan-calculator', token: ${JSON.stringify(await embedToken())} };
        frame.contentWindow.postMessage(init, ev.origin);
      });
      frame.src = ${JSON.stringify(`${base}/embed/apps/loan-calculator`)};`;
    const origin = site(shop, strictSite({ base, body: '<iframe></iframe>', script: handWritten }));
    const page = await newPage();
    await page.goto(origin);
    const frame = page.frameLocator('iframe');
    await runLoan(frame);
    await seePayment(frame);
    // It hears the frame's news as messages, from the frame's own origin.
    const news = await messagesIn(page.mainFrame());
    expect(news.map(({ type }) => type)).toEqual(expect.arrayContaining(['MICROAPP_AUTH_OK', 'MICROAPP_RUN_OK']));
    expect(new Set(news.map((message) => message.origin))).toEqual(new Set([base]));
  });

  it('does not start in a frame that no page embeds', async () => {
    const { base, newPage } = stage();
    const page = await newPage();
    await page.goto(`${base}/embed/apps/loan-calculator`);
    await see(page.getByRole('heading', { name: 'Nothing to see by itself' }));
  });
});
