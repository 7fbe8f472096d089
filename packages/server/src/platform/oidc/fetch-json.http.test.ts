import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fetchJson } from './fetch-json.ts';

let server: Server;
let serve: RequestListener;
let url: URL;

beforeAll(async () => {
  server = createServer((request, response) => serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  url = new URL(`http://127.0.0.1:${port}/document`);
});
afterAll(async () => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
});

const ask = (signal = new AbortController().signal): Promise<unknown> => fetchJson(fetch, url, signal);

it('a document comes as it is, even in pieces', async () => {
  serve = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('{"name":"K');
    response.write(Buffer.from([0xc3]));
    response.end(Buffer.concat([Buffer.from([0xa4]), Buffer.from('se"}')]));
  };
  expect(await ask()).toEqual({ name: 'Käse' });
});

it('a document of 512 KiB comes, and of one with a byte more no more is read', async () => {
  const frame = '{"padding":""}';
  let bytes = 512 * 1024;
  serve = (_, response) => void response.end(frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`));
  expect(await ask()).toEqual({ padding: expect.any(String) });
  bytes += 1;
  await expect(ask()).rejects.toThrow('more than 524288 bytes');
});

it('a document without end is given up, and its connection with it', async () => {
  const gone = Promise.withResolvers<void>();
  serve = (_, response) => {
    response.on('close', gone.resolve);
    const more = (): void => {
      while (response.write('x'.repeat(64 * 1024)));
    };
    response.on('drain', more);
    more();
  };
  await expect(ask()).rejects.toThrow('more than 524288 bytes');
  await gone.promise;
});

it('a redirect is not followed', async () => {
  const paths: (string | undefined)[] = [];
  serve = (request, response) => {
    paths.push(request.url);
    response.writeHead(302, { location: '/elsewhere' }).end('{}');
  };
  await expect(ask()).rejects.toThrow('answered 302');
  expect(paths).toEqual(['/document']);
});

it.each([201, 204, 401, 404, 500])('an answer of status %i is none', async (status) => {
  serve = (_, response) => void response.writeHead(status).end(status === 204 ? undefined : '{}');
  await expect(ask()).rejects.toThrow(`answered ${status}`);
});

it.each(['', '<html>', '{"a":', '{} {}'])('%j is no document', async (text) => {
  serve = (_, response) => void response.end(text);
  await expect(ask()).rejects.toThrow(SyntaxError);
});

it('an answer that stops in the middle is given up when told, and its connection with it', async () => {
  const gone = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  serve = (_, response) => {
    response.on('close', gone.resolve);
    response.write('{"a":', () => begun.resolve());
  };
  const controller = new AbortController();
  const asked = ask(controller.signal);
  await begun.promise;
  controller.abort(new Error('it took too long'));
  await expect(asked).rejects.toThrow('it took too long');
  await gone.promise;
});

it('an address where nobody listens is a failure like any other', async () => {
  const unused = createServer();
  await new Promise<void>((resolve) => unused.listen(0, '127.0.0.1', resolve));
  const { port } = unused.address() as AddressInfo; // it listens on a port, not on a pipe
  await new Promise((resolve) => unused.close(resolve));
  await expect(fetchJson(fetch, new URL(`http://127.0.0.1:${port}`), new AbortController().signal)).rejects.toThrow(
    'fetch failed',
  );
});
