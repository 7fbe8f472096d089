import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { readMessages, sendMessage } from '../message-stream.ts';
import { closeNetwork } from '../network.ts';
import { hardenRealm, setToolNow } from '../realm.ts';

/**
 * Runs in place of a worker, with a worker's rights, and tries what somebody who escaped from an interpreter would try.
 * Reports what worked, when it is asked, as a worker does.
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
closeNetwork();

const require = createRequire(import.meta.url);
/** Nobody listens there; what is asked is whether one may try. */
const nowhere = { host: '127.0.0.1', port: 9 };
const waysOut: Record<string, () => unknown> = {
  fetch: () => fetch('http://127.0.0.1:9').catch(() => undefined),
  WebSocket: () => new WebSocket('ws://127.0.0.1:9'),
  EventSource: () => Reflect.get(globalThis, 'EventSource').name,
  'import of net': () => import('node:net'),
  'import of net by its old name': () => import('net'),
  'import of http': () => import('node:http'),
  'import of dns': () => import('node:dns/promises'),
  'import of dgram': () => import('node:dgram'),
  'import of threads': () => import('node:worker_threads'),
  'require of net': () => require('node:net'),
  'require of tls': () => require('tls'),
  'a built-in module of the process': () => process.getBuiltinModule('node:net'),
  'a binding of the process': () => Reflect.get(process, 'binding')('tcp_wrap'),
  'the socket of standard error': () => Reflect.construct(process.stderr.constructor, []).connect(nowhere).destroy(),
};
const open: string[] = [];
for (const [way, attempt] of Object.entries(waysOut)) {
  try {
    await attempt();
    open.push(way);
  } catch {
    // Closed.
  }
}

const report = {
  settings: Object.keys(process.env),
  readsItsOwnCode: works(() => readFileSync(import.meta.filename)),
  readsOtherFiles: works(() => readFileSync(fileOfOthers)),
  writesFiles: works(() => writeFileSync(newFile, 'x')),
  startsProcesses: works(() => execFileSync(process.execPath, ['--version'])),
  reachesPrototypes: '__proto__' in {},
  changesPrototypes: works(() => Object.assign(Object.prototype, { polluted: true })),
  waysOut: open,
  tellsTheTime: new Date().getTime(),
  signalsOthers: ['kill', '_kill', '_debugProcess'].filter((name) =>
    works(() => Reflect.get(process, name)(process.ppid, 0)),
  ),
  hasAChannelOfNodes: 'send' in process || 'channel' in process,
};
const channel = new Socket({ fd: 3, readable: true, writable: true });
readMessages(channel, 1_000, () => sendMessage(channel, report));
