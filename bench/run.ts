/**
 * `npm run bench`: measures a real server against a bare route of the same framework, in the same run. Prints tables and
 * writes bench/results/latest.json. There is no threshold: it fails only when an answer is not the expected one.
 * docs/benchmarks.md says what the lines mean.
 */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshCredential } from '../packages/server/src/platform/credential.ts';
import { systemRandom } from '../packages/server/src/platform/random.ts';
import { cases } from './cases.ts';
import { prepareInstallation } from './installation.ts';
import { connections } from './load.ts';
import { measureCase, type CaseResult, type Servers } from './measure-case.ts';
import { measureOnPostgres, measureRevocation } from './measure-revocation.ts';
import { measureSearch } from './measure-search.ts';
import { measureStamps } from './measure-stamps.ts';
import { measureStarts } from './measure-starts.ts';
import { measureTools } from './measure-tools.ts';
import { startBareRoute, startMicroapp, type MeasuredProcess } from './measured-process.ts';
import { isWanted, readOptions, type BenchOptions } from './options.ts';
import { readUsage } from './process-usage.ts';
import { printable, type MemoryResult, type Report } from './report.ts';

const resultsFile = fileURLToPath(new URL('results/latest.json', import.meta.url));

try {
  const options = readOptions(process.argv.slice(2), [
    ...cases.map(({ name }) => name),
    'postgres',
    'revocation',
    'search',
    'stamps',
    'tools',
    'start',
    'memory',
  ]);
  const report = await bench(options);
  await mkdir(join(resultsFile, '..'), { recursive: true });
  await writeFile(resultsFile, `${JSON.stringify(report, undefined, 2)}\n`);
  process.stdout.write(`${printable(report, options)}\n`);
} catch (error) {
  process.stderr.write(`The bench failed: ${error instanceof Error ? error.message : String(error)}\n`);
  // Ends now, and with it the servers that are still running.
  process.exit(1);
}

async function bench(options: BenchOptions): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'microapp-bench-'));
  const ownerKey = freshCredential(systemRandom, 'owner_key').secret.reveal();
  try {
    if (isWanted(options, 'start')) say('starts');
    const starts = isWanted(options, 'start') ? await measureStarts(folder, ownerKey) : undefined;
    await using microapp = await startMicroapp({
      dataDir: join(folder, 'data'),
      ownerKey,
      profileFolder: options.profileFolder,
    });
    await using bareRoute = await startBareRoute();
    const { requests, memory } = await measureUnderLoad({ microapp, bareRoute }, ownerKey, options);
    if (isWanted(options, 'postgres')) {
      say('a verified request on PostgreSQL');
      requests.push(await measureOnPostgres({ folder, ownerKey, bareRoute }, options.seconds));
    }
    if (isWanted(options, 'revocation')) say('revocation across two processes');
    const revocation = isWanted(options, 'revocation') ? await measureRevocation(folder, ownerKey) : undefined;
    if (isWanted(options, 'search')) say('searches among 100,000 customers');
    const search = isWanted(options, 'search') ? await measureSearch(folder, ownerKey) : [];
    if (isWanted(options, 'stamps')) say('the writing of last uses');
    const stamps = isWanted(options, 'stamps') ? await measureStamps() : [];
    if (isWanted(options, 'tools')) say('tools, well-behaved and hostile');
    const tools = isWanted(options, 'tools') ? await measureTools(folder, ownerKey, options.seconds) : [];
    return {
      measuredAt: new Date().toISOString(),
      machine: {
        cpus: availableParallelism(),
        cpuModel: cpus()[0]?.model ?? 'unknown',
        platform: process.platform,
        node: process.versions.node,
      },
      secondsPerRequest: options.seconds,
      connections,
      starts,
      requests,
      memory,
      revocation,
      search,
      stamps,
      tools,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureUnderLoad(
  processes: { microapp: MeasuredProcess; bareRoute: MeasuredProcess },
  ownerKey: string,
  options: BenchOptions,
): Promise<{ requests: CaseResult[]; memory: MemoryResult | undefined }> {
  const idle = await readMemory(processes);
  const installation = await prepareInstallation(processes.microapp.url, ownerKey);
  const servers: Servers = { ...processes, installation };
  const requests: CaseResult[] = [];
  for (const measured of cases.filter(({ name }) => isWanted(options, name))) {
    say(measured.title);
    requests.push(await measureCase(measured, servers, options.seconds));
  }
  const afterLoad = await readMemory(processes);
  if (!isWanted(options, 'memory') || idle === undefined || afterLoad === undefined) {
    return { requests, memory: undefined };
  }
  return {
    requests,
    memory: {
      microapp: {
        idleBytes: idle.microapp.residentBytes,
        afterLoadBytes: afterLoad.microapp.residentBytes,
        toolProcessesBytes: afterLoad.microapp.childrenResidentBytes,
      },
      bare: { idleBytes: idle.bare.residentBytes, afterLoadBytes: afterLoad.bare.residentBytes },
    },
  };
}

async function readMemory({ microapp, bareRoute }: { microapp: MeasuredProcess; bareRoute: MeasuredProcess }) {
  const [ofMicroapp, ofBareRoute] = await Promise.all([readUsage(microapp.pid), readUsage(bareRoute.pid)]);
  if (ofMicroapp === undefined || ofBareRoute === undefined) return undefined;
  return { microapp: ofMicroapp, bare: ofBareRoute };
}

/** Progress goes beside the tables, so that these can be redirected alone. */
function say(what: string): void {
  process.stderr.write(`measuring ${what} …\n`);
}
