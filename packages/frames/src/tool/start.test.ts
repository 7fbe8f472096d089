import type { HostToFrame, Init } from '@microapp/contract/protocol';
import type { ConnectOptions, HostLink } from '@microapp/embed/frame';
import { beforeEach, describe, expect, test } from 'vitest';
import { fakeClock, settled, type FakeClock } from '../testing/fake-clock.ts';
import { fakeServer, type FakeServer } from '../testing/fake-server.ts';
import { startFrame, type FrameState, type StartDeps } from './start.ts';

let clock: FakeClock;
let server: FakeServer;
let wake: (() => void)[];
let reloads: number;
let states: FrameState[];
let sent: string[];
let options: ConnectOptions | undefined;
let requests: string[];
let say: (message: HostToFrame) => void;

beforeEach(() => {
  clock = fakeClock();
  server = fakeServer(clock);
  wake = [];
  reloads = 0;
  states = [];
  sent = [];
  requests = [];
  options = undefined;
  say = () => {};
});

function start(document: { slug?: string; surfaceId?: string } = {}, more: Partial<StartDeps> = {}): void {
  startFrame(
    {
      fetch: (path, init) => server.fetch(path, init),
      clock,
      isOnline: () => true,
      onWake(task) {
        wake.push(task);
        return () => {};
      },
      isEmbedded: true,
      parentOrigin: 'https://page.example',
      reload: () => (reloads += 1),
      connect,
      ...more,
    },
    { title: 'Microapp', ...document },
    (state) => states.push(state),
  );
}

function connect(given: ConnectOptions): HostLink {
  options = given;
  const handlers = new Map<string, (message: never) => void>();
  say = (message) => handlers.get(message.type)?.(message as never);
  return {
    hostOrigin: 'https://shop.example',
    send: (message) => sent.push('code' in message ? `${message.type} ${message.code}` : message.type),
    on(type, handler) {
      handlers.set(type, handler);
      return () => {};
    },
    requestToken(reason) {
      requests.push(reason);
      return Promise.resolve({ ticket: server.issueTicket() });
    },
    close() {},
  };
}

async function init(message: Partial<Init> = {}): Promise<void> {
  options?.onInit({ type: 'MICROAPP_EMBED_INIT', ticket: server.issueTicket(), ...message }, 'https://shop.example');
  await settled();
}

const phase = () => states.at(-1)?.phase;

describe('a tool frame', () => {
  test('shows the tool once INIT has brought a ticket, and says so to the host', async () => {
    start({ slug: 'loan' });
    expect(phase()).toEqual({ kind: 'connecting' });
    await init();
    expect(phase()).toMatchObject({ kind: 'ready', tools: [{ slug: 'loan', name: 'Loan' }] });
    expect(sent).toEqual(['MICROAPP_ACK', 'MICROAPP_AUTH_OK']);
  });

  test('sends nothing to its server before INIT (M18)', async () => {
    start({ slug: 'loan' });
    await clock.advance(60_000);
    expect(server.seen).toEqual([]);
  });

  test('that nobody embeds says so and connects to nobody', () => {
    start({ slug: 'loan' }, { isEmbedded: false });
    expect([phase(), options]).toEqual([{ kind: 'alone' }, undefined]);
  });

  test('whose host says nothing shows a failure, and a retry loads it anew', () => {
    start({ slug: 'loan' });
    options?.onTimeout();
    const failed = phase();
    expect(failed).toMatchObject({ kind: 'failed', failure: { code: 'no_host' } });
    if (failed?.kind === 'failed') failed.retry();
    expect(reloads).toBe(1);
  });

  test('that is refused tells the host and the visitor, and a retry asks the host for a new ticket', async () => {
    start({ slug: 'loan' });
    await init({ ticket: 'used' });
    const failed = phase();
    expect(failed).toMatchObject({ kind: 'failed', failure: { code: 'invalid_token' } });
    expect(sent).toEqual(['MICROAPP_ACK', 'MICROAPP_AUTH_ERR invalid_token']);
    if (failed?.kind === 'failed') failed.retry();
    await settled();
    expect(requests).toEqual(['retry']);
    expect(phase()).toMatchObject({ kind: 'ready' });
  });

  test('that could not reach its server tries again when the page wakes', async () => {
    server.trouble = 'down';
    start({ slug: 'loan' });
    await init();
    expect(phase()).toMatchObject({ kind: 'failed', failure: { code: 'unreachable' } });
    server.trouble = undefined;
    for (const task of wake) task();
    await settled();
    expect(phase()).toMatchObject({ kind: 'ready' });
  });

  test('does not ask again by itself when it was refused', async () => {
    start({ slug: 'loan' });
    await init({ ticket: 'used' });
    for (const task of wake) task();
    await settled();
    expect(requests).toEqual([]);
  });

  test('whose tool is not among the apps of its session says that it is not there', async () => {
    start({ slug: 'other' });
    await init();
    expect(phase()).toMatchObject({ kind: 'failed', failure: { code: 'not_found' } });
  });

  test('without ticket and token is refused', async () => {
    start({ slug: 'loan' });
    options?.onInit({ type: 'MICROAPP_EMBED_INIT' }, 'https://shop.example');
    await settled();
    expect(phase()).toMatchObject({ kind: 'failed', failure: { code: 'host_refused' } });
    expect(server.seen).toEqual([]);
  });

  test('takes the config of INIT, and changes of it while it runs (M19)', async () => {
    start({ slug: 'loan' });
    await init({ config: { locale: 'de', currency: 'EUR', theme: { accent: '#123456' } } });
    expect(states.at(-1)?.config).toMatchObject({ locale: 'de', currency: 'EUR' });
    say({ type: 'MICROAPP_CONFIG', config: { currency: 'CHF' } });
    expect(states.at(-1)?.config).toMatchObject({ locale: 'de', currency: 'CHF', theme: { accent: '#123456' } });
    expect(phase()).toMatchObject({ kind: 'ready' });
  });

  test('of a surface shows all its tools', async () => {
    start({ surfaceId: 'srf_1' });
    await init();
    expect(phase()).toMatchObject({ kind: 'ready', tools: [{ slug: 'loan' }] });
    expect(server.seen[0]?.body).toMatchObject({ surfaceId: 'srf_1' });
  });

  describe('with the token of a copied URL', () => {
    const urlCredential = { urlToken: 'url-token', for: 'etok_1' };
    const redeems = () => server.seenAt('/v1/embed/sessions/redeem').map(({ body }) => body);
    const redeemed = { ...urlCredential, parentOrigin: 'https://page.example' };

    test('shows the tool without a handshake (K30)', async () => {
      start({ slug: 'loan' }, { urlCredential });
      await settled();
      expect(phase()).toMatchObject({ kind: 'ready', tools: [{ slug: 'loan' }] });
      expect(redeems()).toEqual([redeemed]);
      expect(options).toBeUndefined();
    });

    test('redeems it again when its session is too old to refresh', async () => {
      start({ slug: 'loan' }, { urlCredential });
      await clock.advance(33 * 60_000);
      expect(redeems()).toEqual([redeemed, redeemed]);
      expect(server.seenAt('/v1/embed/sessions/refresh').length).toBeGreaterThan(5);
      expect(phase()).toMatchObject({ kind: 'ready' });
    });

    test('that is refused says so, and a retry redeems the same token', async () => {
      server.revoke();
      start({ slug: 'loan' }, { urlCredential });
      await settled();
      const failed = phase();
      expect(failed).toMatchObject({ kind: 'failed', failure: { code: 'invalid_token' } });
      server.reinstate();
      if (failed?.kind === 'failed') failed.retry();
      await settled();
      expect(redeems()).toEqual([redeemed, redeemed]);
      expect(phase()).toMatchObject({ kind: 'ready' });
    });

    test('that was taken before says at once that the page has to be loaded anew', async () => {
      start({ slug: 'loan' }, { urlCredential: 'taken' });
      await settled();
      expect(phase()).toMatchObject({ kind: 'failed', failure: { code: 'page_too_old' } });
      expect([options, server.seen]).toEqual([undefined, []]);
    });

    test('that nobody embeds uses it for nothing', async () => {
      start({ slug: 'loan' }, { urlCredential, isEmbedded: false });
      await settled();
      expect(phase()).toEqual({ kind: 'alone' });
      expect(server.seen).toEqual([]);
    });
  });
});
