import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { guard } from './postgres.ts';
import { freePort } from './server-process.ts';

/** A Redis server of a test's own, empty, on this machine only. */
export type RedisServer = {
  url: string;
  /** Speaks to it past the product's connection. */
  command(name: string, ...args: string[]): Promise<unknown>;
  stop(): Promise<void>;
};

const programs = ['/usr/bin/redis-server', '/usr/bin/valkey-server'];
const readyLine = 'Ready to accept connections';

/** Starts one, on `port` or a free one, with further `settings` in the words of redis.conf. It ends with this process. */
export async function startRedis(
  options: { port?: number; settings?: Readonly<Record<string, string>>; password?: string } = {},
): Promise<RedisServer> {
  const { port = await freePort(), settings = {}, password } = options;
  const program = programs.find((file) => existsSync(file));
  if (program === undefined) throw new Error(`There is none of ${programs.join(', ')}.`);
  const folder = await mkdtemp(join(tmpdir(), 'microapp-redis-'));
  const all = {
    ...(password === undefined ? {} : { requirepass: password }),
    ...settings,
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'no',
  };
  const flags = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const shell = spawn('sh', ['-c', guard, folder, program, ...flags], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => {
    shell.once('close', () => resolve());
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    shell.once('close', () => reject(new Error(`Redis did not start:\n${output}`)));
    shell.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes(readyLine)) resolve();
      else if (output.includes('# Failed') || output.includes('FATAL')) shell.stdin.end();
    });
  });
  const client = new Redis(port, '127.0.0.1', { ...(password === undefined ? {} : { password }), retryStrategy: null });
  client.on('error', () => undefined);
  return {
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    command: (name, ...args) => client.call(name, ...args),
    async stop() {
      client.disconnect();
      shell.stdin.end();
      await ended;
    },
  };
}
