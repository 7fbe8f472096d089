import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';

/** An event of a stream, its data parsed. */
export type ReceivedEvent = {
  id: number;
  event: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- asserted on, field by field, by every test
  data: any;
};

/** An answer over a real connection, which its reader may leave at any moment. */
export type StreamedAnswer = {
  status: number;
  headers: IncomingMessage['headers'];
  /** The next event; undefined when the stream has ended. */
  next: () => Promise<ReceivedEvent | undefined>;
  /** All that is still to come. */
  rest: () => Promise<ReceivedEvent[]>;
  /** The comments so far. */
  comments: () => readonly string[];
  /** Closes the connection. */
  leave: () => void;
};

export type StreamedAsk = { url: string; method?: string; headers?: Record<string, string>; body?: unknown };

/** Asks, and answers as soon as there is a status. Reads only when asked for events, so one that is never read stays unread. */
export async function askForEvents({ url, method = 'POST', headers = {}, body }: StreamedAsk): Promise<StreamedAnswer> {
  const asked = request(url, {
    method,
    // As a browser that means to ask again on the same connection.
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', connection: 'keep-alive', ...headers },
    agent: false,
  });
  // Leaving is no error of a test.
  asked.on('error', () => undefined);
  asked.end(JSON.stringify(body ?? {}));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]; // as node:http says of this event
  const comments: string[] = [];
  const events = eventsOf(answer, comments);
  const next = async (): Promise<ReceivedEvent | undefined> => (await events.next()).value ?? undefined;
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    next,
    async rest() {
      const all: ReceivedEvent[] = [];
      for (let event = await next(); event !== undefined; event = await next()) all.push(event);
      return all;
    },
    comments: () => comments,
    leave: () => void asked.destroy(),
  };
}

/** Reads blocks of lines up to each empty one, as the standard describes them; the project sends no other forms. */
async function* eventsOf(answer: IncomingMessage, comments: string[]): AsyncGenerator<ReceivedEvent, void> {
  let text = '';
  answer.setEncoding('utf8');
  for await (const chunk of answer) {
    text += String(chunk);
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      if (block.startsWith(':')) comments.push(block.slice(1).trim());
      else yield eventOf(block);
    }
  }
  if (text !== '') throw new Error(`the stream ends within an event: ${text.slice(0, 100)}`);
}

function eventOf(block: string): ReceivedEvent {
  const fields = block.split('\n').map((line): [string, string] => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  if (fields.map(([name]) => name).join() !== 'id,event,data') throw new Error(`this is no event of ours: ${block}`);
  const [id = '', event = '', data = ''] = fields.map(([, value]) => value);
  return { id: Number(id), event, data: JSON.parse(data) };
}
