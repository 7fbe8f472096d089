import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { readMessages, sendMessage } from './message-stream.ts';

/** A message as it goes over the wire. */
function headOf(bytes: number): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(bytes);
  return head;
}

test('messages arrive in their order, whole, whatever their size', async () => {
  const [near, far] = duplexPair();
  const sent = ['', { a: [1, null] }, 'x'.repeat(3_000_000), '\u{1f600}'.repeat(500_000), 'last'];
  const arrived = new Promise<unknown[]>((resolve) => {
    const messages: unknown[] = [];
    readMessages(far, 10_000_000, (message) => {
      if (messages.push(message) === sent.length) resolve(messages);
    });
  });
  for (const message of sent) sendMessage(near, message);
  expect(await arrived).toEqual(sent);
  near.destroy();
});

test.each([
  ['a message that says it is longer than it may be', headOf(101), 'too long'],
  ['a message that cannot be read', Buffer.concat([headOf(4), Buffer.from('what')]), 'deserialize'],
])('%s ends the conversation before anything of it is taken', async (_, bytes, why) => {
  const [near, far] = duplexPair();
  const taken: unknown[] = [];
  readMessages(far, 100, (message) => taken.push(message));
  const failed = once(far, 'error');
  near.on('error', () => {});
  near.write(bytes);
  sendMessage(near, 'too late');
  expect(String(await failed)).toContain(why);
  expect([taken, far.destroyed]).toEqual([[], true]);
  near.destroy();
});

test('a message in many pieces is one message', async () => {
  const [near, far] = duplexPair();
  const arrived = new Promise((resolve) => readMessages(far, 100, resolve));
  for (const byte of Buffer.concat([headOf(serialize('pieces').length), serialize('pieces')])) {
    near.write(Buffer.of(byte));
  }
  expect(await arrived).toBe('pieces');
});
