import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { ErrorBody } from '@microapp/contract';

import { buildApp } from '../packages/server/src/app.ts';
import { loadConfig } from '../packages/server/src/config.ts';
import { readBrowserFiles } from '../packages/server/src/modules/frames/index.ts';
import { createToolEngine } from '../packages/server/src/modules/tools/index.ts';
import { systemClock } from '../packages/server/src/platform/clock.ts';
import { createEnvelope } from '../packages/server/src/platform/crypto/envelope.ts';
import { createKeyedHash } from '../packages/server/src/platform/crypto/keyed-hash.ts';
import { openDatabase } from '../packages/server/src/platform/db/index.ts';
import { createLog } from '../packages/server/src/platform/log.ts';
import { systemRandom } from '../packages/server/src/platform/random.ts';
import { Secret } from '../packages/server/src/platform/secret.ts';

/**
 * Writes the types of the API, as the dashboard's client uses them, from `/openapi.json`, which the server makes from its
 * routes' schemas. With `--check` it writes nothing and exits 1 when the file is stale.
 */

const outputFile = fileURLToPath(new URL('../packages/dashboard/src/api/schema.gen.ts', import.meta.url));
const fromDashboard = createRequire(new URL('../packages/dashboard/package.json', import.meta.url));

const expected = await generate();
if (process.argv.includes('--check')) {
  const found = await readFile(outputFile, 'utf8').catch(() => '');
  if (found !== expected) {
    console.error('packages/dashboard/src/api/schema.gen.ts is stale: run `npm run generate`.');
    process.exitCode = 1;
  }
} else {
  await writeFile(outputFile, expected);
}

async function generate(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'microapp-api-'));
  try {
    const document = join(folder, 'openapi.json');
    const types = join(folder, 'api.ts');
    await writeFile(document, JSON.stringify(managementPart(await readDocument(join(folder, 'database')))));
    // The package exports its command only by its name in the manifest.
    const command = join(fromDashboard.resolve('openapi-typescript/package.json'), '../bin/cli.js');
    await promisify(execFile)(process.execPath, [command, document, '-o', types, '--alphabetize']);
    return await readFile(types, 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Operation = { responses: Record<string, unknown>; security?: Record<string, string[]>[]; tags?: string[] };
type Document = { components: { schemas?: Record<string, unknown> }; paths: Record<string, Record<string, Operation>> };

/**
 * What the dashboard may call, with one error for all operations: written out for each status of each route it would be
 * nine tenths of the file, and says the same every time.
 */
function managementPart(document: Document): Document {
  const error = {
    description: 'Refused, or failed.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
  const paths = Object.entries(document.paths).flatMap(([path, operations]) => {
    const kept = Object.entries(operations).filter(([, operation]) => isManagement(path, operation));
    const typed = kept.map(([method, operation]) => {
      // The 200 beside a 201 answers to a repeated `Idempotency-Key`, which the dashboard does not send.
      const statuses = '201' in operation.responses ? ['201'] : ['200', '204'];
      const successes = Object.entries(operation.responses).filter(([status]) => statuses.includes(status));
      return [method, { ...operation, responses: Object.fromEntries([...successes, ['default', error]]) }] as const;
    });
    return typed.length === 0 ? [] : [[path, Object.fromEntries(typed)] as const];
  });
  if (paths.length === 0) throw new Error('the document has no management routes');
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: { ...document.components, schemas: { ...document.components.schemas, Error: ErrorBody } },
  };
}

function isManagement(path: string, { security = [] }: Operation): boolean {
  if (/^\/(openapi\.json$|v1\/(sign-in|dashboard-sessions|embed\/releases))/.test(path)) return true;
  return security.some((ways) => 'owner' in ways);
}

/** What a server that has just been started answers. */
async function readDocument(dataDir: string): Promise<Document> {
  const loaded = loadConfig({});
  if ('problems' in loaded) throw new Error(loaded.problems.join(' '));
  const log = createLog({ level: 'silent', secretFields: [] });
  const db = await openDatabase({ kind: 'pglite', dataDir }, { log, clock: systemClock });
  const secretKeys = [new Secret(randomBytes(32).toString('base64'))];
  const toolEngine = createToolEngine({ clock: systemClock, log });
  const app = await buildApp({
    config: loaded.config,
    clock: systemClock,
    random: systemRandom,
    log,
    db,
    envelope: createEnvelope(secretKeys, systemRandom),
    redis: undefined,
    keyedHash: createKeyedHash(secretKeys),
    toolEngine,
    browserFiles: await readBrowserFiles(),
    dashboardFiles: undefined,
  });
  try {
    return (await app.server.inject('/openapi.json')).json<Document>();
  } finally {
    await app.close();
    await toolEngine.close();
    await db.close();
  }
}
