import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Stands between one server and PostgreSQL, and can lose what passes as a broken network does: without a word. */
export type PostgresProxy = {
  /** The same database, reached through the proxy. */
  urlFor(url: string): string;
  /** From now on nothing passes, and nobody is told. */
  cut(): void;
  /** New connections pass again. Those from before stay dead. */
  mend(): void;
  close(): Promise<void>;
};

/** Starts a proxy to the PostgreSQL server whose socket lies in that folder. */
export async function startPostgresProxy(socketFolder: string): Promise<PostgresProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'microapp-proxy-'));
  const sockets = new Set<Socket>();
  let isCut = false;

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    // Whoever is on the other side learns of an end by its own means.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  }

  const server = createServer((near) => {
    keep(near);
    if (isCut) return;
    const far = keep(connect(join(socketFolder, '.s.PGSQL.5432')));
    near.on('data', (bytes) => void (isCut || far.write(bytes)));
    far.on('data', (bytes) => void (isCut || near.write(bytes)));
    near.once('close', () => void (isCut || far.destroy()));
    far.once('close', () => void (isCut || near.destroy()));
  });
  server.listen(join(folder, '.s.PGSQL.5432'));
  await once(server, 'listening');

  return {
    urlFor(url) {
      const through = new URL(url);
      through.searchParams.set('host', folder);
      return through.href;
    },
    cut() {
      isCut = true;
    },
    mend() {
      // What was lost on the way is missing from the middle of these conversations.
      for (const socket of sockets) socket.destroy();
      isCut = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Where the socket of that database's server lies. */
export function socketFolderOf(url: string): string {
  const folder = new URL(url).searchParams.get('host');
  if (folder === null) throw new Error('the database is not reached through a socket');
  return folder;
}
