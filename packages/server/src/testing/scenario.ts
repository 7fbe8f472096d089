import { randomBytes } from 'node:crypto';
import type { ErrorCode, Permission } from '@microapp/contract';
import * as contract from '@microapp/contract';
import type { FastifyInstance } from 'fastify';
import { afterAll, describe } from 'vitest';
import { buildApp, type App } from '../app.ts';
import { loadConfig, type Config, type Environment } from '../config.ts';
import type { Deps } from '../deps.ts';
import type { DashboardFiles } from '../modules/dashboard/index.ts';
import type { BrowserFiles } from '../modules/frames/index.ts';
import { foundInstallation } from '../modules/first-start/index.ts';
import { createToolEngine, type ToolEngine } from '../modules/tools/index.ts';
import { systemClock } from '../platform/clock.ts';
import { freshCredential } from '../platform/credential.ts';
import { createEnvelope } from '../platform/crypto/envelope.ts';
import { createKeyedHash } from '../platform/crypto/keyed-hash.ts';
import { secretFieldsOf } from '../platform/http/secret-fields.ts';
import { createLog } from '../platform/log.ts';
import type { Session } from '../platform/db/engine.ts';
import { newId, systemRandom } from '../platform/random.ts';
import { Secret } from '../platform/secret.ts';
import { plainBrowserFiles, plainDashboardFiles } from './browser-files.ts';
import { describeOnBothEngines, openTestDatabase, type TestDatabase } from './database.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

/** An answer of the server, its JSON parsed. Tests assert on it, so its body is deliberately loose. */
export type Answer = {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- asserted on, field by field, by every test
  body: any;
};

export type Ask = {
  /** Of the connection's peer; 127.0.0.1 when absent. */
  address?: string;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD';
  url: string;
  headers?: Record<string, string>;
  /** Sent as JSON; `text` sends as it is. */
  body?: unknown;
  text?: string;
};

export type Owner = {
  id: string;
  key: string;
  keyId: string;
  /** Asks as this owner, with its key. */
  ask: (ask: Ask) => Promise<Answer>;
  workspace: (fields?: Record<string, unknown>) => Promise<{ id: string }>;
  embedToken: (workspaceId: string, fields?: Record<string, unknown>) => Promise<{ id: string; token: string }>;
  surface: (
    workspaceId: string,
    fields?: Record<string, unknown>,
  ) => Promise<{ id: string; clientToken: string; clientTokenId: string }>;
  /** By default readonly and for `my-app`; `key` is the raw key. */
  apiKey: (fields?: Record<string, unknown>) => Promise<{ id: string; key: string }>;
  /** Makes and publishes a tool; by default one that answers with what it was given. */
  tool: (slug: string, spec?: unknown) => Promise<{ id: string; slug: string }>;
};

export type Scenario = {
  app: App;
  /** What the app was built from, to build another instance from. */
  deps: Deps;
  config: Config;
  server: FastifyInstance;
  clock: FakeClock;
  database: TestDatabase;
  /** The first owner; `owner.workspaceId` is its own workspace. */
  owner: Owner & { workspaceId: string };
  ask: (ask: Ask) => Promise<Answer>;
  /** A further owner of the same installation, with nothing but a key. */
  anotherOwner: () => Promise<Owner>;
  /** A run of a tool in embed mode. */
  run: (slug: string, token: string, inputs?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  /** A session of a visitor on `origin`, by a surface's client token: ticket and redeem. */
  session: (
    surface: { id: string; clientToken: string },
    origin: string,
  ) => Promise<{ token: string; visitorId: string }>;
  /** Writes what is written behind. */
  flush: () => Promise<void>;
  /** Everything that the server has logged, as text. */
  logged: () => string;
  /** The lines of the access log about a request. */
  accessLog: (requestId: string) => Promise<Record<string, unknown>[]>;
  /** All rows of all tables but those that note refusals, too: equal before and after a refusal that left no trace. */
  rows: () => Promise<string>;
  close: () => Promise<void>;
};

export const ownUrl = 'https://apps.example.test';

const echoTool = {
  inputs: { type: 'object', properties: { text: { type: 'string', maxLength: 1000 } }, additionalProperties: true },
  steps: [{ kind: 'transform', name: 'echo', expression: 'inputs' }],
};

let sharedEngine: ToolEngine | undefined;

/** One tool engine per test file: its workers take longer to start than a test to run. */
function toolEngine(): ToolEngine {
  sharedEngine ??= createToolEngine({ clock: systemClock, log: { warn: () => undefined } });
  return sharedEngine;
}

/** What a scenario has instead of the usual. */
export type ScenarioOptions = {
  publicUrl?: string;
  /** What requests call the server when they say nothing else. */
  host?: string;
  browserFiles?: BrowserFiles;
  dashboardFiles?: DashboardFiles | undefined;
  /** Environment variables, over the tests' own; an empty one restores the product's default. */
  settings?: Environment;
  /** 32-byte keys, base64, as MICROAPP_SECRET_KEY lists them. */
  secretKeys?: readonly Secret[];
  /** Runs the steps in place of the file's own engine. */
  toolEngine?: ToolEngine;
};

type OpenScenario = (options?: ScenarioOptions) => Promise<Scenario>;

/** `describe` with a whole server, once for each database engine. */
export function describeApp(title: string, define: (open: OpenScenario) => void): void {
  describeOnBothEngines(title, (openDatabase) => {
    const opened: Scenario[] = [];
    afterAll(async () => {
      for (const scenario of opened) await scenario.close();
    });
    define(async (options) => {
      const scenario = await buildScenario(await openDatabase(), options);
      opened.push(scenario);
      return scenario;
    });
  });
}

/** `describe` with a whole server on PGlite alone, for what no database can make different. */
export function describeAppOnce(title: string, define: (open: OpenScenario) => void): void {
  // oxlint-disable-next-line vitest/valid-title -- the title is the caller's
  describe(title, () => {
    const opened: { scenario: Scenario; database: TestDatabase }[] = [];
    afterAll(async () => {
      for (const { scenario, database } of opened) {
        await scenario.close();
        await database.close();
      }
    });
    define(async (options) => {
      const database = await openTestDatabase('pglite');
      const scenario = await buildScenario(database, options);
      opened.push({ scenario, database });
      return scenario;
    });
  });
}

/** A test asks from one address, in a minute that does not end. */
const testSettings = { MINTS_PER_ADDRESS_PER_MINUTE: '100000', TOOL_RUNS_PER_MINUTE: '100000' };

/** A whole server on a database that is empty but for its tables. The caller closes both. */
export async function buildScenario(database: TestDatabase, options: ScenarioOptions = {}): Promise<Scenario> {
  const {
    publicUrl = ownUrl,
    browserFiles = plainBrowserFiles(),
    settings = {},
    secretKeys = [freshSecretKey()],
  } = options;
  const clock = createFakeClock();
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    secretFields: secretFieldsOf(Object.values(contract)),
    destination: { write: (line) => void lines.push(line) },
  });
  const loaded = loadConfig({ PUBLIC_URL: publicUrl, ...testSettings, ...settings });
  if ('problems' in loaded) throw new Error(loaded.problems.join(' '));
  const { config } = loaded;
  const envelope = createEnvelope(secretKeys, systemRandom);
  const deps: Deps = {
    config,
    clock,
    random: systemRandom,
    log,
    db: database.db,
    envelope,
    keyedHash: createKeyedHash(secretKeys),
    redis: undefined,
    toolEngine: options.toolEngine ?? toolEngine(),
    browserFiles,
    dashboardFiles: 'dashboardFiles' in options ? options.dashboardFiles : plainDashboardFiles(),
  };
  const founding = await foundInstallation(deps, { ownerKey: undefined });
  if (founding?.generatedKey === undefined) throw new Error('The test database was not empty.');
  const app = await buildApp(deps);

  const ask = askOf(app.server, options.host);

  async function ownerBy(id: string, key: string): Promise<Owner> {
    const asOwner = (asked: Ask): Promise<Answer> =>
      ask({ ...asked, headers: { authorization: `Bearer ${key}`, ...asked.headers } });
    const create = async (url: string, body: unknown): Promise<Answer['body']> =>
      (await expectStatus(asOwner({ method: 'POST', url, body }), 201)).body;
    const me = await expectStatus(asOwner({ url: '/v1/me' }), 200);
    return {
      id,
      key,
      keyId: me.body.credentialId,
      ask: asOwner,
      workspace: (fields) =>
        create('/v1/workspaces', { name: 'Customer', portalEnabled: true, features: everyPermission, ...fields }),
      embedToken: (workspaceId, fields) =>
        create(`/v1/workspaces/${workspaceId}/embed-tokens`, {
          apps: ['loan-calculator'],
          permissions: ['tool:run'],
          ...fields,
        }),
      surface: (workspaceId, fields) =>
        create('/v1/surfaces', {
          workspaceId,
          name: 'Shop',
          environment: 'production',
          apps: ['loan-calculator'],
          permissions: ['tool:run'],
          allowedOrigins: ['shop.example'],
          ...fields,
        }),
      apiKey: (fields) =>
        create('/v1/api-keys', { name: 'Dashboard', scope: 'readonly', appIds: ['my-app'], ...fields }),
      async tool(slug, spec = echoTool) {
        await create('/v1/apps', { slug, kind: 'tool', name: slug, spec });
        const published = await expectStatus(asOwner({ method: 'POST', url: `/v1/apps/${slug}/publish` }), 200);
        return published.body;
      },
    };
  }

  async function anotherOwner(): Promise<Owner> {
    const id = newId(systemRandom, 'owner');
    const { secret, hash } = freshCredential(systemRandom, 'owner_key');
    const createdAt = new Date(clock.now());
    const { admin } = database;
    await admin.query('insert into owners (id, name, created_at) values ($1, $2, $3)', [id, 'Another', createdAt]);
    await admin.query('insert into owner_keys (id, owner_id, secret_hash, created_at) values ($1, $2, $3, $4)', [
      newId(systemRandom, 'ownerKey'),
      id,
      hash,
      createdAt,
    ]);
    return ownerBy(id, secret.reveal());
  }

  async function session(
    surface: { id: string; clientToken: string },
    origin: string,
  ): Promise<{ token: string; visitorId: string }> {
    const opened = await expectStatus(
      ask({ method: 'POST', url: '/v1/embed/sessions', headers: { origin }, body: { key: surface.clientToken } }),
      201,
    );
    const redeemed = await expectStatus(
      ask({
        method: 'POST',
        url: '/v1/embed/sessions/redeem',
        headers: { origin: publicUrl },
        body: { ticket: opened.body.ticket, surfaceId: surface.id, parentOrigin: origin },
      }),
      200,
    );
    return redeemed.body;
  }

  return {
    app,
    deps,
    config,
    server: app.server,
    clock,
    database,
    owner: { ...(await ownerBy(founding.ownerId, founding.generatedKey.reveal())), workspaceId: founding.workspaceId },
    ask,
    anotherOwner,
    run: (slug, token, inputs = loanInputs, headers = {}) =>
      ask({
        method: 'POST',
        url: `/api/tools/${slug}/run?embed=1`,
        headers: { 'x-microapp-embed-token': token, ...headers },
        body: { inputs },
      }),
    session,
    flush: () => app.flush(),
    logged: () => lines.join(''),
    async accessLog(requestId) {
      await app.flush();
      return database.admin.query('select * from access_log where request_id = $1 order by id', [requestId]);
    },
    rows: async () => {
      await app.flush();
      return allRows(database);
    },
    close: () => app.close(),
  };
}

/** Asks a server without a connection. */
export function askOf(server: FastifyInstance, host?: string): Scenario['ask'] {
  return async ({ method = 'GET', url, headers = {}, body, text, address }) => {
    const payload = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const answer = await server.inject({
      method,
      url,
      ...(address === undefined ? {} : { remoteAddress: address }),
      headers: {
        ...(host === undefined ? {} : { host }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const isJson = (answer.headers['content-type'] ?? '').includes('application/json');
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)])),
      text: answer.body,
      body: isJson && answer.body !== '' ? JSON.parse(answer.body) : undefined,
    };
  };
}

/** A key as MICROAPP_SECRET_KEY takes it. */
export function freshSecretKey(): Secret {
  return new Secret(randomBytes(32).toString('base64'));
}

export const loanInputs = { principal: 200_000, annualRatePercent: 6, years: 30 };

const everyPermission: Permission[] = [...contract.permissions];

/** Fails with the answer's own words when the status is another. */
export async function expectStatus(asked: Promise<Answer>, status: number): Promise<Answer> {
  const answer = await asked;
  if (answer.status === status) return answer;
  throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
}

/** The parts of a refusal that a test compares; fails unless the answer is one with a request id. */
export function refusalOf(answer: Answer): { status: number; code: ErrorCode } {
  if (typeof answer.body?.requestId !== 'string' || answer.headers['x-request-id'] !== answer.body.requestId) {
    throw new Error(`this is no refusal with a request id: ${answer.status} ${answer.text}`);
  }
  return { status: answer.status, code: answer.body.code };
}

async function allRows({ admin }: TestDatabase): Promise<string> {
  return admin.session(allRowsSeenBy);
}

/** Without the access log, where every refusal leaves its line, and the instances, who say all the time that they live. */
async function allRowsSeenBy(session: Session): Promise<string> {
  const { rows: tables } = await session.query(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname not in ('access_log', 'embed_token_origins', 'surface_sightings', 'instances')
     order by 1`,
    [],
  );
  if (tables.length === 0) throw new Error('There are no tables.');
  const contents: string[] = [];
  for (const { name } of tables) {
    const table = String(name);
    const { rows } = await session.query(`select to_jsonb(t)::text as row from "${table}" t order by 1`, []);
    contents.push(`${table}:`, ...rows.map(({ row }) => String(row)));
  }
  return contents.join('\n');
}
