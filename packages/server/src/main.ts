import * as contract from '@microapp/contract';
import { collectDefaultMetrics } from 'prom-client';
import { buildApp } from './app.ts';
import { loadConfig, type Config } from './config.ts';
import type { Deps } from './deps.ts';
import { readDashboardFiles } from './modules/dashboard/index.ts';
import { startDemo, type Demo } from './modules/demo/index.ts';
import { foundInstallation } from './modules/first-start/index.ts';
import { readBrowserFiles } from './modules/frames/index.ts';
import { createToolEngine } from './modules/tools/index.ts';
import { systemClock } from './platform/clock.ts';
import { createEnvelope } from './platform/crypto/envelope.ts';
import { createKeyedHash } from './platform/crypto/keyed-hash.ts';
import { readOrMakeSecretKeys } from './platform/crypto/secret-key-file.ts';
import { openDatabase, type DatabaseTarget } from './platform/db/index.ts';
import { ongoingFinishWithinMs } from './platform/http/index.ts';
import { secretFieldsOf } from './platform/http/secret-fields.ts';
import { createLog } from './platform/log.ts';
import { systemRandom } from './platform/random.ts';
import { openRedis } from './platform/redis/connection.ts';
import { firstKeyBanner, readyBanner, writeKeyFile } from './terminal.ts';

/** What was called off has a second to say so. */
const dropAfterMs = ongoingFinishWithinMs + 1000;

const loaded = loadConfig(process.env);
if ('problems' in loaded) {
  const list = loaded.problems.map((problem) => `  - ${problem}`).join('\n');
  process.stderr.write(`Microapp cannot start with these settings:\n${list}\n`);
  process.exit(1);
}
try {
  await start(loaded.config);
} catch (error) {
  const sentence = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Microapp cannot start: ${sentence}\n`);
  process.exit(1);
}

async function start(config: Config): Promise<void> {
  const isTerminal = process.stdout.isTTY;
  const log = createLog({
    // On a terminal a person reads: only what asks for attention stands between the address and the key.
    level: config.logLevel ?? (isTerminal ? 'warn' : 'info'),
    secretFields: secretFieldsOf(Object.values(contract)),
  });
  if (isTerminal) process.stdout.write('Microapp is starting …\n');
  const db = await openDatabase(databaseTarget(config), { log, clock: systemClock });
  const secretKeys =
    config.secretKeys.length > 0 ? config.secretKeys : await readOrMakeSecretKeys(config.dataDir, systemRandom);
  const toolEngine = createToolEngine({ clock: systemClock, log });
  const redis = config.redisUrl && (await openRedis(config.redisUrl, { clock: systemClock, log }));
  const deps = {
    config,
    clock: systemClock,
    random: systemRandom,
    log,
    db,
    envelope: createEnvelope(secretKeys, systemRandom),
    redis,
    keyedHash: createKeyedHash(secretKeys),
    toolEngine,
    browserFiles: await readBrowserFiles(),
    dashboardFiles: await readDashboardFiles(),
  };
  // The process's own: memory, garbage collection, how late the event loop is.
  const founding = await foundInstallation(deps, { ownerKey: config.ownerKey });
  const firstKey = founding?.generatedKey;
  if (firstKey !== undefined) {
    // Before anything else can fail, such as a port that is taken: the key exists nowhere but here.
    const keyFile = isTerminal ? undefined : await writeKeyFile(config.dataDir, firstKey);
    process.stdout.write(firstKeyBanner(firstKey, keyFile));
  }
  const app = await buildApp(deps);
  collectDefaultMetrics({ register: app.metrics });
  await app.server.listen({ host: config.host, port: config.port });
  const demo = await openDemo(deps, founding !== undefined);
  if (demo !== undefined) app.allowOutbound(demo.host);

  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A second signal means: now.
      if (isStopping) process.exit(1);
      isStopping = true;
      const stopDropping = systemClock.after(dropAfterMs, () => app.server.server.closeAllConnections());
      Promise.resolve(demo?.close())
        .then(() => app.close())
        .then(() => redis?.close())
        .then(() => toolEngine.close())
        .then(() => db.close())
        .then(
          () => process.exit(0),
          (error: unknown) => {
            log.error({ err: error }, 'the server could not stop cleanly');
            process.exit(1);
          },
        )
        .finally(stopDropping);
    });
  }
  // Last: whoever waits for this line may ask the server to stop in the next moment.
  process.stdout.write(readyBanner(config.publicUrl, demo?.url));
}

async function openDemo(deps: Deps, isNew: boolean): Promise<Demo | undefined> {
  const { demo, host, embedUrl } = deps.config;
  if (demo.mode === 'off') return undefined;
  return startDemo(deps, { host, port: demo.port, embedUrl }, { mayCreate: isNew || demo.mode === 'on' });
}

function databaseTarget(config: Config): DatabaseTarget {
  if (config.database.kind === 'pglite') return { kind: 'pglite', dataDir: `${config.dataDir}/database` };
  const { url, migrationUrl } = config.database;
  return { kind: 'postgres', url: url.reveal(), migrationUrl: migrationUrl.reveal() };
}
