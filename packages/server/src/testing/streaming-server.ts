// A server as main.ts starts it, with streams to hold open. Run as a process of its own by tests of several instances.

import { buildApp } from '../app.ts';
import { loadConfig } from '../config.ts';
import { foundInstallation } from '../modules/first-start/index.ts';
import { createToolEngine } from '../modules/tools/index.ts';
import { systemClock } from '../platform/clock.ts';
import { createEnvelope } from '../platform/crypto/envelope.ts';
import { createKeyedHash } from '../platform/crypto/keyed-hash.ts';
import { openDatabase } from '../platform/db/index.ts';
import { createLog } from '../platform/log.ts';
import { systemRandom } from '../platform/random.ts';
import { plainBrowserFiles, plainDashboardFiles } from './browser-files.ts';
import { addStreams } from './streams.ts';

const loaded = loadConfig(process.env);
if ('problems' in loaded) throw new Error(loaded.problems.join(' '));
const { config } = loaded;
if (config.database.kind !== 'postgres') throw new Error('several instances share a PostgreSQL database');
const log = createLog({ level: config.logLevel ?? 'warn', secretFields: [] });
const target = {
  kind: 'postgres',
  url: config.database.url.reveal(),
  migrationUrl: config.database.migrationUrl.reveal(),
} as const;
const db = await openDatabase(target, { log, clock: systemClock });
const toolEngine = createToolEngine({ clock: systemClock, log });
const deps = {
  config,
  clock: systemClock,
  random: systemRandom,
  log,
  db,
  envelope: createEnvelope(config.secretKeys, systemRandom),
  keyedHash: createKeyedHash(config.secretKeys),
  redis: undefined,
  toolEngine,
  browserFiles: plainBrowserFiles(),
  dashboardFiles: plainDashboardFiles(),
};
await foundInstallation(deps, { ownerKey: config.ownerKey });
const app = await buildApp(deps, addStreams);
await app.server.listen({ host: config.host, port: config.port });

process.once('SIGTERM', () => {
  app.server.server.closeAllConnections();
  void app
    .close()
    .then(() => toolEngine.close())
    .then(() => db.close())
    .then(() => process.exit(0));
});
process.stdout.write(`\n  Dashboard  http://${config.host}:${config.port}\n`);
