import type { Asked, Json } from '../asked.ts';

/** How one provider's API is written. Events are whole server-sent events. */
export type Wire = {
  read(body: Json, path: string): Asked;
  /** The answer to a request that wants it in one piece. */
  whole(asked: Asked, text: string): Json;
  /** A stream: its beginning, a piece of text, its proper end. */
  begin(asked: Asked): string;
  piece(asked: Asked, text: string): string;
  end(asked: Asked, text: string): string;
  /** The body of an answer with an error's status; the same in the middle of a stream. */
  failure(status: number, message: string): Json;
  failureEvent(message: string): string;
};

export function event(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}
