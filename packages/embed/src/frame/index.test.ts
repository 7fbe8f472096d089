import { messageLengthMax, type Init } from '@microapp/contract/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeFrameWindow, FakeTarget, nextMessage, type Arrival } from '../testing/fake-windows.ts';
import { connectToHost, type HostLink } from './index.ts';

const host = 'https://shop.example';
const ticket = 'mtkt_secret';
const token = 'mtok_secret';

let window: FakeFrameWindow;
let link: HostLink;
let accepted: { init: Init; hostOrigin: string }[];
let timeouts: number;
let opened: MessagePort[];

beforeEach(() => {
  window = new FakeFrameWindow();
  accepted = [];
  timeouts = 0;
  opened = [];
  link = connectToHost({
    slug: 'loan-calculator',
    onInit: (init, hostOrigin) => accepted.push({ init, hostOrigin }),
    onTimeout: () => (timeouts += 1),
    window,
  });
});

afterEach(() => {
  link.close();
  for (const port of opened) port.close();
});

function channel(): MessageChannel {
  const made = new MessageChannel();
  opened.push(made.port1, made.port2);
  return made;
}

function readies() {
  return window.parent.ofType('MICROAPP_EMBED_READY');
}

/** The nonce of this document, as the host reads it. */
function nonce(): string {
  return (readies()[0]?.message as { nonce: string } | undefined)?.nonce ?? '';
}

function init(fields: object = {}): object {
  return {
    type: 'MICROAPP_EMBED_INIT',
    protocol: 1,
    id: 'w1',
    nonce: nonce(),
    slug: 'loan-calculator',
    ticket,
    ...fields,
  };
}

function byHand(fields: object = {}): object {
  return { type: 'MICROAPP_EMBED_INIT', slug: 'loan-calculator', token, ...fields };
}

function arrive(arrival: Partial<Arrival>): void {
  window.arrive({ data: undefined, origin: host, source: window.parent, ...arrival });
}

function sayLocale(locale: string, from: Partial<Arrival>): void {
  arrive({ data: { type: 'MICROAPP_CONFIG', config: { locale } }, ...from });
}

/** Shakes hands, and answers with the host's end of the port. */
function shakeHands(): MessagePort {
  window.advance(0);
  const { port1, port2 } = channel();
  arrive({ data: init(), ports: [port2] });
  return port1;
}

describe('READY', () => {
  it('is said at 0, 250, 1000 and 3000 ms, always with the same nonce and the id of the fragment', () => {
    const counts = [0, 249, 1, 749, 1, 1999, 1, 5000].map((ms) => {
      window.advance(ms);
      return readies().length;
    });
    expect(counts).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect(new Set(readies().map(({ message }) => JSON.stringify(message))).size).toBe(1);
    expect(readies()[0]?.message).toMatchObject({ protocol: [1], id: 'w1' });
  });

  it('is not said again once INIT has come', () => {
    shakeHands();
    window.advance(10_000);
    expect(readies()).toHaveLength(1);
  });

  it('has another nonce in each document', () => {
    const other = new FakeFrameWindow();
    const second = connectToHost({ onInit: () => {}, onTimeout: () => {}, window: other });
    window.advance(0);
    other.advance(0);
    second.close();
    expect(other.parent.posted[0]?.message).not.toEqual(window.parent.posted[0]?.message);
  });
});

describe('INIT', () => {
  it('is taken from the parent when it answers the nonce and brings a port (M18, M19)', () => {
    shakeHands();
    expect(accepted).toEqual([{ init: init(), hostOrigin: host }]);
    expect(link.hostOrigin).toBe(host);
  });

  it('may leave the slug out', () => {
    window.advance(0);
    arrive({ data: init({ slug: undefined }), ports: [channel().port2] });
    expect(accepted).toHaveLength(1);
  });

  it.each<[string, () => Partial<Arrival>]>([
    [
      'from a window that is not the parent',
      () => ({ data: init(), source: new FakeTarget(), ports: [channel().port2] }),
    ],
    ['without a source', () => ({ data: init(), source: null, ports: [channel().port2] })],
    ['with the nonce of another document', () => ({ data: init({ nonce: '1-2-3-4' }), ports: [channel().port2] })],
    ['with a port and no nonce', () => ({ data: init({ nonce: undefined }), ports: [channel().port2] })],
    ['with the nonce and no port', () => ({ data: init({ token }) })],
    ['for another slug', () => ({ data: init({ slug: 'lead-form' }), ports: [channel().port2] })],
    ['by hand for another slug', () => ({ data: byHand({ slug: 'lead-form' }) })],
    ['by hand without a token', () => ({ data: byHand({ token: undefined }) })],
    ['from an opaque origin', () => ({ data: init(), origin: 'null', ports: [channel().port2] })],
    ['that is null', () => ({ data: null })],
    ['that is text', () => ({ data: JSON.stringify(init()), ports: [channel().port2] })],
    ['of another type', () => ({ data: init({ type: 'INIT' }), ports: [channel().port2] })],
    ['with a token that is no text', () => ({ data: byHand({ token: { toString: () => token } }) })],
    [
      'that is too large',
      () => ({ data: init({ config: { texts: { a: 'x'.repeat(messageLengthMax) } } }), ports: [channel().port2] }),
    ],
  ])('%s is ignored, and the right one after it is taken', (_what, make) => {
    window.advance(0);
    arrive(make());
    expect(accepted).toEqual([]);
    expect(link.hostOrigin).toBe('');
    shakeHands();
    expect(accepted).toHaveLength(1);
  });

  it('by hand is ignored before READY (M18)', () => {
    arrive({ data: byHand() });
    expect(accepted).toEqual([]);
    window.advance(0);
    arrive({ data: byHand() });
    expect(accepted).toHaveLength(1);
  });

  it.each<[string, () => Partial<Arrival>]>([
    ['with a port', () => ({ data: init({ ticket: 'mtkt_other' }), ports: [channel().port2] })],
    ['by hand', () => ({ data: byHand({ token: 'mtok_other' }) })],
  ])('is taken once: a second one %s is ignored, after either first one', (_what, second) => {
    shakeHands();
    arrive(second());
    expect(accepted).toHaveLength(1);

    link.close();
    accepted = [];
    window = new FakeFrameWindow();
    link = connectToHost({
      onInit: (data, hostOrigin) => accepted.push({ init: data, hostOrigin }),
      onTimeout: () => {},
      window,
    });
    window.advance(0);
    arrive({ data: byHand() });
    arrive(second());
    expect(accepted.map(({ init }) => init.token)).toEqual([token]);
  });

  it('that does not come is a timeout after ten seconds, and is still taken later', () => {
    window.advance(9_999);
    expect(timeouts).toBe(0);
    window.advance(1);
    expect(timeouts).toBe(1);
    const { port2 } = channel();
    arrive({ data: init(), ports: [port2] });
    expect(accepted).toHaveLength(1);
  });

  it('that has come is no timeout', () => {
    shakeHands();
    window.advance(60_000);
    expect(timeouts).toBe(0);
  });
});

describe('after INIT', () => {
  it('everything goes over the port, and the parent window is told nothing more', async () => {
    const port = shakeHands();
    link.send({ type: 'MICROAPP_ACK', title: 'Loan calculator' });
    expect(await nextMessage(port)).toEqual({ type: 'MICROAPP_ACK', title: 'Loan calculator' });
    expect(window.parent.posted).toHaveLength(1);
  });

  it('messages of the port reach the handlers of their type until these are taken back', async () => {
    const port = shakeHands();
    const heard: unknown[] = [];
    const forget = link.on('MICROAPP_CONFIG', ({ config }) => heard.push(config));
    port.postMessage(null);
    port.postMessage({ type: 'MICROAPP_CONFIG', config: { locale: 'x'.repeat(messageLengthMax) } });
    port.postMessage({ type: 'MICROAPP_OPEN' });
    port.postMessage({ type: 'MICROAPP_CONFIG', config: { locale: 'de' } });
    await pingPong(port);
    forget();
    port.postMessage({ type: 'MICROAPP_CONFIG', config: { locale: 'fr' } });
    await pingPong(port);
    expect(heard).toEqual([{ locale: 'de' }]);
  });

  it('the window is not listened to any more, not even to the parent', () => {
    shakeHands();
    const heard: unknown[] = [];
    link.on('MICROAPP_CONFIG', (message) => heard.push(message));
    arrive({ data: { type: 'MICROAPP_CONFIG', config: {} } });
    expect(heard).toEqual([]);
  });

  it('nothing is sent before INIT', () => {
    window.advance(0);
    link.send({ type: 'MICROAPP_CLOSE' });
    expect(window.parent.posted).toEqual(readies());
  });

  it('closing stops timers, listening and the port', () => {
    window.advance(0);
    link.close();
    expect(window.timers.size).toBe(0);
    arrive({ data: init(), ports: [channel().port2] });
    link.send({ type: 'MICROAPP_CLOSE' });
    expect(accepted).toEqual([]);
    expect(window.parent.posted).toHaveLength(1);
  });
});

describe('a host written by hand', () => {
  beforeEach(() => {
    window.advance(0);
    arrive({ data: byHand({ config: { currency: 'EUR' } }) });
  });

  it('is answered at the origin that sent INIT, and nowhere else (M19)', () => {
    link.send({ type: 'MICROAPP_AUTH_OK' });
    expect(accepted[0]?.init.config).toEqual({ currency: 'EUR' });
    expect(window.parent.posted.slice(1)).toEqual([
      { message: { type: 'MICROAPP_AUTH_OK' }, targetOrigin: host, ports: [] },
    ]);
  });

  it('is heard from its own window and origin only', () => {
    const heard: unknown[] = [];
    link.on('MICROAPP_CONFIG', ({ config }) => heard.push(config.locale));
    sayLocale('en', { origin: 'https://evil.example' });
    sayLocale('fr', { source: new FakeTarget() });
    sayLocale('de', {});
    expect(heard).toEqual(['de']);
  });

  it('is told nothing more once the link is closed', () => {
    link.close();
    link.send({ type: 'MICROAPP_AUTH_OK' });
    expect(window.parent.posted).toEqual(readies());
  });

  it('need not be asked for a token: the one of INIT is the answer', async () => {
    expect(await link.requestToken('expired')).toEqual({ token });
    expect(window.parent.posted).toHaveLength(1);
  });
});

describe('asking the host for a new credential', () => {
  it('is one request for all who ask at the same time, answered by the port (H32)', async () => {
    const port = shakeHands();
    const answers = Promise.all([link.requestToken('expired'), link.requestToken('retry')]);
    expect(await nextMessage(port)).toEqual({ type: 'MICROAPP_TOKEN_REQUEST', reason: 'expired' });
    port.postMessage({ type: 'MICROAPP_TOKEN', ticket: 'mtkt_next' });
    expect(await answers).toEqual([
      { type: 'MICROAPP_TOKEN', ticket: 'mtkt_next' },
      { type: 'MICROAPP_TOKEN', ticket: 'mtkt_next' },
    ]);

    const again = link.requestToken('refused');
    expect(await nextMessage(port)).toEqual({ type: 'MICROAPP_TOKEN_REQUEST', reason: 'refused' });
    port.postMessage({ type: 'MICROAPP_TOKEN', error: 'invalid_token' });
    await expect(again).rejects.toThrow('invalid_token');
  });

  it('gives up after ten seconds, and when the link is closed', async () => {
    shakeHands();
    const first = link.requestToken('expired');
    window.advance(10_000);
    await expect(first).rejects.toThrow('timeout');
    const second = link.requestToken('expired');
    link.close();
    await expect(second).rejects.toThrow('closed');
    expect(window.timers.size).toBe(0);
  });
});

it('nothing but READY ever goes to everybody, and READY holds no secret (M3, M15)', async () => {
  const port = shakeHands();
  link.send({ type: 'MICROAPP_AUTH_OK' });
  await nextMessage(port);
  window.advance(20_000);
  const toEverybody = window.parent.posted.filter(({ targetOrigin }) => targetOrigin === '*');
  expect(toEverybody).toEqual(readies());
  expect(JSON.stringify(window.parent.posted)).not.toMatch(/mtok_|mtkt_/);
});

/** Everything that was sent before has been handled when this is done. */
async function pingPong(port: MessagePort): Promise<void> {
  port.postMessage({ type: 'MICROAPP_PING' });
  expect(await nextMessage(port)).toEqual({ type: 'MICROAPP_PONG' });
}
