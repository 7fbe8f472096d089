import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** A server as a process of its own, which says its address when it is ready. */
export type MeasuredProcess = {
  url: string;
  pid: number;
  /** From the start of the process until it said that it is ready. */
  startMs: number;
  /** Tells it to stop, and waits for its end. Throws when it does not end well. */
  [Symbol.asyncDispose](): Promise<void>;
};

const mainFile = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));
const bareRouteFile = fileURLToPath(new URL('bare-route.ts', import.meta.url));
const readyLine = /^ {2}(?:Dashboard|Address) +(\S+)$/m;

/** Starts the server as `npm start` does, on a free port and `database` or the embedded database below `dataDir`. */
export async function startMicroapp(
  settings: {
    dataDir: string;
    ownerKey: string;
    profileFolder: string | undefined;
    database?: { url: string; migrationUrl: string; secretKey: string };
    /** `host:port` of what tools may call. */
    outboundAllow?: readonly string[];
  },
  nodeOptions: readonly string[] = [],
): Promise<MeasuredProcess> {
  const { dataDir, ownerKey, profileFolder, database, outboundAllow = [] } = settings;
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  return startProcess([...nodeOptions, ...profiling, mainFile], {
    PORT: String(await freePort()),
    DATA_DIR: dataDir,
    // All of the load comes from one address and for one workspace: what is measured is the work, not its refusal.
    MINTS_PER_ADDRESS_PER_MINUTE: '1000000',
    TOOL_RUNS_PER_MINUTE: '1000000',
    MINTS_PER_WORKSPACE_PER_MINUTE: '1000000',
    PLAN_RUNS_PER_DAY: '1000000000',
    PLAN_AI_ACTIONS_PER_DAY: '1000000000',
    PLAN_FAILED_RUNS_PER_DAY: '1000000000',
    PLAN_LIVE_TOOLS: '1000',
    OUTBOUND_ALLOW: outboundAllow.join(),
    MICROAPP_OWNER_KEY: ownerKey,
    ...(database === undefined
      ? {}
      : {
          DATABASE_URL: database.url,
          DATABASE_MIGRATION_URL: database.migrationUrl,
          MICROAPP_SECRET_KEY: database.secretKey,
          DEMO: 'off',
        }),
  });
}

/** Starts the bare route. */
export function startBareRoute(nodeOptions: readonly string[] = []): Promise<MeasuredProcess> {
  return startProcess([...nodeOptions, bareRouteFile], {});
}

async function startProcess(args: readonly string[], settings: Record<string, string>): Promise<MeasuredProcess> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    // Nothing of the caller's environment that could make one run differ from another.
    env: { PATH: process.env['PATH'] ?? '', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = once(child, 'close').finally(() => process.off('exit', killWithUs));

  let output = '';
  let url: string | undefined;
  while (url === undefined) {
    const printed = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
    if (printed === undefined) throw new Error(`The server ended before it was ready:\n${output}`);
    output += printed.join('');
    url = readyLine.exec(output)?.[1];
  }
  const startMs = performance.now() - startedAt;
  // Its log goes on; unread, it would fill the pipe.
  child.stdout.resume();
  const { pid } = child;
  if (pid === undefined) throw new Error('The server has no process.');
  return {
    url,
    pid,
    startMs,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      if (child.exitCode !== 0)
        throw new Error(`The server ended with ${child.exitCode ?? child.signalCode} instead of 0.`);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
