import type { Secret } from '../platform/secret.ts';
import { CommandError, type Surroundings } from './surroundings.ts';

const timeoutMs = 30_000;

export type Question = {
  method?: string;
  /** A path, or an address of the same or another origin. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
};

/** An answer, whatever its status. `body` is its JSON, or undefined. */
export type Answer = { status: number; headers: Headers; text: string; body: unknown };

/** A running server, asked over HTTP. */
export type Api = {
  url: string;
  /** With no credential but those in the headers. */
  ask(question: Question): Promise<Answer>;
  /** With the owner key. */
  manage(question: Question): Promise<Answer>;
  /** With the owner key, even after Ctrl-C: takes away what was made. */
  cleanUp(question: Question): Promise<Answer>;
  isInterrupted(): boolean;
};

/** The longest that one answer may take. */
const inTime = (): AbortSignal => AbortSignal.timeout(timeoutMs);

/** Rejects with `CommandError` when the server cannot be reached. */
export function createApi(
  { fetch: send, interrupted }: Pick<Surroundings, 'fetch' | 'interrupted'>,
  { url, ownerKey }: { url: string; ownerKey: Secret },
): Api {
  async function exchange(
    { method = 'GET', path, headers = {}, body }: Question,
    signal: AbortSignal,
  ): Promise<Answer> {
    try {
      const answer = await send(new URL(path, url), {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // The key goes to the address that was given and to no other.
        redirect: 'manual',
        signal,
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, text, body: parsed(text) };
    } catch (cause) {
      if (interrupted.aborted) throw new CommandError('Interrupted.', { cause });
      throw new CommandError(`No server answers at ${url}. Is it running? Give its address with --url.`, { cause });
    }
  }

  const asOwner = (question: Question): Question => ({
    ...question,
    headers: { ...question.headers, authorization: `Bearer ${ownerKey.reveal()}` },
  });
  return {
    url,
    ask: (question) => exchange(question, AbortSignal.any([interrupted, inTime()])),
    manage: (question) => exchange(asOwner(question), AbortSignal.any([interrupted, inTime()])),
    cleanUp: (question) => exchange(asOwner(question), inTime()),
    isInterrupted: () => interrupted.aborted,
  };
}

/** The answer, if it has that status. Otherwise throws the server's own sentence. */
export function expectAnswer(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  const sentence = textAt(answer.body, 'error') ?? 'it gives no reason';
  const hint = textAt(answer.body, 'hint');
  const message = `The server answers ${answer.status}: ${sentence}`;
  throw new CommandError(hint === undefined ? message : `${message} ${hint}`);
}

/** The value at a dotted path of parsed JSON; undefined where there is none. */
export function valueAt(json: unknown, path: string): unknown {
  let value: unknown = json;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === name)?.[1];
  }
  return value;
}

export function textAt(json: unknown, path: string): string | undefined {
  const value = valueAt(json, path);
  return typeof value === 'string' ? value : undefined;
}

/** The text at a dotted path of an answer. Throws when the server did not send it. */
export function requireText({ body }: Answer, path: string): string {
  const text = textAt(body, path);
  if (text === undefined) throw new CommandError(`The server's answer lacks "${path}". Is it another version?`);
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
