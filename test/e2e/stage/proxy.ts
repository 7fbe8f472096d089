import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy in front of `base` that takes these headers away, as some do. */
export async function startProxy(
  base: string,
  taken: readonly string[],
): Promise<{ origin: string; close: () => Promise<void> }> {
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    const { status, headers, body } = await get(`${base}${path}`);
    const kept = Object.entries(headers).filter(([name]) => !taken.includes(name));
    response.writeHead(status, Object.fromEntries(kept)).end(body);
  };
  const server = createServer((request, response) => {
    answer(request.url ?? '/', response).catch(() => response.writeHead(502).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // of a server that listens on a port
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Got = { status: number; headers: Record<string, string>; body: Buffer };

async function get(url: string): Promise<Got> {
  const answer = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}
