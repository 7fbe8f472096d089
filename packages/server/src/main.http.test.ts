import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { freshCredential } from './platform/credential.ts';
import { systemRandom } from './platform/random.ts';
import { createPostgresDatabase } from './testing/database.ts';
import { startRedis } from './testing/redis.ts';
import {
  failToStart,
  killLeftServers,
  startOnTerminal,
  startServer,
  takePort,
  type ServerProcess,
  type Settings,
} from './testing/server-process.ts';

// An embedded database takes seconds to make, and more of them while other tests have the processors.
const startWithinMs = 120_000;
const loanInputs = { principal: 200_000, annualRatePercent: 6, years: 30 };
const json = { 'content-type': 'application/json' };

// oxlint-disable-next-line typescript/no-explicit-any -- the JSON of an answer is asserted on, field by field
type NetworkAnswer = { status: number; requestId: string; body: any };

/** Asks over the network, as everybody does. */
async function ask(
  server: ServerProcess,
  path: string,
  { headers = {}, body }: { headers?: object; body?: unknown } = {},
): Promise<NetworkAnswer> {
  const answer = await fetch(`${server.url}${path}`, {
    headers: { ...(body === undefined ? {} : json), ...headers },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: answer.status, requestId: answer.headers.get('x-request-id') ?? '', body: await answer.json() };
}

function asOwner(key: string) {
  return { authorization: `Bearer ${key}` };
}

/** With an owner key alone: a workspace of a customer and an embed token in it. */
async function makeEmbedToken(server: ServerProcess, key: string, workspaceName = 'Customer') {
  const headers = asOwner(key);
  const workspace = await ask(server, '/v1/workspaces', {
    headers,
    body: { name: workspaceName, portalEnabled: true, features: ['tool:run'] },
  });
  expect(workspace.status).toBe(201);
  const token = await ask(server, `/v1/workspaces/${workspace.body.id}/embed-tokens`, {
    headers,
    body: { apps: ['loan-calculator'], permissions: ['tool:run'] },
  });
  expect(token.status).toBe(201);
  return { workspaceId: String(workspace.body.id), tokenId: String(token.body.id), token: String(token.body.token) };
}

async function makeSurface(server: ServerProcess, key: string): Promise<{ clientToken: string }> {
  const { workspaceId } = await makeEmbedToken(server, key);
  const surface = await ask(server, '/v1/surfaces', {
    headers: asOwner(key),
    body: {
      workspaceId,
      name: 'Shop',
      environment: 'production',
      apps: ['loan-calculator'],
      permissions: ['tool:run'],
      allowedOrigins: ['shop.example'],
    },
  });
  expect(surface.status).toBe(201);
  return { clientToken: String(surface.body.clientToken) };
}

function runLoan(server: ServerProcess, token: string) {
  return ask(server, '/api/tools/loan-calculator/run?embed=1', {
    headers: { 'x-microapp-embed-token': token },
    body: { inputs: loanInputs },
  });
}

async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'microapp-process-'));
}

async function readOwnerKey(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, 'owner-key'), 'utf8')).trim();
}

/** For a server whose database is not what a test is about: an embedded one takes three times as long to start on. */
async function migratedDatabase(): Promise<Settings> {
  const { postgres, drop } = await createPostgresDatabase('migrated');
  onTestFinished(drop);
  return { DATABASE_URL: postgres.url, DATABASE_MIGRATION_URL: postgres.migrationUrl };
}

afterAll(killLeftServers);

describe('a server on its embedded database', () => {
  let dataDir: string;
  let settings: Settings;
  let first: ServerProcess;
  let second: ServerProcess;
  let third: ServerProcess;
  let key: string;
  let customer: { workspaceId: string; tokenId: string; token: string };

  beforeAll(async () => {
    dataDir = await newFolder();
    // Everything is logged, so that whatever could leak does.
    settings = { DATA_DIR: dataDir, LOG_LEVEL: 'trace' };
    first = await startServer(settings);
    key = await readOwnerKey(dataDir);
    customer = await makeEmbedToken(first, key, 'A customer of this very test');
  }, startWithinMs);
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it('prints its address, and puts the first owner key into a file for its user only when nobody watches', async () => {
    expect(first.output()).toContain(`  Dashboard  ${first.url}\n`);
    expect(first.output()).toContain(`in ${join(dataDir, 'owner-key')} (readable by you only)`);
    expect((await stat(join(dataDir, 'owner-key'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'secret-key'))).mode & 0o777).toBe(0o600);
    expect(key).toMatch(/^mk_[0-9A-Za-z]{38}$/);
    expect(first.output()).not.toContain(key);
  });

  it('needs nothing but that key: a workspace, a token, and the tool computes (M30, M31, K26)', async () => {
    const schema = await ask(first, '/api/tools/loan-calculator/schema?embed=1', {
      headers: { 'x-microapp-embed-token': customer.token },
    });
    expect(schema.body).toMatchObject({ slug: 'loan-calculator', requiresAi: false });
    const run = await runLoan(first, customer.token);
    expect(run).toMatchObject({ status: 200, body: { output: { payment: 1199.1, totalInterest: 231_676.38 } } });
    expect(run.body.output.yearly).toHaveLength(30);
  });

  it('refuses a second process on the same folder in a sentence, and goes on itself', async () => {
    const second = await failToStart({ ...settings, PORT: '4400' });
    expect(second.end).toBe(1);
    expect(second.output).toMatch(
      /^Microapp cannot start: The data folder .* is in use by process \d+\. Stop that process/,
    );
    expect(second.output).toContain(`process ${first.pid}.`);
    expect(second.output).not.toMatch(/^ +at /m);
    expect((await runLoan(first, customer.token)).status).toBe(200);
  });

  // The tests from here on depend on each other's end: one folder, started again and again.
  it('finishes the running request when it is told to stop, takes no new one, and ends with 0', async () => {
    const running = await beginRun(first, customer.token);
    const ended = first.end('SIGTERM');
    await untilRefused(first);
    const answer = await running.finish();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ output: { payment: 1199.1 } });
    // Or the stop would wait for as long as clients keep connections for a next request.
    expect(answer.connection).toBe('close');
    expect(await ended).toBe(0);

    second = await startServer(settings);
    const log = await ask(second, `/v1/access-log?requestId=${answer.requestId}`, { headers: asOwner(key) });
    expect(log.body.data).toMatchObject([
      { status: 200, app: 'loan-calculator', workspaceId: customer.workspaceId, credentialId: customer.tokenId },
    ]);
  }, 240_000);

  it('keeps its data and its key through a restart, and shows the key no more', async () => {
    expect((await runLoan(second, customer.token)).status).toBe(200);
    const { body } = await ask(second, '/v1/owner-keys', { headers: asOwner(key) });
    expect(body.data).toHaveLength(1);
    expect(second.output()).not.toContain('Owner key');
    expect(await readOwnerKey(dataDir)).toBe(key);
  });

  it('loses nothing that it has acknowledged when it is killed', async () => {
    const made = await makeEmbedToken(second, key, 'Made a moment before the end');
    const revoked = await makeEmbedToken(second, key, 'Revoked a moment before the end');
    const path = `${second.url}/v1/embed-tokens/${revoked.tokenId}`;
    expect((await fetch(path, { method: 'DELETE', headers: asOwner(key) })).status).toBe(204);
    expect(await second.end('SIGKILL')).toBe('SIGKILL');
    third = await startServer(settings);
    expect((await runLoan(third, made.token)).status).toBe(200);
    expect((await runLoan(third, customer.token)).status).toBe(200);
    expect((await runLoan(third, revoked.token)).status).toBe(401);
  }, 240_000);

  it('writes no secret into its output or its database, whatever happens to the secret (M57)', async () => {
    const visitor = await misuseEverything(third, key, customer);
    expect(await third.end('SIGTERM')).toBe(0);

    const output = first.output() + second.output() + third.output();
    expect(output).toContain('"route":"/api/tools/:slug/run"');
    for (const [what, secret] of Object.entries({ key, token: customer.token, ...visitor })) {
      expect(output.includes(secret), `${what} in the output`).toBe(false);
    }

    const stored = await readTree(join(dataDir, 'database'));
    expect(stored.includes('A customer of this very test')).toBe(true);
    for (const [what, secret] of Object.entries({ key, token: customer.token, ...visitor })) {
      expect(stored.includes(secret), `${what} in the database`).toBe(false);
    }
  }, 240_000);
});

describe('a start', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await newFolder();
  });
  afterEach(async () => {
    killLeftServers();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('with wrong settings lists every problem and ends with 1, before it has touched anything', async () => {
    const { end, output } = await failToStart({ DATA_DIR: dataDir, PORT: 'http', PUBLIC_URL: 'x', LOG_LEVEL: 'loud' });
    expect(end).toBe(1);
    expect(output.trimEnd().split('\n')).toEqual([
      'Microapp cannot start with these settings:',
      expect.stringMatching(/^ {2}- PORT is "http"\./),
      expect.stringMatching(/^ {2}- PUBLIC_URL is not an http or https address\./),
      expect.stringMatching(/^ {2}- LOG_LEVEL is "loud"\./),
    ]);
    expect(await readdir(dataDir)).toEqual([]);
  });
});

describe('a server with its demo', () => {
  it(
    'has an example that asks an endpoint, live and answered from the first start on, also at another port later',
    async () => {
      const dataDir = await newFolder();
      const database = await migratedDatabase();
      try {
        for (const start of ['first', 'second']) {
          const { port, release } = await takePort();
          await release();
          const server = await startServer({ ...database, DATA_DIR: dataDir, DEMO: '', DEMO_PORT: String(port) });
          const key = await readOwnerKey(dataDir);
          const { workspaceId } = await makeEmbedToken(server, key);
          const token = await ask(server, `/v1/workspaces/${workspaceId}/embed-tokens`, {
            headers: asOwner(key),
            body: { apps: ['shipping-quote'], permissions: ['tool:run'] },
          });
          const run = await ask(server, '/api/tools/shipping-quote/run?embed=1', {
            headers: { 'x-microapp-embed-token': token.body.token },
            body: { inputs: { destination: 'FR', weightKilograms: 1 } },
          });
          expect(run, start).toMatchObject({ status: 200, body: { output: { cheapest: 'Economy' } } });
          expect(await server.end('SIGTERM')).toBe(0);
          expect(server.output()).not.toContain('whsec_');
        }
      } finally {
        killLeftServers();
        await rm(dataDir, { recursive: true, force: true });
      }
    },
    2 * startWithinMs,
  );
});

describe('a server with a Redis', () => {
  it(
    'counts there, says so, and stops with 0, also when Redis has gone; it never prints the password',
    async () => {
      const dataDir = await newFolder();
      const password = randomBytes(16).toString('hex');
      const redis = await startRedis({ password });
      try {
        const server = await startServer({
          ...(await migratedDatabase()),
          DATA_DIR: dataDir,
          REDIS_URL: redis.url,
          LOG_LEVEL: 'trace',
        });
        expect((await ask(server, '/readyz')).body).toEqual({ status: 'ok', redis: 'ok' });
        const { clientToken } = await makeSurface(server, await readOwnerKey(dataDir));
        const minted = await ask(server, '/v1/embed/sessions', {
          headers: { origin: 'https://shop.example' },
          body: { key: clientToken },
        });
        expect(minted.status).toBe(201);
        expect(await redis.command('KEYS', 'microapp:limit:*')).toHaveLength(3);
        await redis.stop();
        await vi.waitFor(
          async () => {
            const ready = await ask(server, '/readyz');
            expect([ready.status, ready.body]).toEqual([200, { status: 'ok', redis: 'unavailable' }]);
          },
          { timeout: 10_000, interval: 100 },
        );
        expect(await server.end('SIGTERM')).toBe(0);
        expect(server.output()).toContain('Redis does not answer');
        expect(server.output()).not.toContain(password);
      } finally {
        killLeftServers();
        await redis.stop();
        await rm(dataDir, { recursive: true, force: true });
      }
    },
    startWithinMs,
  );
});

describe('servers on PostgreSQL', () => {
  let dataDir: string;
  let settings: Settings;
  let database: Awaited<ReturnType<typeof createPostgresDatabase>>;
  beforeEach(async () => {
    dataDir = await newFolder();
    database = await createPostgresDatabase('empty');
    settings = {
      DATA_DIR: dataDir,
      DATABASE_URL: database.postgres.url,
      DATABASE_MIGRATION_URL: database.postgres.migrationUrl,
    };
  });
  afterEach(async () => {
    killLeftServers();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it(
    'bring an empty database up to date, serve as a role without rights over its tables, and stop with 0',
    async () => {
      const server = await startServer(settings);
      const key = await readOwnerKey(dataDir);
      const { token } = await makeEmbedToken(server, key);
      expect(await runLoan(server, token)).toMatchObject({ status: 200, body: { output: { payment: 1199.1 } } });
      expect(await server.end('SIGTERM')).toBe(0);
      expect(server.output()).not.toContain(key);
    },
    startWithinMs,
  );

  it(
    'install the owner key of the settings, and neither print it nor write it down',
    async () => {
      const key = freshCredential(systemRandom, 'owner_key').secret.reveal();
      const server = await startServer({ ...settings, MICROAPP_OWNER_KEY: key });
      expect((await ask(server, '/v1/me', { headers: asOwner(key) })).body).toMatchObject({ class: 'owner_key' });
      expect(await server.end('SIGTERM')).toBe(0);
      expect(server.output()).not.toContain(key);
      expect(server.output()).not.toContain('Owner key');
      expect(await readdir(dataDir)).toEqual(['secret-key']);
    },
    startWithinMs,
  );

  it(
    'have handed over the first owner key before the start can fail, as on a port that is taken',
    async () => {
      const { port, release } = await takePort();
      const failed = await failToStart({ ...settings, PORT: String(port) });
      await release();
      expect(failed.end).toBe(1);
      expect(failed.output).toContain('Microapp cannot start: listen EADDRINUSE');
      const server = await startServer(settings);
      const headers = asOwner(await readOwnerKey(dataDir));
      expect((await ask(server, '/v1/me', { headers })).status).toBe(200);
    },
    startWithinMs,
  );

  it(
    'that start together on an empty database make one installation with one key',
    async () => {
      const secret = Buffer.from(systemRandom.bytes(32)).toString('base64');
      const folders = [join(dataDir, 'a'), join(dataDir, 'b')];
      const servers = await Promise.all(
        folders.map((folder) => startServer({ ...settings, DATA_DIR: folder, MICROAPP_SECRET_KEY: secret })),
      );
      const keys = (await Promise.allSettled(folders.map(readOwnerKey))).filter(({ status }) => status === 'fulfilled');
      expect(keys).toHaveLength(1);
      expect(servers.filter((server) => server.output().includes('Owner key'))).toHaveLength(1);
    },
    startWithinMs,
  );

  it(
    'refuse a token on the request after another server has revoked it (H22)',
    async () => {
      const secret = Buffer.from(systemRandom.bytes(32)).toString('base64');
      const shared = { ...settings, MICROAPP_SECRET_KEY: secret };
      const one = await startServer(shared);
      const other = await startServer(shared);
      const key = await readOwnerKey(dataDir);
      const { token, tokenId } = await makeEmbedToken(one, key);
      expect((await runLoan(other, token)).status).toBe(200);
      const path = `${one.url}/v1/embed-tokens/${tokenId}`;
      expect((await fetch(path, { method: 'DELETE', headers: asOwner(key) })).status).toBe(204);
      expect(await runLoan(other, token)).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    },
    startWithinMs,
  );

  it(
    'show a person the first owner key, once, on the terminal and nowhere else',
    async () => {
      const terminal = await startOnTerminal(settings);
      const [key = ''] = /mk_[0-9A-Za-z]{38}/.exec(terminal.screen()) ?? [];
      expect(key).not.toBe('');
      const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(terminal.screen()) ?? [];
      expect((await fetch(`${url}/v1/me`, { headers: asOwner(key) })).status).toBe(200);
      expect((await terminal.end()).split(key)).toHaveLength(2);
      expect(await readdir(dataDir)).toEqual(['secret-key']);

      const again = await startOnTerminal(settings);
      expect(await again.end()).not.toContain('Owner key');
    },
    startWithinMs,
  );
});

/** A run whose body is half sent: the server has its head and waits. */
async function beginRun(server: ServerProcess, token: string) {
  const body = JSON.stringify({ inputs: loanInputs });
  const outgoing = request(`${server.url}/api/tools/loan-calculator/run?embed=1`, {
    method: 'POST',
    headers: {
      ...json,
      'x-microapp-embed-token': token,
      'content-length': Buffer.byteLength(body),
      expect: '100-continue',
    },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject);
  });
  outgoing.flushHeaders();
  await once(outgoing, 'continue');
  outgoing.write(body.slice(0, 10));
  return {
    async finish() {
      outgoing.end(body.slice(10));
      const answer = await answered;
      const chunks: Buffer[] = await answer.toArray();
      return {
        status: answer.statusCode,
        requestId: String(answer.headers['x-request-id']),
        connection: answer.headers.connection,
        body: JSON.parse(Buffer.concat(chunks).toString()),
      };
    },
  };
}

/** Waits until nobody can connect any more. */
async function untilRefused(server: ServerProcess): Promise<void> {
  const { hostname, port } = new URL(server.url);
  for (;;) {
    const socket = connect(Number(port), hostname);
    const isRefused = await once(socket, 'connect').then(
      () => false,
      () => true,
    );
    socket.destroy();
    if (isRefused) return;
  }
}

/** Uses every kind of secret where it works, and where it does not belong; answers those that were made on the way. */
async function misuseEverything(
  server: ServerProcess,
  key: string,
  { workspaceId, token }: { workspaceId: string; token: string },
) {
  const origin = 'https://shop.example';
  const surface = await ask(server, '/v1/surfaces', {
    headers: asOwner(key),
    body: {
      workspaceId,
      name: 'Shop',
      environment: 'production',
      apps: ['loan-calculator'],
      permissions: ['tool:run'],
      allowedOrigins: ['shop.example'],
    },
  });
  const opened = await ask(server, '/v1/embed/sessions', {
    headers: { origin },
    body: { key: surface.body.clientToken },
  });
  const ticket = String(opened.body.ticket);
  const redeem = {
    headers: { origin: server.url },
    body: { ticket, surfaceId: surface.body.id, parentOrigin: origin },
  };
  const redeemed = await ask(server, '/v1/embed/sessions/redeem', redeem);
  expect(redeemed.status).toBe(200);
  const session = String(redeemed.body.token);
  const refused = [
    await ask(server, '/v1/embed/sessions/redeem', redeem),
    await ask(server, '/v1/embed/sessions/redeem', { ...redeem, body: { ...redeem.body, parentOrigin: token } }),
    await ask(server, '/v1/embed/sessions', { headers: { origin: key }, body: { key: token, ticket } }),
  ];
  for (const secret of [key, token, ticket, session]) {
    refused.push(
      await ask(server, `/api/tools/loan-calculator/schema?embed=1&t=${secret}`),
      await ask(server, '/api/tools/loan-calculator/schema?embed=1', { headers: asOwner(secret) }),
      await ask(server, '/v1/workspaces', { headers: { ...asOwner(secret), origin: 'https://evil.example' } }),
      await ask(server, `/nowhere/${secret}`, { headers: { 'x-request-id': secret.slice(0, 60) } }),
      await ask(server, '/v1/workspaces', { headers: asOwner(key), body: { [secret]: secret } }),
    );
  }
  for (const answer of refused) expect(answer.status).toBeGreaterThanOrEqual(400);
  const [, claims = '', signature = ''] = session.split('.');
  return { ticket, claims, signature };
}

/** All bytes of all files below a folder, as Latin-1 text. */
async function readTree(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const contents = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
  return contents.join('\n');
}
