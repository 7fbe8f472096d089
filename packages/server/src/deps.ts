import type { Clock } from './platform/clock.ts';
import type { Envelope } from './platform/crypto/envelope.ts';
import type { KeyedHash } from './platform/crypto/keyed-hash.ts';
import type { Database } from './platform/db/index.ts';
import type { Log } from './platform/log.ts';
import type { Random } from './platform/random.ts';
import type { RedisConnection } from './platform/redis/connection.ts';
import type { Config } from './config.ts';
import type { DashboardFiles } from './modules/dashboard/index.ts';
import type { BrowserFiles } from './modules/frames/index.ts';
import type { ToolEngine } from './modules/tools/index.ts';

/** What the world provides. A module asks for the parts that it uses. */
export type Deps = {
  config: Config;
  clock: Clock;
  random: Random;
  log: Log;
  db: Database;
  envelope: Envelope;
  /** Shared by all processes; undefined where there is one process. Closed by whoever made it. */
  redis: RedisConnection | undefined;
  keyedHash: KeyedHash;
  /** Runs tools' steps in workers; closed by whoever made it. */
  toolEngine: ToolEngine;
  /** What browsers load, as it was built. */
  browserFiles: BrowserFiles;
  /** The dashboard, as it was built; undefined where it was not. */
  dashboardFiles: DashboardFiles | undefined;
};
