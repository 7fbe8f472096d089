import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createAddressRule } from './address-rules.ts';
import type { Resolve } from './exchange.ts';
import { createOutbound, type OutboundCall } from './outbound.ts';

const clock = createFakeClock();
const call = { method: 'GET', timeoutMs: 1000, bodyBytesMax: 1000 } as const satisfies Partial<OutboundCall>;
const here = { address: '127.0.0.1', family: 4 };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Listens on this machine and answers with `answer`; what it was asked for is in `asked`. */
async function serve(answer: RequestListener): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host}`);
    answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return { port: address.port, asked };
}

function outboundTo(resolve: Resolve, allow: string[] = ['127.0.0.1']) {
  return createOutbound({ clock, resolve, isAllowed: createAddressRule(allow) });
}

it('a call gets the answer, and the server sees the name that was called', async () => {
  const { port, asked } = await serve((_, response) => response.writeHead(418).end('short'));
  const outbound = outboundTo(async () => [here]);
  const answer = await outbound.send({ ...call, url: new URL(`http://llm.example:${port}/models`) });
  expect({ status: answer.status, body: answer.body.toString() }).toEqual({ status: 418, body: 'short' });
  expect(asked).toEqual([`GET /models llm.example:${port}`]);
});

it.each([
  ['a name with a private address', 'llm.example', [here]],
  ['a name with a public and a private address', 'llm.example', [{ address: '1.1.1.1', family: 4 }, here]],
  ['an address', '127.0.0.1', []],
  ['an address as one number', '2130706433', []],
  ['an address in octal', '0177.0.0.1', []],
  ['an address of IPv6', '[::1]', []],
  ['an address inside of another', '[::ffff:127.0.0.1]', []],
])('nothing is sent to %s', async (_, host, addresses) => {
  const { port, asked } = await serve((_request, response) => response.end());
  const sending = outboundTo(async () => addresses, []).send({ ...call, url: new URL(`http://${host}:${port}/`) });
  await expect(sending).rejects.toMatchObject({ failure: 'address_not_allowed' });
  expect(asked).toEqual([]);
});

it('a name is looked up once: what was checked is what is connected to', async () => {
  const { port, asked } = await serve((_, response) => response.end());
  const answers = [[here], [{ address: '169.254.169.254', family: 4 }]];
  const outbound = outboundTo(async () => answers.shift() ?? []);
  await outbound.send({ ...call, url: new URL(`http://rebinding.example:${port}/`) });
  expect({ asked: asked.length, left: answers.length }).toEqual({ asked: 1, left: 1 });
});

it('a redirect is an answer like any other, unless the call asks to follow it', async () => {
  const { port, asked } = await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
  const outbound = outboundTo(async () => [here]);
  const url = new URL(`http://llm.example:${port}/`);
  expect((await outbound.send({ ...call, url })).status).toBe(302);
  expect(asked).toHaveLength(1);
  expect((await outbound.send({ ...call, url, redirectsMax: 2 })).status).toBe(302);
  expect(asked.map((line) => line.split(' ')[1])).toEqual(['/', '/', '/elsewhere', '/elsewhere']);
});

it('the way of a redirect is looked up and checked anew at each hop', async () => {
  const { port, asked } = await serve((request, response) => {
    const next = { '/': `http://second.example:${port}/2`, '/2': `http://first.example:${port}/3` }[request.url ?? ''];
    response.writeHead(next === undefined ? 200 : 302, next === undefined ? {} : { location: next }).end();
  });
  const names: string[] = [];
  const follow = (resolve: Resolve) =>
    outboundTo(async (name) => {
      names.push(name);
      return resolve(name);
    }).send({ ...call, url: new URL(`http://first.example:${port}/`), redirectsMax: 5 });

  expect((await follow(async () => [here])).status).toBe(200);
  expect(names).toEqual(['first.example', 'second.example', 'first.example']);
  asked.length = 0;
  // A name that was good a moment ago is asked again, and has become another.
  const answers = [[here], [here], [{ address: '169.254.169.254', family: 4 }]];
  await expect(follow(async () => answers.shift() ?? [])).rejects.toMatchObject({ failure: 'address_not_allowed' });
  expect(asked).toHaveLength(2);
});

it.each([
  'http://127.0.0.1:PORT/',
  'http://2130706433:PORT/',
  'http://[::1]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:a9fe:a9fe]/latest/meta-data/',
  'http://169.254.169.254/latest/meta-data/',
  'http://inside.example:PORT/',
  '//inside.example:PORT/',
])('a redirect to %s reaches nobody', async (location) => {
  const { port, asked } = await serve((_, response) =>
    response.writeHead(307, { location: location.replace('PORT', String(port)) }).end(),
  );
  const outbound = createOutbound({
    clock,
    resolve: async () => [here],
    isAllowed: createAddressRule([`outside.example:${port}`]),
  });
  const sending = outbound.send({ ...call, url: new URL(`http://outside.example:${port}/`), redirectsMax: 5 });
  await expect(sending).rejects.toMatchObject({ failure: 'address_not_allowed' });
  expect(asked).toHaveLength(1);
});

it('method, body and headers come through, and the answer to each method', async () => {
  const { port } = await serve((request, response) => {
    response.write(
      `${request.method} ${String(request.headers['x-own'])} ${String(request.headers['accept-encoding'])} `,
    );
    request.pipe(response);
  });
  const outbound = outboundTo(async () => [here]);
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    const body = method === 'GET' ? {} : { body: method === 'PUT' ? new TextEncoder().encode('bytes') : 'text' };
    const sent = { ...call, method, url: new URL(`http://a.example:${port}/`), headers: { 'x-own': '1' }, ...body };
    const text = { GET: '', PUT: 'bytes' }[method as string] ?? 'text';
    expect((await outbound.send(sent)).body.toString()).toBe(`${method} 1 identity ${text}`);
  }
});

it('the caller calls it off before, during the look-up and during the wait, and hears its own reason', async () => {
  const off = new AbortController();
  off.abort('before');
  const url = new URL('http://llm.example:1/');
  const never = outboundTo(() => new Promise(() => undefined));
  await expect(never.send({ ...call, url, signal: off.signal })).rejects.toBe('before');

  const lookingUp = new AbortController();
  const sending = never.send({ ...call, url, signal: lookingUp.signal });
  lookingUp.abort('looking up');
  await expect(sending).rejects.toBe('looking up');

  const waiting = new AbortController();
  const { port } = await serve(() => waiting.abort('waiting'));
  const silent = { ...call, url: new URL(`http://llm.example:${port}/`), signal: waiting.signal };
  await expect(outboundTo(async () => [here]).send(silent)).rejects.toBe('waiting');
});

it('nothing but http and https is called', async () => {
  const outbound = outboundTo(async () => [here]);
  await expect(outbound.send({ ...call, url: new URL('ftp://llm.example/') })).rejects.toMatchObject({
    failure: 'unreachable',
  });
});

it('an answer of a byte too many is given up', async () => {
  let length = 1000;
  const { port } = await serve((_, response) => response.end('x'.repeat(length)));
  const outbound = outboundTo(async () => [here]);
  const url = new URL(`http://llm.example:${port}/`);
  expect((await outbound.send({ ...call, url })).body).toHaveLength(1000);
  length = 1001;
  await expect(outbound.send({ ...call, url })).rejects.toMatchObject({ failure: 'answer_too_large' });
});

it('a server that says nothing, or stops in the middle, is given up in time', async () => {
  for (const begin of ['', 'half']) {
    let hasArrived: () => void = () => undefined;
    const arrived = new Promise<void>((settle) => {
      hasArrived = settle;
    });
    const { port } = await serve((_, response) => {
      if (begin !== '') response.write(begin);
      hasArrived();
    });
    const sending = outboundTo(async () => [here]).send({ ...call, url: new URL(`http://llm.example:${port}/`) });
    const refused = sending.catch((error: unknown) => error);
    await arrived;
    clock.advance(1000);
    expect(await refused).toMatchObject({ failure: 'timed_out' });
    server?.closeAllConnections();
    server?.close();
  }
});

it('a name service that never answers is given up in time', async () => {
  const sending = outboundTo(() => new Promise(() => undefined)).send({ ...call, url: new URL('http://llm.example/') });
  const refused = sending.catch((error: unknown) => error);
  clock.advance(1000);
  expect(await refused).toMatchObject({ failure: 'timed_out' });
});

it('a name that is not known and a port where nobody listens are told apart', async () => {
  const unknown = outboundTo(() => Promise.reject(new Error('ENOTFOUND')));
  await expect(unknown.send({ ...call, url: new URL('http://llm.example/') })).rejects.toMatchObject({
    failure: 'name_unknown',
  });
  const nobody = outboundTo(async () => [here]);
  await expect(nobody.send({ ...call, url: new URL('http://llm.example:1/') })).rejects.toMatchObject({
    failure: 'unreachable',
  });
});
