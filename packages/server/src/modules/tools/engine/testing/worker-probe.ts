import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { hardenRealm, setToolNow } from '../realm.ts';

/**
 * Runs in place of a worker, with a worker's rights, and tries what somebody who escaped from an interpreter would try.
 * Reports what worked.
 */
const [fileOfOthers = '', newFile = ''] = process.argv.slice(2);

function works(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

hardenRealm();
setToolNow(1_000);

process.send?.({
  settings: Object.keys(process.env).filter((name) => !name.startsWith('NODE_CHANNEL_')),
  readsItsOwnCode: works(() => readFileSync(import.meta.filename)),
  readsOtherFiles: works(() => readFileSync(fileOfOthers)),
  writesFiles: works(() => writeFileSync(newFile, 'x')),
  startsProcesses: works(() => execFileSync(process.execPath, ['--version'])),
  reachesPrototypes: '__proto__' in {},
  changesPrototypes: works(() => Object.assign(Object.prototype, { polluted: true })),
  tellsTheTime: new Date().getTime(),
});
process.disconnect();
