import { lookup } from 'node:dns/promises';
import { createRequire } from 'node:module';
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import type { Deps } from './deps.ts';
import {
  accessRoutes,
  createAuthenticators,
  createCredentialStamps,
  createOpenStreams,
  createSessionTokens,
  createUrlTokens,
  noteCredentialInUrl,
  readCredentialRecords,
  type Access,
  type OpenStreams,
} from './modules/access/index.ts';
import { accessLogRoutes, createAccessLog } from './modules/access-log/index.ts';
import { apiKeyRoutes } from './modules/api-keys/index.ts';
import { appRoutes } from './modules/apps/index.ts';
import { auditRoutes } from './modules/audit/index.ts';
import { dashboardRoutes } from './modules/dashboard/index.ts';
import { dashboardSessionRoutes, sessionCookieName } from './modules/dashboard-sessions/index.ts';
import {
  createMintLimits,
  embedSessionRoutes,
  previewRoutes,
  surfacePreviewRoute,
  sweepTickets,
} from './modules/embed-sessions/index.ts';
import { createOriginsSeen, embedTokenRoutes } from './modules/embed-tokens/index.ts';
import { furnishOwner } from './modules/first-start/index.ts';
import { frameRoutes } from './modules/frames/index.ts';
import { createIdempotencyKeys } from './modules/idempotency-keys/index.ts';
import { installationRoutes } from './modules/installation/index.ts';
import { memberRoutes } from './modules/members/index.ts';
import { demoAttributes } from './modules/demo/index.ts';
import { overviewRoutes } from './modules/overview/index.ts';
import { ownerKeyRoutes } from './modules/owner-keys/index.ts';
import { ownerRoutes } from './modules/owners/index.ts';
import { providerKeyRoutes } from './modules/provider-keys/index.ts';
import { recordingRoutes } from './modules/recordings/index.ts';
import { signInRoutes } from './modules/sign-in/index.ts';
import { openKeyring, signingKeyRoutes, type Keyring } from './modules/signing-keys/index.ts';
import { spikeRoutes, watchForSpikes } from './modules/spikes/index.ts';
import { createSightings, surfaceLogoRoutes, surfaceRoutes } from './modules/surfaces/index.ts';
import { createThemeWorker, themeSuggestionRoutes } from './modules/theme-suggestions/index.ts';
import {
  createHttpSteps,
  createLlmSteps,
  createRunWindow,
  createToolKind,
  readLiveTools,
  toolRoutes,
} from './modules/tools/index.ts';
import { alertLine, createRunLedger, createRunMetrics, usageRoutes } from './modules/usage/index.ts';
import { readWebhookSigner, webhookSecretRoutes } from './modules/webhook-secret/index.ts';
import { workspaceRoutes } from './modules/workspaces/index.ts';
import { createChangeFeed } from './platform/changes/change-feed.ts';
import {
  createHttpServer,
  healthRoutes,
  metricsRoutes,
  openapiRoutes,
  registerRoutes,
  type Authenticators,
  type HttpServerOptions,
} from './platform/http/index.ts';
import { createCodeFlow, createIdentityProvider } from './platform/oidc/index.ts';
import { createAddressRule, createOutbound } from './platform/outbound/index.ts';

export type App = {
  server: FastifyInstance;
  /** What `/metrics` shows. */
  metrics: Registry;
  /** What signs copied URLs, for the demo, which shows one. */
  keyring: Keyring;
  /** Writes what is written behind: the access log and the stamps of credentials; waits for upkeep under way. */
  flush(): Promise<void>;
  /** Lets outside calls reach one more place, `host:port`, as OUTBOUND_ALLOW does: it is known only once it listens. */
  allowOutbound(place: string): void;
  /** Stops accepting, finishes what runs, flushes. What `deps` holds is its maker's to close. */
  close(): Promise<void>;
};

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** What routes beyond the product's own are made from. */
export type AppParts = { authenticators: Authenticators; openStreams: OpenStreams };

/** Everything there is, in one list. Nothing listens yet. `extend` adds to the server before it is sealed. */
export async function buildApp(deps: Deps, extend?: (server: FastifyInstance, parts: AppParts) => void): Promise<App> {
  const { config, clock, random, log, db, envelope, redis, toolEngine, browserFiles, dashboardFiles } = deps;
  let isStopping = false;

  const changes = createChangeFeed({ db, clock, random, log });
  const records = readCredentialRecords({ db, clock, isTrusted: changes.isTrusted, vault: deps });
  const liveTools = readLiveTools({ db, isTrusted: changes.isTrusted });
  changes.follow(records);
  changes.follow(liveTools);
  const openStreams = createOpenStreams({ clock, log, isTrusted: changes.isTrusted });
  changes.follow(openStreams);
  await changes.start();

  const keyring = await openKeyring({ db, clock, random, envelope, changes });
  const identityProvider = config.oidc && createIdentityProvider({ ...config.oidc, fetch, clock, log });
  const codeFlow =
    config.oidc?.client &&
    createCodeFlow({
      issuer: config.oidc.issuer,
      clientId: config.oidc.client.id,
      clientSecret: config.oidc.client.secret,
      redirectUri: `${config.publicUrl}/sign-in/oidc/callback`,
      fetch,
      clock,
      log,
    });
  const access: Access = {
    clock,
    records,
    sessionTokens: createSessionTokens({ clock, keyring, issuer: config.embedUrl }),
    identityProvider: config.oidc && identityProvider && { ...config.oidc, tokens: identityProvider },
    urlTokens: createUrlTokens({ clock, keyring, issuer: config.embedUrl }),
    maxSignedTokenTtlSeconds: config.maxSignedTokenTtlSeconds,
    ownOrigins: new Set([config.publicUrl, config.embedUrl]),
  };
  const accessLog = createAccessLog({ db, clock, log, keptDays: config.accessLogDays });
  await accessLog.turnDay();
  const stamps = createCredentialStamps({ db, clock, log });
  const limits = createMintLimits({ clock, redis, settings: config.mintLimits });
  const originsSeen = createOriginsSeen({ db, clock, log, ownOrigins: access.ownOrigins });
  const sightings = createSightings({ db, clock, log, ownOrigins: access.ownOrigins });
  const stopSweeping = sweepTickets({ db, clock, log });
  const spikeWatch = watchForSpikes({ db, clock, random, log, ownOrigins: access.ownOrigins });

  const idempotencyKeys = createIdempotencyKeys({ db, clock, random, log });

  let isAllowed = createAddressRule(config.outboundAllow);
  const outbound = createOutbound({
    clock,
    resolve: (name) => lookup(name, { all: true }),
    isAllowed: (address, place) => isAllowed(address, place),
  });

  const themeWorker = createThemeWorker({ clock });

  const metrics = new Registry();
  const ledger = createRunLedger({
    db,
    clock,
    log,
    instanceId: changes.instanceId,
    plan: config.plan,
    metrics: createRunMetrics(metrics),
    onAlert: (alert) => accessLog.record(alertLine(alert)),
  });
  await ledger.recover();

  const authenticators = createAuthenticators(access, config);
  const http: HttpServerOptions = {
    clock,
    random,
    log,
    db,
    trustProxy: config.trustProxy,
    hosts: { public: config.publicUrl, embed: config.embedUrl },
    authenticators,
    onChanged: changes.everywhere,
    holdStream: (stream) => openStreams.hold(stream),
    idempotencyKeys,
    onCredentialInUrl: (credential, request) => noteCredentialInUrl(access, stamps, credential, request),
    onAnswered(answered) {
      accessLog.record(answered);
      stamps.onAnswered(answered);
      originsSeen.onAnswered(answered);
    },
  };
  const server = createHttpServer(http);
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Microapp', version },
      components: {
        securitySchemes: {
          owner: { type: 'http', scheme: 'bearer', description: 'An owner key, mk_…, or an OIDC access token' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookieName(config.publicUrl),
            description: 'Of the dashboard. A request that changes something repeats its csrfToken as X-CSRF-Token.',
          },
          embed: { type: 'apiKey', in: 'header', name: 'x-microapp-embed-token', description: 'With ?embed=1.' },
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'From servers only.' },
          signedToken: { type: 'apiKey', in: 'header', name: 'x-embed-token', description: 'Signed with an API key.' },
        },
      },
    },
  });
  const kinds = { tool: createToolKind(toolEngine) };
  const own = { db, clock, random, publicUrl: config.publicUrl, embedUrl: config.embedUrl };
  registerRoutes(
    server,
    [
      ...dashboardRoutes({ files: dashboardFiles, random, embedUrl: config.embedUrl }),
      ...signInRoutes({ ...own, access, envelope, codeFlow, countFailures: limits.countFailures }),
      ...dashboardSessionRoutes(own),
      ...healthRoutes({
        db,
        redis,
        isStopping: () => isStopping,
        degraded: () => (accessLog.isLosingLines() ? ['access-log'] : []),
      }),
      ...metricsRoutes(metrics),
      ...openapiRoutes(() => server.swagger()),
      ...accessRoutes({ issuer: config.embedUrl }),
      ...ownerRoutes({ ...deps, furnish: (tx, ownerId) => furnishOwner(deps, tx, { ownerId }) }),
      ...ownerKeyRoutes(deps),
      ...memberRoutes(own),
      ...workspaceRoutes(deps),
      ...appRoutes({ ...deps, kinds, liveToolsMax: config.plan.liveTools }),
      ...embedTokenRoutes({ db, clock, random, keyring, embedUrl: config.embedUrl, issuer: config.embedUrl }),
      ...surfaceRoutes(own),
      ...surfaceLogoRoutes(own),
      ...themeSuggestionRoutes({ ...deps, outbound, userAgent: `Microapp/${version}`, worker: themeWorker }),
      ...apiKeyRoutes({ ...deps, maxSignedTokenTtlSeconds: config.maxSignedTokenTtlSeconds }),
      ...recordingRoutes(),
      ...providerKeyRoutes({ ...deps, outbound }),
      ...webhookSecretRoutes(deps),
      ...installationRoutes(deps),
      ...signingKeyRoutes({ keyring, db, clock, random, envelope }),
      ...embedSessionRoutes({
        access,
        limits,
        sightings,
        db,
        clock,
        random,
        keyring,
        embedUrl: config.embedUrl,
        issuer: config.embedUrl,
        hostLanguages: browserFiles.hostLanguages,
      }),
      ...previewRoutes({ ...deps, kinds, publicUrl: config.publicUrl, embedUrl: config.embedUrl }),
      surfacePreviewRoute({ ...deps, publicUrl: config.publicUrl, embedUrl: config.embedUrl }),
      ...frameRoutes({ access, db, files: browserFiles, publicUrl: config.publicUrl, embedUrl: config.embedUrl }),
      ...toolRoutes({
        clock,
        random,
        engine: toolEngine,
        liveTools,
        window: createRunWindow({ clock, redis, settings: config.runLimits }),
        ledger,
        idempotencyKeys,
        http: createHttpSteps({
          clock,
          engine: toolEngine,
          outbound,
          signerOf: (ownerId) => readWebhookSigner(deps, ownerId),
          userAgent: `Microapp/${version}`,
        }),
        llm: createLlmSteps({ db, clock, envelope, engine: toolEngine, outbound }),
      }),
      ...overviewRoutes({ clock, demoAttributes }),
      ...usageRoutes({ clock, plan: config.plan }),
      ...accessLogRoutes(),
      ...auditRoutes(),
      ...spikeRoutes(),
    ],
    http,
  );
  extend?.(server, { authenticators, openStreams });
  await server.ready();

  async function flush(): Promise<void> {
    await ledger.settled();
    await accessLog.flush();
    await stamps.flush();
    await spikeWatch.settled();
    await originsSeen.flush();
    await sightings.flush();
  }

  return {
    server,
    metrics,
    keyring,
    flush,
    allowOutbound(place) {
      isAllowed = createAddressRule([...config.outboundAllow, place]);
    },
    async close() {
      isStopping = true;
      identityProvider?.close();
      await server.close();
      await themeWorker.close();
      await ledger.close();
      stopSweeping();
      idempotencyKeys.stop();
      openStreams.stop();
      await spikeWatch.close();
      await changes.close();
      await accessLog.close();
      await stamps.close();
      await originsSeen.close();
      await sightings.close();
    },
  };
}
