import { randomBytes } from 'node:crypto';

import { freshCredential } from '../platform/credential.ts';
import { systemRandom } from '../platform/random.ts';
import type { PostgresUrls } from './postgres-database.ts';
import { startServer, streamingProgram, type ServerProcess } from './server-process.ts';

/** Several processes of the server on one database, as behind a load balancer. */
export type Instances = {
  servers: readonly ServerProcess[];
  ownerKey: string;
  /** Asks that instance. */
  ask: (server: number, ask: InstanceAsk) => Promise<InstanceAnswer>;
  /** Asks that instance with the owner's key, and throws unless the answer is a success. */
  manage: (server: number, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<Body>;
  /** Starts one more, which reaches the database by that address. */
  startAnother: (url: string) => Promise<ServerProcess>;
  /** Stops those that it was begun with. */
  stop: () => Promise<void>;
};

// oxlint-disable-next-line typescript/no-explicit-any -- the JSON of an answer is asserted on, field by field
type Body = any;

export type InstanceAsk = { method?: string; path: string; headers?: Record<string, string>; body?: unknown };
export type InstanceAnswer = { status: number; body: Body };

/** Where all of them say they are reached. */
export const publicUrl = 'http://microapp.test';

/** Starts `urls.length` instances; each reaches the database by its own address, which may lead through a proxy. */
export async function startInstances(postgres: PostgresUrls, urls: readonly string[]): Promise<Instances> {
  const ownerKey = freshCredential(systemRandom, 'owner_key').secret.reveal();
  const secretKey = randomBytes(32).toString('base64');
  const servers: ServerProcess[] = [];
  const startAnother = (url: string): Promise<ServerProcess> =>
    startServer(
      {
        DATABASE_URL: url,
        DATABASE_MIGRATION_URL: postgres.migrationUrl,
        MICROAPP_OWNER_KEY: ownerKey,
        MICROAPP_SECRET_KEY: secretKey,
        PUBLIC_URL: publicUrl,
        // All visitors of a test come from this machine, and there are more of them than of any real address.
        MINTS_PER_ADDRESS_PER_MINUTE: '100000',
        MINTS_PER_WORKSPACE_PER_MINUTE: '100000',
        TOOL_RUNS_PER_MINUTE: '100000',
      },
      streamingProgram,
    );
  // One after another: the first founds the installation.
  for (const url of urls) servers.push(await startAnother(url));

  async function ask(
    server: number,
    { method = 'GET', path, headers = {}, body }: InstanceAsk,
  ): Promise<InstanceAnswer> {
    const answer = await fetch(`${servers[server]?.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  return {
    servers,
    ownerKey,
    ask,
    async manage(server, method, path, body) {
      const answer = await ask(server, { method, path, body, headers: { authorization: `Bearer ${ownerKey}` } });
      if (answer.status < 300) return answer.body;
      throw new Error(`${method} ${path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
    },
    startAnother,
    async stop() {
      await Promise.all(servers.map((server) => server.end('SIGTERM')));
    },
  };
}
