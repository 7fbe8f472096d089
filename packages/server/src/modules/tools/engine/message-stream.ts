import type { Duplex } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

/**
 * Messages between the server and a worker, over the one socket that joins them: four bytes that say how long the message
 * is, then the message as a structured clone, which copies a string where JSON would escape it again. The worker may be
 * in a stranger's hands, so a reader takes no more than it said it would, and no handles can come along, as they could
 * over Node's own channel.
 */
const headBytes = 4;

/** Whoever is gone does not get it; that is seen by the socket's closing. */
export function sendMessage(socket: Duplex, message: unknown): void {
  const body = serialize(message);
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(body.length);
  socket.cork();
  socket.write(head);
  socket.write(body);
  socket.uncork();
}

/** Hands over each message as it is complete. A longer one, or one that cannot be read, destroys the socket with an error. */
export function readMessages(socket: Duplex, messageBytesMax: number, take: (message: unknown) => void): void {
  let chunks: Buffer[] = [];
  let heldBytes = 0;
  let bodyBytes: number | undefined;

  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    heldBytes += chunk.length;
    try {
      for (let message = next(); message !== undefined; message = next()) take(message.value);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });

  function next(): { value: unknown } | undefined {
    if (bodyBytes === undefined) {
      if (heldBytes < headBytes) return undefined;
      bodyBytes = cut(headBytes).readUInt32BE();
      if (bodyBytes > messageBytesMax) throw new Error(`A message of ${bodyBytes} bytes is too long.`);
    }
    if (heldBytes < bodyBytes) return undefined;
    const value: unknown = deserialize(cut(bodyBytes));
    bodyBytes = undefined;
    return { value };
  }

  /** Joined only when all is there: once for each message, however many pieces it came in. */
  function cut(bytes: number): Buffer {
    const held = Buffer.concat(chunks);
    const rest = held.subarray(bytes);
    chunks = rest.length === 0 ? [] : [rest];
    heldBytes = rest.length;
    return held.subarray(0, bytes);
  }
}
