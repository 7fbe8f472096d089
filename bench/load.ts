import { performance } from 'node:perf_hooks';
import autocannon from 'autocannon';

export type LoadRequest = {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
};

/** What to send: one request, or several in turn, again and again for a time; or each of many once. */
export type Load = { again: LoadRequest | readonly LoadRequest[]; seconds: number } | { once: readonly LoadRequest[] };

/** What every answer must be; one that is not fails the bench, so that it cannot measure errors. */
export type Expected = { status: number; contains: string };

export type LoadResult = { answers: number; seconds: number; latenciesMs: number[] };

/** Enough to keep one server process busy while each answer is on its way; few enough not to measure a queue. */
export const connections = 8;
/** How often the load generator looks whether its time is over. */
const sampleMs = 20;
const answerWithinSeconds = 60;

/** Puts load on the server at `url` and waits for its end. `onBody` gets the text of every answer. */
export async function putLoad(
  url: string,
  load: Load,
  expected: Expected,
  onBody?: (body: string) => void,
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  let lastAnswerAt = startedAt;
  const options: autocannon.Options = {
    url,
    connections,
    timeout: answerWithinSeconds,
    sampleInt: sampleMs,
    ...('again' in load
      ? { duration: load.seconds, requests: [load.again].flat().map(toSent) }
      : { amount: load.once.length, setupClient: dealOut(load.once) }),
    verifyBody(body) {
      onBody?.(String(body));
      return String(body).includes(expected.contains);
    },
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(options, (error: unknown, finished) => {
      if (error === null) resolve(finished);
      else reject(error);
    });
    running.on('response', (_client, _status, _bytes, latencyMs) => {
      latenciesMs.push(latencyMs);
      lastAnswerAt = performance.now();
    });
  });
  failUnless(expected, result);
  return { answers: latenciesMs.length, seconds: (lastAnswerAt - startedAt) / 1000, latenciesMs };
}

function toSent({ method, path, headers, body }: LoadRequest): autocannon.Request {
  if (body === undefined) return { method, path, headers: { ...headers } };
  return {
    method,
    path,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** Gives every connection its own share, so that nothing is sent twice. */
function dealOut(requests: readonly LoadRequest[]): (client: autocannon.Client) => void {
  if (requests.length % connections !== 0) throw new Error(`${requests.length} requests do not divide evenly.`);
  const share = requests.length / connections;
  let dealt = 0;
  return (client) => {
    client.setRequests(requests.slice(dealt, dealt + share).map(toSent));
    dealt += share;
  };
}

function failUnless({ status, contains }: Expected, result: autocannon.Result): void {
  const counts = Object.entries(result.statusCodeStats ?? {}).map(([code, { count = 0 }]) => ({ code, count }));
  const others = counts.filter(({ code, count }) => code !== String(status) && count > 0);
  const problems = [
    ...others.map(({ code, count }) => `${count} answers were ${code} instead of ${status}`),
    ...(result.errors > 0 ? [`${result.errors} requests got no answer`] : []),
    ...(result.mismatches > 0 ? [`${result.mismatches} answers had no ${contains} in them`] : []),
    ...(counts.length === 0 ? ['there was no answer'] : []),
  ];
  if (problems.length > 0) throw new Error(`${problems.join('; ')}.`);
}
