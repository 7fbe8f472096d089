import { createRequire } from 'node:module';
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { Deps } from './deps.ts';
import {
  accessRoutes,
  authenticateEmbed,
  authenticateOwner,
  createCredentialStamps,
  createOpenStreams,
  createSessionTokens,
  noteCredentialInUrl,
  readCredentialRecords,
  type Access,
  type OpenStreams,
} from './modules/access/index.ts';
import { accessLogRoutes, createAccessLog } from './modules/access-log/index.ts';
import { appRoutes } from './modules/apps/index.ts';
import { auditRoutes } from './modules/audit/index.ts';
import { embedSessionRoutes, sweepTickets } from './modules/embed-sessions/index.ts';
import { embedTokenRoutes } from './modules/embed-tokens/index.ts';
import { frameRoutes } from './modules/frames/index.ts';
import { ownerKeyRoutes } from './modules/owner-keys/index.ts';
import { openKeyring, signingKeyRoutes } from './modules/signing-keys/index.ts';
import { startPageRoutes } from './modules/start-page/index.ts';
import { surfaceRoutes } from './modules/surfaces/index.ts';
import { readLiveTools, toolRoutes } from './modules/tools/index.ts';
import { usageRoutes } from './modules/usage/index.ts';
import { workspaceRoutes } from './modules/workspaces/index.ts';
import { createChangeFeed } from './platform/changes/change-feed.ts';
import {
  createHttpServer,
  healthRoutes,
  openapiRoutes,
  registerRoutes,
  type HttpServerOptions,
} from './platform/http/index.ts';

export type App = {
  server: FastifyInstance;
  /** Writes what is written behind: the access log and the stamps of credentials. */
  flush(): Promise<void>;
  /** Stops accepting, finishes what runs, flushes. What `deps` holds is its maker's to close. */
  close(): Promise<void>;
};

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** What routes beyond the product's own are made from. */
export type AppParts = { access: Access; openStreams: OpenStreams };

/** Everything there is, in one list. Nothing listens yet. `extend` adds to the server before it is sealed. */
export async function buildApp(deps: Deps, extend?: (server: FastifyInstance, parts: AppParts) => void): Promise<App> {
  const { config, clock, random, log, db, envelope, toolEngine, browserFiles } = deps;
  let isStopping = false;

  const changes = createChangeFeed({ db, clock, random, log });
  const records = readCredentialRecords({ db, clock, isTrusted: changes.isTrusted });
  const liveTools = readLiveTools({ db, isTrusted: changes.isTrusted });
  changes.follow(records);
  changes.follow(liveTools);
  const openStreams = createOpenStreams({ clock, log, isTrusted: changes.isTrusted });
  changes.follow(openStreams);
  await changes.start();

  const keyring = await openKeyring({ db, clock, random, envelope, changes });
  const access: Access = {
    clock,
    records,
    sessionTokens: createSessionTokens({ clock, keyring, issuer: config.embedUrl }),
    ownOrigins: new Set([config.publicUrl, config.embedUrl]),
  };
  const accessLog = createAccessLog({ db, clock, log });
  await accessLog.turnDay();
  const stamps = createCredentialStamps({ db, clock, log });
  const stopSweeping = sweepTickets({ db, clock, log });

  const http: HttpServerOptions = {
    clock,
    random,
    log,
    db,
    trustProxy: config.trustProxy,
    authenticators: {
      owner: (input) => authenticateOwner(access, input, config.publicUrl),
      embed: (input) => authenticateEmbed(access, input),
    },
    onChanged: changes.everywhere,
    onCredentialInUrl: (credential, request) => noteCredentialInUrl(access, stamps, credential, request),
    onAnswered(answered) {
      accessLog.record(answered);
      stamps.onAnswered(answered);
    },
  };
  const server = createHttpServer(http);
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Microapp', version },
      components: {
        securitySchemes: {
          owner: { type: 'http', scheme: 'bearer', description: 'An owner key, mk_…' },
          embed: { type: 'apiKey', in: 'header', name: 'x-microapp-embed-token', description: 'With ?embed=1.' },
        },
      },
    },
  });
  registerRoutes(
    server,
    [
      ...startPageRoutes({ publicUrl: config.publicUrl }),
      ...healthRoutes({ db, isStopping: () => isStopping }),
      ...openapiRoutes(() => server.swagger()),
      ...accessRoutes(),
      ...ownerKeyRoutes(deps),
      ...workspaceRoutes(deps),
      ...appRoutes({ ...deps, kinds: { tool: { checkSpec: (spec) => toolEngine.check(spec) } } }),
      ...embedTokenRoutes(deps),
      ...surfaceRoutes(deps),
      ...signingKeyRoutes({ keyring }),
      ...embedSessionRoutes({ access, db, clock, random, keyring, embedUrl: config.embedUrl, issuer: config.embedUrl }),
      ...frameRoutes({ access, files: browserFiles, publicUrl: config.publicUrl }),
      ...toolRoutes({ db, clock, random, engine: toolEngine, liveTools }),
      ...usageRoutes(),
      ...accessLogRoutes(),
      ...auditRoutes(),
    ],
    http,
  );
  extend?.(server, { access, openStreams });
  await server.ready();

  async function flush(): Promise<void> {
    await accessLog.flush();
    await stamps.flush();
  }

  return {
    server,
    flush,
    async close() {
      isStopping = true;
      await server.close();
      stopSweeping();
      openStreams.stop();
      await changes.close();
      await accessLog.close();
      await stamps.close();
    },
  };
}
