/**
 * `npm run soak [trials]`: the trials of revocation.test.ts over three instances for as long as it takes, 10,000 unless
 * told otherwise. Fails when a single request was answered by what had been taken back before it was sent.
 */

import { startInstances } from '../../packages/server/src/testing/instances.ts';
import { startDatabase } from '../../packages/server/src/testing/postgres-database.ts';
import { killLeftServers } from '../../packages/server/src/testing/server-process.ts';
import { runTrials } from './revocation-trials.ts';

const trialsDefault = 10_000;
const instancesCount = 3;
const tellEvery = 100;

const count = Number(process.argv[2] ?? trialsDefault);
if (!Number.isSafeInteger(count) || count < 1) throw new Error('Say how many trials: a whole number.');

process.once('exit', killLeftServers);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const { postgres, drop } = await startDatabase();
const instances = await startInstances(postgres, Array(instancesCount).fill(postgres.url));
const { asked, stale } = await runTrials(instances, count, (trial) => {
  if ((trial + 1) % tellEvery === 0) process.stderr.write(`${trial + 1} of ${count} trials\n`);
});
await instances.stop();
await drop();
for (const what of stale) process.stdout.write(`${what}\n`);
process.stdout.write(
  `${count} trials over ${instancesCount} instances, ${asked} requests afterwards, ${stale.length} stale.\n`,
);
process.exitCode = stale.length === 0 ? 0 : 1;
