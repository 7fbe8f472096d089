import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createAddressRule } from './address-rules.ts';
import { createOutbound } from './outbound.ts';
import { OutboundError } from './outbound-error.ts';

const clock = createFakeClock();
const limits = { timeoutMs: 1000, bodyBytesMax: 1000 };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** The address of a server on this machine. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return `http://llm.example:${address.port}`;
}

function fetchWith(allow: string[] = ['127.0.0.1'], over: Partial<typeof limits> = {}): typeof fetch {
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  return createOutbound({ clock, resolve, isAllowed: createAddressRule(allow) }).fetchWith({ ...limits, ...over });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.catch((reason: unknown) => reason);
  const cause = error instanceof TypeError ? error.cause : error;
  return cause instanceof OutboundError ? cause.failure : cause;
}

it('sends method, headers and body, and answers status, headers and body', async () => {
  const url = await serve((request, response) => {
    const { authorization, 'content-type': type } = request.headers;
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.writeHead(201, { 'content-type': 'application/json' });
    request.setEncoding('utf8').on('data', (body: string) => {
      response.end(JSON.stringify({ method: request.method, url: request.url, authorization, type, body }));
    });
  });
  const answer = await fetchWith()(`${url}/v1/chat?x=1`, {
    method: 'POST',
    headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
    body: '{"a":1}',
  });
  expect({ status: answer.status, ok: answer.ok, cookies: answer.headers.getSetCookie() }).toEqual({
    status: 201,
    ok: true,
    cookies: ['a=1', 'b=2'],
  });
  expect(await answer.json()).toEqual({
    method: 'POST',
    url: '/v1/chat?x=1',
    authorization: 'Bearer k',
    type: 'application/json',
    body: '{"a":1}',
  });
});

it('takes a Request, a URL, and bytes', async () => {
  const url = await serve((request, response) => void request.pipe(response));
  const bytes = new TextEncoder().encode('bytes');
  expect(await (await fetchWith()(new Request(url, { method: 'PUT', body: 'text' }))).text()).toBe('text');
  expect(await (await fetchWith()(new URL(url), { method: 'PATCH', body: bytes })).text()).toBe('bytes');
  expect((await fetchWith()(url)).status).toBe(200);
});

it('gives out the body while it comes, packed or not', async () => {
  for (const isPacked of [false, true]) {
    let send: (text: string) => void = () => undefined;
    let finish: () => void = () => undefined;
    const url = await serve((_, response) => {
      const out = isPacked ? createGzip() : response;
      if (isPacked) createPiped(out as ReturnType<typeof createGzip>, response);
      send = (text) => {
        out.write(text);
        if ('flush' in out) out.flush();
      };
      finish = () => void out.end();
      send('first');
    });
    const answer = await fetchWith()(url);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('first');
    send('second');
    expect((await reader?.read())?.value).toBe('second');
    finish();
    expect(await reader?.read()).toEqual({ done: true, value: undefined });
  }
});

function createPiped(packed: ReturnType<typeof createGzip>, response: Parameters<RequestListener>[1]): void {
  response.setHeader('content-encoding', 'gzip');
  packed.pipe(response);
}

it.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const)('asks for no packing, unpacks %s all the same, and bounds what comes out', async (encoding, pack) => {
  let length = 1000;
  const asked: unknown[] = [];
  const url = await serve((request, response) => {
    asked.push(request.headers['accept-encoding']);
    response.writeHead(200, { 'content-encoding': encoding }).end(pack('x'.repeat(length)));
  });
  const answer = await fetchWith()(url);
  expect(answer.headers.has('content-encoding')).toBe(false);
  expect(await answer.text()).toBe('x'.repeat(1000));
  expect(asked).toEqual(['identity']);
  length = 1001;
  expect(await failureOf((await fetchWith()(url)).text())).toBe('answer_too_large');
});

it('nothing is sent to a private address, and no redirect is followed', async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked += 1;
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect(await failureOf(fetchWith([])(url))).toBe('address_not_allowed');
  expect(asked).toBe(0);
  const answer = await fetchWith()(url, { redirect: 'follow' });
  expect({ status: answer.status, asked }).toEqual({ status: 307, asked: 1 });
});

it('an answer without a body has none', async () => {
  const url = await serve((_, response) => response.writeHead(204).end());
  const answer = await fetchWith()(url);
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 204, body: null });
});

it('rejects as fetch does where nobody listens', async () => {
  const work = fetchWith()('http://llm.example:1/');
  await expect(work).rejects.toThrow(TypeError);
  expect(await failureOf(work)).toBe('unreachable');
});

it('refuses what it cannot send', async () => {
  await expect(fetchWith()('ftp://llm.example/')).rejects.toThrow(TypeError);
  await expect(fetchWith()('http://llm.example/', { method: 'HEAD' })).rejects.toThrow('HEAD');
});

it('a server that says nothing, and one that stops in the middle, are given up in time', async () => {
  const arrived = Promise.withResolvers<void>();
  const silent = await serve(() => arrived.resolve());
  const asking = failureOf(fetchWith()(silent));
  await arrived.promise;
  clock.advance(1000);
  expect(await asking).toBe('timed_out');

  const halting = await serve((_, response) => void response.write('half'));
  const answer = await fetchWith()(halting);
  const reading = failureOf(answer.text());
  clock.advance(1000);
  expect(await reading).toBe('timed_out');
});

it('a body that nobody reads ends the call in time, and harms nothing', async () => {
  const closed = Promise.withResolvers<void>();
  const url = await serve((_, response) => {
    response.on('close', () => closed.resolve());
    response.write('half');
  });
  const answer = await fetchWith()(url);
  clock.advance(1000);
  await closed.promise;
  expect(await failureOf(answer.text())).toBe('timed_out');
});

it('the caller calls it off before, during the wait, and in the middle of the body', async () => {
  const off = new AbortController();
  off.abort('before');
  await expect(fetchWith()('http://llm.example:1/', { signal: off.signal })).rejects.toBe('before');

  const waiting = new AbortController();
  const silent = await serve(() => waiting.abort('waiting'));
  await expect(fetchWith()(silent, { signal: waiting.signal })).rejects.toBe('waiting');

  const reading = new AbortController();
  const closed = Promise.withResolvers<void>();
  const halting = await serve((_, response) => {
    response.on('close', () => closed.resolve());
    response.write('half');
  });
  const answer = await fetchWith()(halting, { signal: reading.signal });
  const body = answer.text();
  reading.abort('reading');
  await expect(body).rejects.toBe('reading');
  await closed.promise;
});

it('whoever stops reading ends the call', async () => {
  const closed = Promise.withResolvers<void>();
  const url = await serve((_, response) => {
    response.on('close', () => closed.resolve());
    response.write('half');
  });
  await (await fetchWith()(url)).body?.cancel();
  await expect(closed.promise).resolves.toBeUndefined();
});

it('nothing is left to wait for once the body is read', async () => {
  let waiting = 0;
  const counted = {
    ...clock,
    after(delayMs: number, task: () => void) {
      waiting += 1;
      const stop = clock.after(delayMs, task);
      return () => {
        waiting -= 1;
        stop();
      };
    },
  };
  const url = await serve((_, response) => response.end('all'));
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const outbound = createOutbound({ clock: counted, resolve, isAllowed: createAddressRule(['127.0.0.1']) });
  const answer = await outbound.fetchWith(limits)(url);
  expect(waiting).toBe(1);
  expect(await answer.text()).toBe('all');
  expect(waiting).toBe(0);
});
