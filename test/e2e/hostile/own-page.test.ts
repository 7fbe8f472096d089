/* oxlint-disable typescript/unbound-method -- what the page patches is called with the `this` that it was called with */
import { expect, it } from 'vitest';
import { watchSecrets, leakedInto } from '../stage/secrets.ts';
import { laxSite, scriptTag, strictSite } from '../stage/sites.ts';
import { describeOnStage } from '../stage/stage.ts';
import { runLoan, see, seePayment, widgetOn } from '../stage/widget.ts';
import { frameAt, listeningPage } from './host-pages.ts';

// What a customer's page does to the widget with its own hands: other people's libraries, a router, a theme, or a script
// that wants to know more than it should. The page gives us its embed token or client token, and hands a ticket to the
// frame, so those are its own. What it must not get is what the frame has: the session, and what the visitor does.

const shop = 'shop.example.test';

describeOnStage('the page around a widget', (stage) => {
  async function clientToken(): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.surface(owner.workspaceId, { allowedOrigins: [shop] })).clientToken;
  }

  async function embedToken(): Promise<string> {
    const { owner } = stage().scenario;
    return (await owner.embedToken(owner.workspaceId, { allowedOrigins: [shop] })).token;
  }

  it('sees no session and no input, whatever it has put in place of the browser before our script (H42)', async () => {
    const { base, site, newPage } = stage();
    const key = await clientToken();
    const page = await newPage();
    const handedOut = watchSecrets(page.context(), base);
    const statuses: number[] = [];
    page.on('response', (answer) => answer.url().endsWith('/redeem') && statuses.push(answer.status()));
    await page.goto(
      site(
        shop,
        laxSite({
          base,
          head: '<script src="/page.js"></script>',
          body: scriptTag(base, key, 'data-mode="inline"'),
          script: `(${String(spyOnEverything)})();`,
        }),
      ),
    );
    const { frame, root, iframe } = widgetOn(page, 'inline');
    await runLoan(frame, { principal: '234567', rate: '6', years: '30' });
    await seePayment(frame, '1,406.35');

    const { tickets, sessions } = await handedOut();
    expect(sessions.length).toBe(1);
    const spied = await page.evaluate(() => (globalThis as unknown as { spied: string[] }).spied.join('\n'));
    // It sees what is its own: that is how we know that it looks in the right places.
    expect(leakedInto(spied, [key, ...tickets])).toEqual([key, ...tickets]);
    expect(leakedInto(spied, sessions)).toEqual([]);
    expect(spied).not.toMatch(/234,?567/);

    // Nor by looking: at the frame, at its addresses, at our markup, at the list of what was loaded.
    const looks = await iframe.evaluate((element) => {
      const inside = (element as HTMLIFrameElement).contentWindow as unknown as Record<string, Record<string, unknown>>;
      const attempt = (look: () => unknown): string => {
        try {
          return String(look());
        } catch (error) {
          return error instanceof DOMException ? error.name : String(error);
        }
      };
      return {
        document: attempt(() => (element as HTMLIFrameElement).contentDocument),
        address: attempt(() => inside['location']?.['href']),
        recording: attempt(() => inside['recording']),
        storage: attempt(() => inside['localStorage']),
        frames: window.length,
        named: attempt(() => (window as unknown as Record<string, unknown>)['Microapp']),
        loaded: performance.getEntries().map(({ name }) => name),
        markup: document.documentElement.outerHTML + (element.getRootNode() as ShadowRoot).innerHTML,
      };
    });
    expect(looks).toMatchObject({
      document: 'null',
      address: 'SecurityError',
      recording: 'SecurityError',
      storage: 'SecurityError',
      frames: 0,
      named: 'undefined',
    });
    expect(looks.loaded.some((name) => name.includes('/embed/assets/runtime-'))).toBe(true);
    expect(looks.loaded.some((name) => /redeem|\/run$|tool-/.test(name))).toBe(false);
    expect(leakedInto(JSON.stringify(looks), [...tickets, ...sessions])).toEqual([]);
    expect(await root.count()).toBe(1);

    // Nor by redeeming a ticket itself: it may have one, and that is for the frame alone.
    statuses.length = 0;
    expect(await page.evaluate(redeemByHand, { base, key })).toEqual(['unreadable', 'unreadable']);
    expect(statuses.filter((status) => status < 400)).toEqual([]);
    expect((await handedOut()).sessions).toEqual(sessions);
  });

  it.each([
    ['a link', '<a id="MicroappWidget" href="/">Microapp</a>'],
    ['a form with fields', '<form id="MicroappWidget"><input name="mount"><input name="tags"><input name="q"></form>'],
    ['two elements', '<a id="MicroappWidget"></a><a id="MicroappWidget" name="mount"></a>'],
    ['a frame of another site', '<iframe name="MicroappWidget" src="ELSEWHERE"></iframe>'],
    [
      'an element that poses as the running script',
      '<img name="currentScript" alt=""><form name="currentScript"></form>',
    ],
    ['a form that poses as the body', '<form name="body"></form>'],
  ])('may have %s where the script looks for what it needs: the launcher comes and works', async (_, clobbering) => {
    const { base, site, newPage } = stage();
    const elsewhere = site('evil.example.test', laxSite({ base }));
    const page = await newPage();
    await page.goto(site(shop, laxSite({ base, body: clobbering.replace('ELSEWHERE', elsewhere) })));
    // After everything has loaded, when a frame's document is another site's.
    await page.evaluate(insertTag, { src: `${base}/embed.js`, key: await clientToken() });
    const { launcher, frame } = widgetOn(page);
    await launcher.click();
    await runLoan(frame);
    await seePayment(frame);
  });

  it.each([
    [
      'of Prototype.js',
      'works',
      "Array.prototype.toJSON = function () { return '[' + this.join() + ']'; }; Array.prototype.each = Array.prototype.forEach;",
    ],
    [
      'that for-in loops fall over',
      'works',
      'Object.prototype.more = 1; Array.prototype.more = 1; Function.prototype.more = 1;',
    ],
    [
      'that replace array methods',
      'works',
      "for (const name of ['filter', 'map', 'includes', 'flat', 'find']) Array.prototype[name] = () => [];",
    ],
    [
      'that wrap timers, promises and listeners',
      'works',
      `for (const name of ['setTimeout', 'clearTimeout', 'fetch', 'queueMicrotask']) {
      const own = window[name]; window[name] = (...given) => own.apply(window, given);
    }
    const { then } = Promise.prototype; Promise.prototype.then = function (...given) { return then.apply(this, given); };
    const { addEventListener: add } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (...given) { return add.apply(this ?? window, given); };`,
    ],
    ['that break JSON', 'says so', "JSON.stringify = () => { throw new Error('no'); };"],
    ['that break fetch', 'says so', 'window.fetch = () => undefined;'],
    ['that break MessageChannel', 'says so', 'window.MessageChannel = undefined;'],
    ['that break IntersectionObserver', 'says so', 'window.IntersectionObserver = undefined;'],
  ])('may have scripts %s: the widget %s', async (_, outcome, script) => {
    const { base, site, newPage } = stage();
    const attributes = `data-mode="inline" data-timeout-ms="3000"`;
    const body = scriptTag(base, await clientToken(), attributes);
    const page = await newPage();
    const lines: string[] = [];
    page.on('console', (message) => message.text().startsWith('Microapp:') && lines.push(message.text()));
    await page.goto(site(shop, laxSite({ base, head: '<script src="/page.js"></script>', body, script })));
    const { root, frame } = widgetOn(page, 'inline');
    const isFine = outcome === 'works';
    if (isFine) await runLoan(frame);
    await (isFine ? seePayment(frame) : see(root.getByRole('button', { name: 'Try again' })));
    // It comes once the cause is found.
    await expect.poll(() => lines).toHaveLength(isFine ? 0 : 1);
  });

  it('may style everything as it likes and hide our element: the widget looks the same (H41)', async () => {
    const { base, site, newPage } = stage();
    const looks = async (style: string): Promise<object> => {
      const page = await newPage();
      const parts = listeningPage(base, { mtok: await embedToken() });
      await page.goto(site(shop, strictSite({ ...parts, style: `body { margin: 8px; } ${style}` })));
      const { frame, iframe, root } = widgetOn(page, 'inline');
      await runLoan(frame);
      await seePayment(frame);
      const computed = (element: Element): object => {
        const { display, opacity, visibility, pointerEvents, filter, transform, clipPath, position, zoom } =
          getComputedStyle(element);
        return { display, opacity, visibility, pointerEvents, filter, transform, clipPath, position, zoom };
      };
      const box = await iframe.boundingBox();
      return {
        box: { width: box?.width, x: box?.x },
        root: await root.evaluate(computed),
        iframe: await iframe.evaluate(computed),
      };
    };
    const hiding = `display: none !important; opacity: 0 !important; visibility: hidden !important; pointer-events: none !important;
      filter: blur(9px) !important; transform: scale(0) !important; clip-path: inset(50%) !important; position: fixed !important;
      zoom: 3 !important; animation: gone 1s infinite !important; transition: all 99s !important;`;
    const hostile = `microapp-inline, microapp-inline *, iframe { ${hiding} }
      #place > * { ${hiding} all: unset !important; } @keyframes gone { to { opacity: 0; } }`;
    expect(await looks(hostile)).toEqual(await looks(''));
  });

  it.each([
    ['removes our element', 'root.remove();'],
    [
      'moves our element',
      "const aside = document.createElement('aside'); document.body.prepend(aside); aside.append(root);",
    ],
    ['moves our element and removes it from there', 'document.body.prepend(root); root.remove();'],
    [
      'moves our element, and later clears where it went',
      "const aside = document.createElement('aside'); document.body.prepend(aside); aside.append(root); later(() => root.remove());",
    ],
    [
      'replaces its body',
      "const body = document.createElement('body'); body.append('Another page'); document.body.replaceWith(body);",
    ],
    ['replaces its content as text', "document.body.textContent = 'Another page';"],
  ])('may be one that %s: the widget is there again and works', async (_, change) => {
    const { base, site, newPage } = stage();
    const body = scriptTag(base, await clientToken(), '');
    const page = await newPage();
    await page.goto(site(shop, laxSite({ base, body })));
    const { launcher, frame, dialog, root } = widgetOn(page);
    await launcher.click();
    await runLoan(frame);
    await seePayment(frame);
    await page.evaluate(`new Promise((resolve) => {
      const root = document.querySelector('microapp-floating');
      let steps = [];
      const later = (step) => steps.push(step);
      ${change}
      requestAnimationFrame(() => { for (const step of steps) step(); requestAnimationFrame(resolve); });
    })`);
    if (!(await dialog.isVisible())) await launcher.click();
    await runLoan(frame);
    await seePayment(frame);
    expect(await root.count()).toBe(1);
    expect(page.frames().length).toBe(2);
    await frameAt(page, base);
  });
});

/** Runs in the page before our script: wraps what a script could need, and writes down all that goes through it. */
function spyOnEverything(): void {
  const spied: string[] = [];
  Object.defineProperty(globalThis, 'spied', { value: spied });
  const { stringify } = JSON;
  const { then } = Promise.prototype;
  let looking = false;
  const note = (values: readonly unknown[]): void => {
    if (looking) return;
    looking = true;
    for (const value of values) {
      try {
        spied.push(typeof value === 'string' ? value : (stringify(value) ?? String(value)));
      } catch (error) {
        spied.push(String(error));
      }
    }
    looking = false;
  };
  const wrap = (owner: object, name: string): void => {
    const target = owner as Record<string, (...given: unknown[]) => unknown>;
    const original = target[name];
    if (typeof original !== 'function') throw new Error(`there is no ${name} to wrap`);
    target[name] = function (this: unknown, ...given) {
      const result = Reflect.apply(original, this ?? globalThis, given);
      note([...given, result]);
      if (result instanceof Promise)
        void then.call(
          result,
          (value) => note([value]),
          () => undefined,
        );
      return result;
    };
  };
  const wrapRead = (owner: object, name: string): void => {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor?.get === undefined) throw new Error(`there is no ${name} to read`);
    const { get } = descriptor;
    Object.defineProperty(owner, name, {
      ...descriptor,
      get(this: unknown) {
        const value: unknown = Reflect.apply(get, this, []);
        note([value]);
        return value;
      },
    });
  };
  for (const name of ['fetch', 'postMessage', 'setTimeout', 'queueMicrotask', 'structuredClone', 'btoa', 'atob'])
    wrap(globalThis, name);
  for (const name of ['parse', 'stringify']) wrap(JSON, name);
  for (const name of ['json', 'text', 'arrayBuffer']) wrap(Response.prototype, name);
  for (const name of ['then', 'catch', 'finally']) wrap(Promise.prototype, name);
  for (const name of ['assign', 'entries', 'fromEntries']) wrap(Object, name);
  for (const name of ['push', 'map', 'filter', 'join']) wrap(Array.prototype, name);
  for (const name of ['setAttribute', 'append', 'remove', 'attachShadow']) wrap(Element.prototype, name);
  wrap(MessagePort.prototype, 'postMessage');
  wrap(RegExp.prototype, 'test');
  wrap(EventTarget.prototype, 'dispatchEvent');
  wrapRead(MessageEvent.prototype, 'data');
  wrapRead(HTMLIFrameElement.prototype, 'contentWindow');
  const OwnChannel = MessageChannel;
  globalThis.MessageChannel = class extends OwnChannel {
    constructor() {
      super();
      for (const port of [this.port1, this.port2]) port.addEventListener('message', ({ data }) => note([data]));
    }
  };
  const { addEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (this: EventTarget | undefined, type, listener, options) {
    const spying = (event: Event): void => {
      if (event instanceof MessageEvent) note([event.data, event.origin]);
    };
    if (type === 'message') addEventListener.call(this ?? window, type, spying, options);
    addEventListener.call(this ?? window, type, listener, options);
  };
}

/** Runs in the page, which may ask for tickets, and tries to make a session of one by itself. */
async function redeemByHand({ base, key }: { base: string; key: string }): Promise<string[]> {
  const ask = (path: string, request: RequestInit): Promise<Response> =>
    fetch(base + path, { method: 'POST', ...request });
  const headers = { 'content-type': 'application/json' };
  const session = await ask('/v1/embed/sessions', { headers, body: JSON.stringify({ key }) });
  const { ticket } = (await session.json()) as { ticket: string };
  const body = JSON.stringify({ ticket, parentOrigin: location.origin });
  const outcomes: string[] = [];
  for (const request of [
    { headers, body },
    { body, mode: 'no-cors' },
  ] as const) {
    try {
      const answer = await ask('/v1/embed/sessions/redeem', request);
      outcomes.push((await answer.text()) || 'unreadable');
    } catch {
      outcomes.push('unreadable');
    }
  }
  return outcomes;
}

/** Runs in the page: what a tag manager does. */
function insertTag({ src, key }: { src: string; key: string }): void {
  const script = Object.assign(document.createElement('script'), { src });
  script.dataset['embedKey'] = key;
  document.head.append(script);
}
