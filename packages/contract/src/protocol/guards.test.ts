import Schema from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { isFrameToHost, isHostToFrame, isInit, isReady } from './guards.ts';
import { messageLengthMax, type FrameToHost, type HostToFrame, type Init, type Ready } from './messages.ts';
import { protocolSchema, protocolSchemas } from './schema.ts';

const config = {
  locale: 'de',
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  colorScheme: 'dark',
  theme: { accent: '#123456' },
  texts: { title: 'Hallo' },
} as const;

const ready: Ready = { type: 'MICROAPP_EMBED_READY', protocol: [1], id: 'w1', nonce: '1-2-3-4' };
const inits: Init[] = [
  { type: 'MICROAPP_EMBED_INIT', protocol: 1, id: 'w1', nonce: '1-2-3-4', slug: 'a', ticket: 'mtkt_x', config },
  { type: 'MICROAPP_EMBED_INIT', slug: 'a', token: 'mtok_x' },
];

/** One of each type, with everything that it may hold. */
const fromFrame: { [Type in FrameToHost['type']]: Extract<FrameToHost, { type: Type }> } = {
  MICROAPP_ACK: { type: 'MICROAPP_ACK', title: 'Loan', minSize: { w: 300, h: 200 } },
  MICROAPP_AUTH_OK: { type: 'MICROAPP_AUTH_OK' },
  MICROAPP_AUTH_ERR: { type: 'MICROAPP_AUTH_ERR', code: 'invalid_token', message: 'No.' },
  MICROAPP_RUN_START: { type: 'MICROAPP_RUN_START', slug: 'a' },
  MICROAPP_RUN_OK: { type: 'MICROAPP_RUN_OK', slug: 'a', runId: 'run_x', durationMs: 12.5 },
  MICROAPP_RUN_ERR: { type: 'MICROAPP_RUN_ERR', slug: 'a', code: 'tool_error' },
  MICROAPP_RESIZE: { type: 'MICROAPP_RESIZE', w: 300, h: 200.5, seq: 3 },
  MICROAPP_TOKEN_REQUEST: { type: 'MICROAPP_TOKEN_REQUEST', reason: 'expired' },
  MICROAPP_FOCUS_EDGE: { type: 'MICROAPP_FOCUS_EDGE', edge: 'end' },
  MICROAPP_CLOSE: { type: 'MICROAPP_CLOSE' },
  MICROAPP_EVENT: { type: 'MICROAPP_EVENT', name: 'lead', detail: { id: 'lead_x' } },
  MICROAPP_ERROR: { type: 'MICROAPP_ERROR', code: 'internal_error', message: 'No.' },
  MICROAPP_PONG: { type: 'MICROAPP_PONG' },
};
const fromHost: { [Type in HostToFrame['type']]: Extract<HostToFrame, { type: Type }> } = {
  MICROAPP_TOKEN: { type: 'MICROAPP_TOKEN', token: 'mtok_x', ticket: 'mtkt_x', error: 'No.' },
  MICROAPP_CONFIG: { type: 'MICROAPP_CONFIG', config },
  MICROAPP_OPEN: { type: 'MICROAPP_OPEN' },
  MICROAPP_CLOSE: { type: 'MICROAPP_CLOSE' },
  MICROAPP_PING: { type: 'MICROAPP_PING' },
};

const places = [
  { place: 'ready', guard: isReady, messages: [ready] },
  { place: 'init', guard: isInit, messages: inits },
  { place: 'frameToHost', guard: isFrameToHost, messages: Object.values(fromFrame) },
  { place: 'hostToFrame', guard: isHostToFrame, messages: Object.values(fromHost) },
] as const;

const cyclic: { type: string; self?: unknown } = { type: 'MICROAPP_EVENT' };
cyclic.self = cyclic;

describe('the published schema and the guards of the browser side', () => {
  it.each(places)(
    'agree on every message of $place, with and without what nobody knows',
    ({ place, guard, messages }) => {
      expect(messages.length).toBeGreaterThan(0);
      for (const message of messages) {
        for (const sent of [message, { ...message, ofALaterVersion: true }]) {
          expect(Schema.Check(protocolSchemas[place], sent), message.type).toBe(true);
          expect(guard(sent), message.type).toBe(true);
        }
      }
    },
  );

  it.each(places)('take no message of $place for one of another place', ({ messages }) => {
    const [message] = messages;
    const takers = places.filter((other) => Schema.Check(protocolSchemas[other.place], message));
    // CLOSE alone goes both ways.
    expect(takers).toHaveLength(1);
  });

  it.each([
    ['null', null],
    ['nothing', undefined],
    ['a text', 'MICROAPP_EMBED_READY'],
    ['a number', 7],
    ['a list', [ready]],
    ['no type', { nonce: '1', protocol: [1] }],
    ['a type that is no text', { type: 7 }],
    ['a value that is no JSON', { ...ready, type: 'MICROAPP_OTHER', big: 1n }],
    ['something that contains itself', cyclic],
  ])('neither throw nor take %s', (_, sent) => {
    for (const { guard } of places) expect(guard(sent)).toBe(false);
  });

  it('refuse a READY without versions or nonce, and an INIT whose parts are of the wrong kind', () => {
    for (const wrong of [{ protocol: 1 }, { nonce: '' }, { nonce: 7 }, { nonce: 'x'.repeat(201) }]) {
      expect(isReady({ ...ready, ...wrong })).toBe(false);
      expect(Schema.Check(protocolSchemas.ready, { ...ready, ...wrong })).toBe(false);
    }
    for (const wrong of [
      { slug: 7 },
      { token: '' },
      { ticket: 'x'.repeat(201) },
      { config: null },
      { config: 'dark' },
    ]) {
      expect(isInit({ ...inits[0], ...wrong })).toBe(false);
      expect(Schema.Check(protocolSchemas.init, { ...inits[0], ...wrong })).toBe(false);
    }
  });

  it.each([
    ['from the host', isHostToFrame, (text: string) => ({ type: 'MICROAPP_CONFIG', config: { texts: { text } } })],
    ['from the frame', isFrameToHost, (text: string) => ({ type: 'MICROAPP_EVENT', name: 'x', detail: text })],
    ['that is INIT', isInit, (text: string) => ({ ...inits[0], config: { texts: { text } } })],
  ])('a message %s counts up to 65,536 characters as JSON and not one further', (_, guard, make) => {
    expect(messageLengthMax).toBe(65_536);
    const room = messageLengthMax - JSON.stringify(make('')).length;
    expect(guard(make('x'.repeat(room)))).toBe(true);
    expect(guard(make('x'.repeat(room + 1)))).toBe(false);
  });
});

describe('the published document', () => {
  it('is JSON, knows its own address and has a definition for each place', () => {
    const id = 'https://apps.example.test/embed/protocol.schema.json';
    // As it is sent.
    const document = JSON.parse(JSON.stringify(protocolSchema(id))) as { $id: string; $defs: Record<string, object> };
    expect(document.$id).toBe(id);
    expect(Object.keys(document.$defs)).toEqual(Object.keys(protocolSchemas));
    for (const message of [ready, ...inits, ...Object.values(fromFrame), ...Object.values(fromHost)]) {
      expect(Schema.Check(document, message), message.type).toBe(true);
    }
    expect(Schema.Check(document, { type: 'MICROAPP_UNKNOWN' })).toBe(false);
  });
});
