import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

/** A stranger's website on this machine. */
export type Website = {
  /** `http://127.0.0.1:1234` */
  origin: string;
  /** The paths that were asked for, in order. */
  asked: string[];
  /** What it answers from now on, by path; 404 for every other. */
  serve: (files: Readonly<Record<string, RequestListener | string>>) => void;
  close: () => Promise<void>;
};

/** Texts are style sheets where the path ends so, else pages. */
export async function startWebsite(): Promise<Website> {
  const asked: string[] = [];
  let files: Readonly<Record<string, RequestListener | string>> = {};
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const file = files[path];
    if (file === undefined) return response.writeHead(404).end();
    if (typeof file === 'function') return file(request, response);
    const type = path.endsWith('.css') ? 'text/css' : 'text/html; charset=utf-8';
    return response.writeHead(200, { 'content-type': type }).end(file);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    asked,
    serve(next) {
      files = next;
      asked.length = 0;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
