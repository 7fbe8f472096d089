import { describe, expect, test } from 'vitest';
import { createEventParser, readEvents, type ServerEvent } from './event-stream.ts';

function eventsOf(...pieces: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = createEventParser((event) => events.push(event));
  for (const piece of pieces) parser.push(piece);
  return events;
}

const one = { name: 'step_start', data: '{"a":1}' };

describe('a stream of events', () => {
  test.each([
    ['line feeds', 'event: step_start\ndata: {"a":1}\n\n'],
    ['carriage returns and line feeds', 'event: step_start\r\ndata: {"a":1}\r\n\r\n'],
    ['carriage returns', 'event: step_start\rdata: {"a":1}\r\r '],
    ['no space after the colon', 'event:step_start\ndata:{"a":1}\n\n'],
    ['fields that mean nothing here', 'id: 7\nretry: 10\nnonsense\nevent: step_start\ndata: {"a":1}\n\n'],
    ['comments', ': hello\n\n:\nevent: step_start\n: in the middle\ndata: {"a":1}\n\n: bye\n\n'],
  ])('is understood with %s', (_, text) => {
    expect(eventsOf(text)).toEqual([one]);
  });

  test('is understood in whatever pieces it comes', () => {
    const text = 'event: step_start\r\ndata: {"a":1}\r\n\r\nevent: b\r\ndata: x\r\ndata: y\r\n\r\n';
    const expected = [one, { name: 'b', data: 'x\ny' }];
    for (let size = 1; size <= text.length; size++) {
      const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
      expect(eventsOf(...pieces)).toEqual(expected);
    }
  });

  test('joins lines of data, keeps empty ones, and takes one space only from the front', () => {
    expect(eventsOf('data:  a\ndata\ndata:b: c\n\n')).toEqual([{ name: 'message', data: ' a\n\nb: c' }]);
  });

  test.each([
    ['an event without data', 'event: step_start\n\n'],
    ['an event that the end cuts off', 'event: step_start\ndata: {"a":1}\n'],
    ['a line that the end cuts off', 'data: {"a":1}'],
  ])('has nothing to say for %s', (_, text) => {
    expect(eventsOf(text)).toEqual([]);
  });

  test('does not carry the name of one event into the next', () => {
    expect(eventsOf('event: a\n\ndata: x\n\n')).toEqual([{ name: 'message', data: 'x' }]);
  });

  test('of an event without end is given up', () => {
    const parser = createEventParser(() => undefined);
    const piece = 'x'.repeat(1024 * 1024);
    parser.push('data: ');
    expect(() => {
      for (let count = 0; count < 40; count++) parser.push(piece);
    }).toThrow(RangeError);
  });
});

describe('a body of events', () => {
  const bodyOf = (chunks: Uint8Array[]) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    });

  test('may begin with a byte order mark and split a character, and each chunk shows that it is alive', async () => {
    const bytes = new TextEncoder().encode('\uFEFFdata: Grüße 👋\n\n');
    const events: ServerEvent[] = [];
    let chunks = 0;
    await readEvents(
      bodyOf([...bytes].map((byte) => Uint8Array.of(byte))),
      (event) => events.push(event),
      () => (chunks += 1),
    );
    expect(events).toEqual([{ name: 'message', data: 'Grüße 👋' }]);
    expect(chunks).toBe(bytes.length);
  });

  test('is given back when its reader gives up', async () => {
    let isCanceled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
      cancel: () => {
        isCanceled = true;
      },
    });
    const read = readEvents(
      body,
      () => {
        throw new Error('enough');
      },
      () => undefined,
    );
    await expect(read).rejects.toThrow('enough');
    expect(isCanceled).toBe(true);
  });
});
