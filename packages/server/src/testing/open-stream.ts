import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';

/** A stream as its client sees it. */
export type OpenedStream = {
  /** Resolves when the server has ended it. */
  ended: Promise<unknown>;
  isOpen: () => boolean;
};

type Headers = Record<string, string>;

/** Opens an event stream, and waits for its first event. */
export async function openEvents(url: string, query: string, headers: Headers): Promise<OpenedStream> {
  const request = get(`${url}/testing/events${query}`, { headers });
  const [answer] = (await once(request, 'response')) as [IncomingMessage]; // as node:http says of this event
  if (answer.statusCode !== 200) throw new Error(`the event stream was answered with ${answer.statusCode}`);
  let isOpen = true;
  answer.once('close', () => {
    isOpen = false;
  });
  const ended = once(answer, 'close');
  await once(answer, 'data');
  answer.resume();
  return { ended, isOpen: () => isOpen };
}

/** Opens a socket, and waits for its first message. */
export async function openSocket(url: string, query: string, headers: Headers): Promise<OpenedStream> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/testing/socket${query}`, { headers });
  await once(socket, 'message');
  return { ended: once(socket, 'close'), isOpen: () => socket.readyState === WebSocket.OPEN };
}
