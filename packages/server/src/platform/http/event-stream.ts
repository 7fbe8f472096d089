import type { ServerResponse } from 'node:http';
import Negotiator from 'negotiator';
import type { Clock } from '../clock.ts';
import { printMembers } from '../json/index.ts';

/** What is told while an operation works; its `type` becomes the event's name, all of it the event's data, as JSON. A field may be `RawJson`. */
export type ServerSentEvent = { readonly type: string; readonly [field: string]: unknown };

export type EventStream = {
  send(event: ServerSentEvent): void;
  /**
   * Sends the last event, and gives the caller so long to take what is waiting before the connection is dropped. A stream
   * that had ended already gets no second last event, which is then the answer, but its caller has no longer than this.
   */
  end(event: ServerSentEvent, dropAfterMs: number): boolean;
};

const eventStreamType = 'text/event-stream';
/** JSON first: it is what a caller gets who does not care, or who accepts neither. */
const offeredTypes = ['application/json', eventStreamType];

/** Often enough that no proxy between takes a stream for a dead connection (their usual patience is a minute). */
const heartbeatIntervalMs = 15_000;
/** What may wait in this process for one caller to read it. One event more is buffered at most. */
const waitingBytesMax = 1024 * 1024;

/** Whether a caller would rather have server-sent events than JSON, by its Accept header with its q-values. */
export function prefersEvents(headers: { accept?: string | undefined }): boolean {
  const { accept = '*/*' } = headers;
  return new Negotiator({ headers: { accept } }).mediaType(offeredTypes) === eventStreamType;
}

/**
 * Begins an answer of server-sent events (WHATWG HTML, "Server-sent events"), each with a rising `id`. `headers` are sent
 * beside the stream's own. `onTooSlow` is called when more waits for the caller than may: whoever called `send` then ends
 * the stream.
 */
export function openEventStream(
  response: ServerResponse,
  {
    clock,
    headers,
    onTooSlow,
  }: {
    clock: Pick<Clock, 'every' | 'after'>;
    headers: Readonly<Record<string, string | number | string[] | undefined>>;
    onTooSlow: () => void;
  },
): EventStream {
  let lastId = 0;
  let hasEnded = false;
  const isWritable = (): boolean => !hasEnded && !response.destroyed;
  const stopHeartbeat = clock.every(heartbeatIntervalMs, () => {
    // What waits already will keep the connection alive once it moves.
    if (isWritable() && !response.writableNeedDrain) response.write(': still here\n\n');
  });
  response.once('close', stopHeartbeat);

  function write(event: ServerSentEvent): void {
    lastId += 1;
    // What is printed has no line break, so the data is one line.
    response.write(`id: ${lastId}\nevent: ${event.type}\ndata: ${printMembers(event)}\n\n`);
  }

  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value);
  }
  response.writeHead(200, {
    'content-type': eventStreamType,
    'cache-control': 'no-store',
    // nginx collects answers before it passes them on, unless it is told.
    'x-accel-buffering': 'no',
    // The server may be told to stop while the stream is open; a connection kept for a next request would hold that up.
    connection: 'close',
  });

  return {
    send(event) {
      if (!isWritable()) return;
      if (response.writableLength > waitingBytesMax) onTooSlow();
      else write(event);
    },
    end(event, dropAfterMs) {
      if (response.destroyed) return false;
      response.once(
        'close',
        clock.after(dropAfterMs, () => void response.destroy()),
      );
      if (hasEnded) return false;
      write(event);
      hasEnded = true;
      response.end();
      return true;
    },
  };
}
