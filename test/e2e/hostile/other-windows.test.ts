import { handshakeTimeoutMs } from '@microapp/contract/protocol';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectStatus } from '../../../packages/server/src/testing/scenario.ts';
import { messagesIn } from '../stage/recorder.ts';
import { watchSecrets } from '../stage/secrets.ts';
import { laxSite, strictSite } from '../stage/sites.ts';
import { describeOnStage } from '../stage/stage.ts';
import { runButton, runLoan, see, seePayment, widgetOn } from '../stage/widget.ts';
import { attackersSite, awaitAttack, expectSawNothing } from './attacker.ts';
import { frameAt, listeningPage, openHost, toldOfOneRun, toldTo } from './host-pages.ts';

// The attacker is a page of another origin that has a window near ours: beside the widget's frame, around the customer's
// page, before it (the opener), or in the place of the frame's document. It may send every message and navigate whatever
// the browser lets it. It sees what its own window is sent. It must see no piece of a token of any kind, must not make
// the widget use another's token, and must not make it tell its page what has not happened.
//
// Outside of what is promised: a script in the customer's own page. It is the customer, whose embed token or client token
// stands in that very page; what it still must not get at, the session, is in own-page.test.ts.

const shop = 'shop.example.test';
const evil = 'evil.example.test';
const evilToo = 'evil-too.example.test';

describeOnStage('another window', (stage) => {
  async function embedToken(allowedOrigins = [shop]): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.embedToken(owner.workspaceId, { allowedOrigins })).token;
  }

  /** A token of another customer that would work on the shop, if the frame could be made to take it. */
  async function anothersToken(): Promise<string> {
    const { owner } = stage().scenario;
    const { id } = await owner.workspace();
    return (await owner.embedToken(id, { allowedOrigins: [shop] })).token;
  }

  /** The embed tokens that a frame has brought to the server. */
  function tokensUsed(page: Page): string[] {
    const used: string[] = [];
    page.on('request', (request) => {
      const token = request.headers()['x-microapp-embed-token'];
      if (token !== undefined) used.push(token);
    });
    return used;
  }

  it('beside the frame sees no token and sets nothing off, whatever it says to the page (M20)', async () => {
    const { base, site, newPage } = stage();
    const mtok = await embedToken();
    const attacker = site(
      evil,
      attackersSite({
        base,
        script: "setInterval(() => { attack.lieToHost(parent, 'w1'); attack.say(parent, null); }, 30);",
      }),
    );
    const { body = '', script = '' } = listeningPage(base, { mtok });
    const page = await newPage();
    const handedOut = watchSecrets(page.context(), base);
    await page.goto(site(shop, laxSite({ base, body: `<iframe src="${attacker}"></iframe>${body}`, script })));
    const { frame } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    const beside = await frameAt(page, attacker);
    await awaitAttack(beside);
    expect(await toldTo(page)).toEqual(toldOfOneRun);
    const { tickets, sessions } = await handedOut();
    expect({ tickets: tickets.length, sessions: sessions.length }).toEqual({ tickets: 1, sessions: 1 });
    await expectSawNothing([beside], [mtok, ...tickets, ...sessions]);
  });

  it('of our own origin that shows the same gets nothing that is for the widget (M20)', async () => {
    const { base, site, newPage } = stage();
    const mtok = await embedToken();
    const { body = '', script = '' } = listeningPage(base, { mtok });
    const decoy = `${base}/embed/loan-calculator`;
    const page = await newPage();
    await page.clock.install();
    await page.goto(site(shop, laxSite({ base, body: `<iframe src="${decoy}"></iframe>${body}`, script })));
    const { frame } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    const beside = await frameAt(page, decoy);
    // It has said READY as often as it ever does, and got no answer.
    await page.clock.fastForward(handshakeTimeoutMs);
    await beside.getByRole('heading', { name: 'This tool did not start' }).waitFor();
    expect(await messagesIn(beside)).toEqual([]);
    expect(await toldTo(page)).toEqual(toldOfOneRun);
  });

  it('beside the frame cannot bring in its own token, or play the host, before or after INIT', async () => {
    const { base, site, newPage } = stage();
    const [mtok, evilToken] = [await embedToken(), await anothersToken()];
    const attacker = site(
      evil,
      attackersSite({
        base,
        script: `setInterval(() => {
          for (let i = 0; i < parent.length; i++) {
            if (parent[i] !== window) attack.lieToFrame(parent[i], ${JSON.stringify(evilToken)});
          }
        }, 30);`,
      }),
    );
    const { body = '', script = '' } = openHost(base, mtok);
    const page = await newPage();
    const used = tokensUsed(page);
    const handedOut = watchSecrets(page.context(), base);
    await page.goto(site(shop, laxSite({ base, body: `${body}<iframe src="${attacker}"></iframe>`, script })));
    const ours = await frameAt(page, base);
    const beside = await frameAt(page, attacker);
    await ours.getByRole('main').waitFor();
    await awaitAttack(beside);
    expect(used).toEqual([]);

    await page.evaluate(() => (globalThis as unknown as { admit: () => Promise<void> }).admit());
    const frame = page.frameLocator('#ours');
    await runLoan(frame);
    await seePayment(frame);
    expect(await runButton(frame).textContent()).toBe('Run again');
    expect(used).toEqual([mtok]);
    const { tickets, sessions } = await handedOut();
    await expectSawNothing([beside], [mtok, ...tickets, ...sessions]);
  });

  it('around the page of a customer sees no token, and neither does what it puts in place of our frame (M20)', async () => {
    const { base, site, newPage } = stage();
    const [mtok, evilToken] = [await embedToken(), await anothersToken()];
    const { body = '', script = '' } = listeningPage(base, { mtok });
    const customers = site(shop, laxSite({ base, body, script }));
    const inPlace = site(
      evilToo,
      attackersSite({ base, script: "setInterval(() => attack.lieToHost(parent, 'w1'), 30);" }),
    );
    const attacker = site(
      evil,
      attackersSite({
        base,
        body: `<iframe src="${customers}"></iframe>`,
        // A frame in a shadow root is in nobody's list of frames. This one is handed to the attacker all the same.
        script: `
          setInterval(() => { attack.lieToHost(frames[0], 'w1'); }, 30);
          let ours;
          addEventListener('message', ({ source, data }) => {
            if (data !== 'a way in') return;
            ours = source;
            setInterval(() => attack.lieToFrame(ours, ${JSON.stringify(evilToken)}), 30);
          });
          globalThis.replace = () => { ours.location = ${JSON.stringify(inPlace)}; };`,
      }),
    );
    const page = await newPage();
    await page.clock.install();
    const used = tokensUsed(page);
    const handedOut = watchSecrets(page.context(), base);
    await page.goto(attacker);
    const customer = page.frameLocator('iframe');
    const root = customer.locator('microapp-inline');
    const ours = await frameAt(page, base);
    await ours.evaluate(() => top?.postMessage('a way in', '*'));
    await runLoan(root.frameLocator('iframe'));
    await seePayment(root.frameLocator('iframe'));
    await awaitAttack(page.mainFrame());
    expect(await page.evaluate(() => frames[0]?.length)).toBe(0);
    expect(await toldTo(await frameAt(page, customers))).toEqual(toldOfOneRun);

    await page.evaluate(() => (globalThis as unknown as { replace: () => void }).replace());
    const replaced = await frameAt(page, inPlace);
    await awaitAttack(replaced);
    const { tickets, sessions } = await handedOut();
    await expectSawNothing([page.mainFrame(), replaced], [mtok, ...tickets, ...sessions]);
    // What is not ours any more does not stay under our name: the widget says so, and the visitor's retry mends it.
    await page.clock.fastForward(handshakeTimeoutMs);
    await root.getByRole('alert').waitFor();
    await root.getByRole('button', { name: 'Try again' }).click();
    await runLoan(root.frameLocator('iframe'));
    await seePayment(root.frameLocator('iframe'));
    expect(new Set(used)).toEqual(new Set([mtok]));
  });

  it('that opened the page sees no token and sets nothing off (M20)', async () => {
    const { base, site, newPage } = stage();
    const [mtok, evilToken] = [await embedToken(), await anothersToken()];
    const { body = '', script = '' } = listeningPage(base, { mtok });
    const customers = site(shop, laxSite({ base, body, script }));
    const attacker = site(
      evil,
      attackersSite({
        base,
        script: `
          const opened = open(${JSON.stringify(customers)});
          setInterval(() => { attack.lieToHost(opened, 'w1'); attack.lieToFrame(opened, ${JSON.stringify(evilToken)}); }, 30);
          addEventListener('message', ({ source, data }) => {
            if (data === 'a way in') setInterval(() => attack.lieToFrame(source, ${JSON.stringify(evilToken)}), 30);
          });`,
      }),
    );
    const page = await newPage();
    const handedOut = watchSecrets(page.context(), base);
    const opening = page.waitForEvent('popup');
    await page.goto(attacker);
    const opened = await opening;
    const used = tokensUsed(opened);
    const ours = await frameAt(opened, base);
    await ours.evaluate(() => top?.opener.postMessage('a way in', '*'));
    const { frame } = widgetOn(opened, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    await awaitAttack(page.mainFrame());
    expect(await toldTo(opened)).toEqual(toldOfOneRun);
    expect(await runButton(frame).textContent()).toBe('Run again');
    expect(used.filter((token) => token !== mtok)).toEqual([]);
    const { tickets, sessions } = await handedOut();
    await expectSawNothing([page.mainFrame()], [mtok, ...tickets, ...sessions]);
  });

  it('that takes the place of the frame while its next credential is under way never sees that (M20)', async () => {
    const { base, site, newPage, scenario } = stage();
    const mtok = await embedToken();
    const inPlace = site(
      evil,
      attackersSite({ base, script: "setInterval(() => attack.lieToHost(parent, 'w1'), 30);" }),
    );
    const customers = `http://${shop}:${stage().sitePort}`;
    const page = await newPage();
    const refused = page.waitForEvent('console', (message) => message.text().includes('target origin provided'));
    const held = Promise.withResolvers<void>();
    const tickets: string[] = [];
    // The customer's backend, which is slow the second time.
    await page.exposeFunction('mint', async (reason: string) => {
      if (reason !== 'start') await held.promise;
      const answer = await scenario.ask({
        method: 'POST',
        url: '/v1/embed/sessions',
        headers: { 'x-microapp-embed-token': mtok },
        body: { app: 'loan-calculator', origin: customers },
      });
      const { ticket, frameUrl } = answer.body as { ticket: string; frameUrl: string };
      tickets.push(ticket);
      return { ticket, frameUrl };
    });
    const { body = '' } = listeningPage(base, {});
    const script = `
      globalThis.widget = MicroappWidget.mount({
        toolSlug: 'loan-calculator', mode: 'inline', target: '#place', getToken: ({ reason }) => mint(reason),
      });`;
    await page.goto(site(shop, laxSite({ base, body, script })));
    const { frame, iframe } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);

    const ours = await frameAt(page, base);
    await ours.evaluate(() => location.reload());
    await expect
      .poll(() => messagesIn(page.mainFrame()).then((messages) => new Set(messages.map(({ text }) => text)).size))
      .toBe(2);
    await iframe.evaluate((element, url) => {
      (element as HTMLIFrameElement).contentWindow?.location.replace(url);
    }, inPlace);
    const replaced = await frameAt(page, inPlace);
    await awaitAttack(replaced);
    held.resolve();
    // The browser itself refuses to deliver, and says so: INIT names the only origin that may read it.
    await refused;
    expect(tickets.length).toBe(2);
    await expectSawNothing([replaced], [mtok, ...tickets]);
  });

  it('cannot make a session of a token or a ticket that it has stolen: its page is not on the list (M22)', async () => {
    const { base, site, newPage, scenario } = stage();
    const mtok = await embedToken();
    const backendsTicket = await scenario.ask({
      method: 'POST',
      url: '/v1/embed/sessions',
      headers: { 'x-microapp-embed-token': mtok },
      body: { app: 'loan-calculator', origin: `http://${shop}:${stage().sitePort}` },
    });
    const { ticket } = backendsTicket.body as { ticket: string };
    const parentOrigin = `http://${shop}:${stage().sitePort}`;
    const page = await newPage();
    const handedOut = watchSecrets(page.context(), base);
    const statuses: number[] = [];
    page.on('response', (answer) => {
      if (answer.url().includes('/v1/embed/sessions') && answer.request().method() === 'POST')
        statuses.push(answer.status());
    });
    const script = `
      const place = { mode: 'inline', target: '#place', toolSlug: 'loan-calculator' };
      MicroappWidget.mount({ ...place, mtok: ${JSON.stringify(mtok)} });
      MicroappWidget.mount({ ...place, getToken: async () => (${JSON.stringify({ ticket })}) });`;
    await page.goto(site(evil, attackersSite({ base, body: listeningPage(base, {}).body ?? '', script })));
    for (const index of [0, 1]) {
      await see(page.locator('microapp-inline iframe').nth(index).contentFrame().getByRole('alert'));
    }
    const attempts = await page.evaluate(tryByHand, { base, mtok, ticket, parentOrigin });
    expect(attempts).toEqual(['refused', 'refused', 'unreadable', 'unreadable', 'unreadable']);
    const { tickets, sessions } = await handedOut();
    expect({ tickets, sessions }).toEqual({ tickets: [], sessions: [] });
    expect(statuses.length).toBeGreaterThanOrEqual(5);
    expect(statuses.filter((status) => status < 400)).toEqual([]);
    // The ticket was good all the time.
    const again = { method: 'POST', url: '/v1/embed/sessions/redeem', body: { ticket, parentOrigin } } as const;
    const { token } = (await expectStatus(scenario.ask(again), 200)).body as { token: string };
    expect(token).toBeTypeOf('string');
  });

  it('and the page itself come too early before READY: INIT is ignored, even with a token that would be good (M18)', async () => {
    const { base, site, newPage } = stage();
    const [mtok, evilToken] = [await embedToken(), await anothersToken()];
    const page = await newPage();
    const used = tokensUsed(page);
    // Time stands still, so the frame has started, listens, and has not said READY.
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
    await page.goto(site(shop, laxSite(openHost(base, mtok))));
    const ours = await frameAt(page, base);
    await ours.getByRole('main').waitFor();
    await page.locator('#ours').evaluate((iframe, token) => {
      const init = { type: 'MICROAPP_EMBED_INIT', slug: 'loan-calculator', token };
      (iframe as HTMLIFrameElement).contentWindow?.postMessage(init, '*');
    }, evilToken);
    await expect.poll(async () => (await messagesIn(ours)).length).toBe(1);
    expect(await messagesIn(page.mainFrame())).toEqual([]);

    await page.clock.resume();
    await page.evaluate(() => (globalThis as unknown as { admit: () => Promise<void> }).admit());
    await runLoan(page.frameLocator('#ours'));
    await seePayment(page.frameLocator('#ours'));
    expect(used).toEqual([mtok]);
  });

  it('cannot repeat INIT, not even as the page itself and with the right nonce: it is heard once (M18)', async () => {
    const { base, site, newPage } = stage();
    const [mtok, evilToken] = [await embedToken(), await anothersToken()];
    const page = await newPage();
    const used = tokensUsed(page);
    await page.goto(site(shop, strictSite(listeningPage(base, { mtok }))));
    const { frame, iframe } = widgetOn(page, 'inline');
    await runLoan(frame);
    await seePayment(frame);
    const ours = await frameAt(page, base);
    const [ready] = await messagesIn(page.mainFrame());
    const [init] = await messagesIn(ours);
    expect(ready?.type).toBe('MICROAPP_EMBED_READY');
    await iframe.evaluate(
      (element, { first, token }) => {
        const heard: unknown[] = [];
        Object.defineProperty(globalThis, 'heard', { value: heard });
        for (const again of [first, { ...first, token }]) {
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', ({ data }) => heard.push(data));
          port1.start();
          (element as HTMLIFrameElement).contentWindow?.postMessage(again, '*', [port2]);
        }
      },
      { first: JSON.parse(init?.text ?? '') as Record<string, unknown>, token: evilToken },
    );
    await expect.poll(async () => (await messagesIn(ours)).length).toBe(3);
    await runLoan(frame, { principal: '100000', rate: '6', years: '30' });
    await seePayment(frame, '599.55');
    expect(used).toEqual([mtok]);
    expect(await page.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard)).toEqual([]);
    expect(await toldTo(page)).toEqual([...toldOfOneRun, 'onRunStart', 'onRunSuccess']);
  });

  it('may send anything that can be sent, null and what contains itself, to page or frame: neither stumbles', async () => {
    const { base, site, newPage } = stage();
    const mtok = await embedToken();
    const { body = '', script = '' } = listeningPage(base, { mtok });
    const odd = site(evil, attackersSite({ base, script: `(${String(sayOddThings)})([parent]);` }));
    const page = await newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    const open = openHost(base, mtok);
    await page.goto(
      site(
        shop,
        laxSite({
          base,
          body: `${open.body}<iframe src="${odd}"></iframe>${body}`,
          script: `${open.script}\n${script}`,
        }),
      ),
    );
    // From outside, from the page to the frame before INIT and after, and even from the frame to the page.
    await page.evaluate(sayOddThings, undefined);
    const { frame, iframe } = widgetOn(page, 'inline');
    const ours = await (await iframe.elementHandle())?.contentFrame();
    await ours?.evaluate(sayOddThings, undefined);
    await runLoan(frame);
    await seePayment(frame);
    await page.evaluate(() => (globalThis as unknown as { admit: () => Promise<void> }).admit());
    await page.evaluate(sayOddThings, undefined);
    await runLoan(page.frameLocator('#ours'));
    await seePayment(page.frameLocator('#ours'));
    expect((await messagesIn(await frameAt(page, `${base}/embed/apps/loan-calculator`))).length).toBeGreaterThan(40);
    expect(await toldTo(page)).toEqual(toldOfOneRun);
    expect(errors).toEqual([]);
  });
});

/** Runs in a page that has stolen a token and a ticket: asks for a session in all the ways that a page has. */
async function tryByHand(loot: {
  base: string;
  mtok: string;
  ticket: string;
  parentOrigin: string;
}): Promise<string[]> {
  const { base, mtok, ticket, parentOrigin } = loot;
  const json = { 'content-type': 'application/json' };
  const ticketOf = { body: JSON.stringify({ app: 'loan-calculator', parentOrigin, origin: parentOrigin }) };
  const redeem = { body: JSON.stringify({ ticket, parentOrigin }) };
  const questions: [path: string, request: RequestInit][] = [
    ['/v1/embed/sessions', { ...ticketOf, headers: { ...json, 'x-microapp-embed-token': mtok } }],
    [
      '/v1/embed/sessions',
      { ...ticketOf, headers: { ...json, 'x-microapp-embed-token': mtok }, referrerPolicy: 'no-referrer' },
    ],
    ['/v1/embed/sessions/redeem', { ...redeem, headers: json }],
    // Asks for no permission first: the answer cannot be read, but the question arrives.
    ['/v1/embed/sessions/redeem', { ...redeem, mode: 'no-cors' }],
    ['/v1/embed/sessions/redeem', { ...redeem, mode: 'no-cors', headers: { 'content-type': 'text/plain' } }],
  ];
  return Promise.all(
    questions.map(async ([path, request]) => {
      try {
        const answer = await fetch(base + path, { method: 'POST', ...request });
        if (answer.type === 'opaque') return 'unreadable';
        return answer.ok ? await answer.text() : 'refused';
      } catch {
        return 'unreadable';
      }
    }),
  );
}

/** Runs in a page: says to the windows, else to its parent or its frames, all that a window can say and should not. */
function sayOddThings(windows: Window[] | undefined): void {
  const itself: Record<string, unknown> = { type: 'MICROAPP_EMBED_INIT', slug: 'loan-calculator' };
  itself['config'] = itself;
  const huge = 'x'.repeat(200_000);
  const types = ['EMBED_READY', 'EMBED_INIT', 'ACK', 'RESIZE', 'TOKEN', 'CONFIG', 'AUTH_ERR'].map(
    (name) => `MICROAPP_${name}`,
  );
  const values = [
    null,
    undefined,
    0,
    '',
    'null',
    1n,
    Number.NaN,
    [],
    {},
    new Map([['type', 1]]),
    new Date(0),
    new Uint8Array(8),
  ];
  const odd: unknown[] = [
    ...values,
    ...values.map((type) => ({ type })),
    itself,
    huge,
    { ...itself, config: undefined, token: huge },
    ...['toString', '__proto__', 'constructor'].map((type) => ({ type })),
    ...types.map((type) => ({ type })),
    ...values.map((value) => ({ type: 'MICROAPP_EMBED_INIT', slug: value, token: value, nonce: value, config: value })),
    ...values.map((value) => ({ type: 'MICROAPP_EMBED_READY', protocol: value, id: 'w1', nonce: value })),
  ];
  const targets = windows ?? [
    ...(parent === window ? [] : [parent]),
    ...Array.from(document.querySelectorAll('*'), framed).flat(),
  ];
  for (const target of targets) for (const one of odd) target.postMessage(one, '*');

  function framed(element: Element): Window[] {
    const inside = element.shadowRoot?.querySelector('iframe') ?? element;
    return inside instanceof HTMLIFrameElement && inside.contentWindow ? [inside.contentWindow] : [];
  }
}
