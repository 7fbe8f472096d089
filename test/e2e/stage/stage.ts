import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import type { Environment } from '../../../packages/server/src/config.ts';
import { readDashboardFiles } from '../../../packages/server/src/modules/dashboard/index.ts';
import { readBrowserFiles } from '../../../packages/server/src/modules/frames/index.ts';
import { openTestDatabase, type TestDatabase } from '../../../packages/server/src/testing/database.ts';
import { buildScenario, type Scenario } from '../../../packages/server/src/testing/scenario.ts';
import { freePort } from '../../../packages/server/src/testing/server-process.ts';
import { sharedBrowser, type BrowserKind } from '../browser/browser.ts';
import { recordInPage } from './recorder.ts';
import type { Site } from './sites.ts';

/** A server that listens, customers' sites beside it, and a browser that visits them. */
export type Stage = {
  scenario: Scenario;
  /** Where the server listens, as an origin. */
  base: string;
  /** Puts a site at `host` (without a port), and answers its origin. A later one at the same host replaces it. */
  site: (host: string, site: Site) => string;
  /** The port of all sites, for allowed origins that name one. */
  sitePort: number;
  /** A page in a context of its own, which ends with the test. */
  newPage: (options?: BrowserContextOptions) => Promise<Page>;
  /** A page that ends with the stage, for several tests that look at one visit. */
  newLastingPage: () => Promise<Page>;
  /** The Referer header of every request that a site or the server got. */
  referers: string[];
};

/** Environment variables of a stage's server, or what makes them once its origin is known. */
type Settings = Environment | ((base: string) => Promise<Environment>);

/** `describe` with a stage that is built once for all its tests. */
export function describeOnStage(title: string, define: (stage: () => Stage) => void, settings: Settings = {}): void {
  describeWith('quick', title, define, settings);
}

/** The same in the browser as people have it, for what is different there. */
export function describeInWholeBrowser(title: string, define: (stage: () => Stage) => void): void {
  describeWith('whole', title, define, {});
}

function describeWith(
  browser: BrowserKind,
  title: string,
  define: (stage: () => Stage) => void,
  settings: Settings,
): void {
  // oxlint-disable-next-line vitest/valid-title -- the title is the caller's
  describe(title, () => {
    let built: { stage: Stage; strike: () => Promise<void>; endTest: () => Promise<void> } | undefined;
    beforeAll(async () => {
      built = await build(browser, settings);
    });
    afterEach(() => built?.endTest());
    afterAll(() => built?.strike());
    define(() => {
      if (built === undefined) throw new Error('The stage is not built yet: ask for it inside of a test.');
      return built.stage;
    });
  });
}

async function build(
  kind: BrowserKind,
  settings: Settings,
): Promise<{ stage: Stage; strike: () => Promise<void>; endTest: () => Promise<void> }> {
  // Of the two the one that costs less; what a browser sees is not made by the database.
  const database = await openTestDatabase('postgres');
  const { scenario, base } = await listen(database, settings);
  const sites = new Map<string, Site>();
  const referers: string[] = [];
  scenario.server.server.on('request', ({ headers }) => referers.push(headers.referer ?? ''));
  const siteServer = await serveSites(sites, referers);
  const { port: sitePort } = siteServer.address() as AddressInfo; // of a server that listens on a port
  const browser = await sharedBrowser(kind);
  const contexts = { test: new Set<BrowserContext>(), stage: new Set<BrowserContext>() };

  const endTest = (): Promise<void> => closeAll(contexts.test);
  const openPage = async (endsWith: keyof typeof contexts, options: BrowserContextOptions): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US', ...options });
    contexts[endsWith].add(context);
    await context.addInitScript(recordInPage);
    return context.newPage();
  };
  const stage: Stage = {
    scenario,
    base,
    sitePort,
    referers,
    site(host, site) {
      sites.set(host, site);
      return `http://${host}:${sitePort}`;
    },
    newPage: (options = {}) => openPage('test', options),
    newLastingPage: () => openPage('stage', {}),
  };
  return {
    stage,
    endTest,
    async strike() {
      await endTest();
      await closeAll(contexts.stage);
      siteServer.closeAllConnections();
      await new Promise((resolve) => siteServer.close(resolve));
      await scenario.close();
      await database.close();
    },
  };
}

async function closeAll(ended: Set<BrowserContext>): Promise<void> {
  await Promise.all([...ended].map((context) => context.close()));
  ended.clear();
}

/** The server has to know its own address before it listens, so the port is chosen first. */
async function listen(database: TestDatabase, settings: Settings): Promise<{ scenario: Scenario; base: string }> {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const scenario = await buildScenario(database, {
    publicUrl: base,
    settings: typeof settings === 'function' ? await settings(base) : settings,
    browserFiles: await readBrowserFiles(),
    dashboardFiles: await readDashboardFiles(),
  });
  await scenario.server.listen({ host: '127.0.0.1', port });
  return { scenario, base };
}

async function serveSites(sites: ReadonlyMap<string, Site>, referers: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    referers.push(request.headers.referer ?? '');
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    const site = sites.get(host);
    const path = (request.url ?? '').replace(/[?#].*$/, '');
    const file = site?.files[path];
    if (site === undefined || file === undefined) {
      // Every browser asks for an icon, and nobody should read of it in the console.
      response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    const type = path.endsWith('.js') ? 'text/javascript' : path.endsWith('.css') ? 'text/css' : 'text/html';
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, ...site.headers }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
