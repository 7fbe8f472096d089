import { messageLengthMax, type FrameToHost, type HostToFrame, type Init } from '@microapp/contract/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeTarget, messageEvent, nextMessage, type Arrival } from '../testing/fake-windows.ts';
import { linkFrame, type Secret } from './frame-link.ts';

const embed = 'https://embed.example';

let window: EventTarget;
let frame: { contentWindow: FakeTarget | null };
let frameWindow: FakeTarget;
let gone: AbortController;
let send: (message: HostToFrame) => void;
let heard: FrameToHost[];
let failures: string[];
let asked: PromiseWithResolvers<Secret>[];

beforeEach(() => {
  window = new EventTarget();
  frameWindow = new FakeTarget();
  frame = { contentWindow: frameWindow };
  gone = new AbortController();
  heard = [];
  failures = [];
  asked = [];
  const init = async () => {
    const request = Promise.withResolvers<Secret>();
    asked.push(request);
    return { ...(await request.promise), slug: 'loan-calculator', config: { locale: 'de' } };
  };
  const react = (message: FrameToHost) => heard.push(message);
  const fail = (error: Error) => failures.push(error.message);
  send = linkFrame(window, frame, embed, gone.signal, init, react, fail);
});

afterEach(() => {
  gone.abort();
  for (const { ports } of frameWindow.posted) for (const port of ports) port.close();
});

function ready(nonce: string, fields: object = {}): object {
  return { type: 'MICROAPP_EMBED_READY', protocol: [1], id: '', nonce, ...fields };
}

function arrive(arrival: Partial<Arrival>): void {
  window.dispatchEvent(messageEvent({ data: undefined, origin: embed, source: frameWindow, ...arrival }));
}

/** Answers the request for a credential that has waited since `index`, and lets the answer arrive. */
async function grant(index: number, secret: Secret = { ticket: `mtkt_${index}` }): Promise<void> {
  asked[index]?.resolve(secret);
  await settle();
}

/** Past every promise that is already decided. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

function inits() {
  return frameWindow.posted.map(({ message, targetOrigin, ports: [port] }) => ({
    init: message as Init,
    targetOrigin,
    port,
  }));
}

async function shakeHands(nonce: string, timeStamp = 0): Promise<MessagePort> {
  arrive({ data: ready(nonce), timeStamp });
  await grant(asked.length - 1);
  const port = inits().at(-1)?.port;
  if (!port) throw new Error('no port came with INIT');
  return port;
}

describe('INIT', () => {
  it('answers READY with the credential, at the exact origin of the frame, with a port (M3, M18, M26)', async () => {
    await shakeHands('n1');
    expect(inits()).toMatchObject([
      {
        init: {
          type: 'MICROAPP_EMBED_INIT',
          protocol: 1,
          nonce: 'n1',
          ticket: 'mtkt_0',
          slug: 'loan-calculator',
          config: { locale: 'de' },
        },
        targetOrigin: embed,
      },
    ]);
    expect(inits()[0]?.port).toBeInstanceOf(MessagePort);
  });

  it('is not sent, and no credential asked for, without READY (M21)', async () => {
    await settle();
    expect(asked).toEqual([]);
    expect(frameWindow.posted).toEqual([]);
  });

  it.each<[string, () => Partial<Arrival>]>([
    ['of another window', () => ({ data: ready('n1'), source: new FakeTarget() })],
    ['of another origin in the frame', () => ({ data: ready('n1'), origin: 'https://evil.example' })],
    ['of an opaque origin', () => ({ data: ready('n1'), origin: 'null' })],
    ['without a nonce', () => ({ data: ready('', {}) })],
    ['without protocols', () => ({ data: ready('n1', { protocol: 1 }) })],
    ['of another type', () => ({ data: ready('n1', { type: 'READY' }) })],
    ['that is null', () => ({ data: null })],
    ['that is text', () => ({ data: JSON.stringify(ready('n1')) })],
  ])('is not sent to a READY %s (M20)', async (_what, make) => {
    arrive(make());
    await settle();
    expect(asked).toEqual([]);
    expect(frameWindow.posted).toEqual([]);
    expect(failures).toEqual([]);
    await shakeHands('n1');
    expect(inits()).toHaveLength(1);
  });

  it('is not sent while the frame is out of the page, whoever says READY', () => {
    frame.contentWindow = null;
    arrive({ data: ready('n1'), source: null });
    expect(asked).toEqual([]);
  });

  it('is sent once per nonce, however often READY is repeated', async () => {
    arrive({ data: ready('n1') });
    arrive({ data: ready('n1'), timeStamp: 250 });
    await grant(0);
    arrive({ data: ready('n1'), timeStamp: 1000 });
    await settle();
    expect(asked).toHaveLength(1);
    expect(inits()).toHaveLength(1);
  });

  it('goes to the newest document only, when another one came while the credential was fetched', async () => {
    arrive({ data: ready('n1') });
    arrive({ data: ready('n2') });
    await grant(0);
    await grant(1);
    expect(inits().map(({ init }) => [init.nonce, init.ticket])).toEqual([['n2', 'mtkt_1']]);
  });

  it('is not sent when the widget went while the credential was fetched', async () => {
    arrive({ data: ready('n1') });
    gone.abort();
    await grant(0);
    expect(frameWindow.posted).toEqual([]);
  });

  it('is not sent without a credential; the reason is a failure', async () => {
    arrive({ data: ready('n1') });
    asked[0]?.reject(new Error('origin_not_allowed'));
    await settle();
    expect(frameWindow.posted).toEqual([]);
    expect(failures).toEqual(['origin_not_allowed']);
  });

  it('is not sent to a frame that does not speak version 1', async () => {
    arrive({ data: ready('n1', { protocol: [2] }) });
    await settle();
    expect(asked).toEqual([]);
    expect(failures).toEqual(['version_skew']);
  });

  it('is sent at most three times a minute; a frame that reloads more often is a failure', async () => {
    await shakeHands('n1', 0);
    await shakeHands('n2', 10_000);
    await shakeHands('n3', 20_000);
    arrive({ data: ready('n4'), timeStamp: 59_999 });
    await settle();
    expect(failures).toEqual(['reload_loop']);
    expect(inits()).toHaveLength(3);
  });

  it('is sent again a minute later', async () => {
    for (const [index, timeStamp] of [0, 30_000, 59_000, 90_000].entries()) await shakeHands(`n${index}`, timeStamp);
    expect(failures).toEqual([]);
    expect(inits()).toHaveLength(4);
  });
});

describe('after INIT', () => {
  it('both sides speak over the port, and the window gets nothing more', async () => {
    const port = await shakeHands('n1');
    send({ type: 'MICROAPP_OPEN' });
    expect(await nextMessage(port)).toEqual({ type: 'MICROAPP_OPEN' });
    expect(frameWindow.posted).toHaveLength(1);
  });

  it('messages of the frame are handed on, except what is no message or too large', async () => {
    const port = await shakeHands('n1');
    port.postMessage(null);
    port.postMessage('MICROAPP_CLOSE');
    port.postMessage({ type: 'MICROAPP_EVENT', name: 'x', detail: 'x'.repeat(messageLengthMax) });
    port.postMessage({ type: 'MICROAPP_AUTH_OK' });
    await expect.poll(() => heard).toEqual([{ type: 'MICROAPP_AUTH_OK' }]);
  });

  it('a message that the window gets is not taken for one of the frame', async () => {
    await shakeHands('n1');
    arrive({ data: { type: 'MICROAPP_TOKEN_REQUEST', reason: 'expired' } });
    await settle();
    expect(heard).toEqual([]);
  });

  it('a new document closes the old port and gets one of its own', async () => {
    const old = await shakeHands('n1');
    const closed = new Promise((resolve) => old.addEventListener('close', resolve));
    const port = await shakeHands('n2');
    await closed;
    send({ type: 'MICROAPP_OPEN' });
    expect(await nextMessage(port)).toEqual({ type: 'MICROAPP_OPEN' });
  });

  it('nothing is heard or sent once the widget is gone', async () => {
    const port = await shakeHands('n1');
    const closed = new Promise((resolve) => port.addEventListener('close', resolve));
    gone.abort();
    await closed;
    arrive({ data: ready('n2') });
    send({ type: 'MICROAPP_OPEN' });
    expect(asked).toHaveLength(1);
    expect(frameWindow.posted).toHaveLength(1);
  });
});

it('no message, secret or not, ever goes to everybody (M3, M15)', async () => {
  await shakeHands('n1');
  await shakeHands('n2', 1);
  send({ type: 'MICROAPP_TOKEN', ticket: 'mtkt_next' });
  expect(new Set(frameWindow.posted.map(({ targetOrigin }) => targetOrigin))).toEqual(new Set([embed]));
  expect(JSON.stringify(frameWindow.posted)).not.toContain('mtkt_next');
});
