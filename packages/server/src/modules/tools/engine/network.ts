import { registerHooks } from 'node:module';
import { Socket } from 'node:net';

/**
 * Takes a worker's ways to the network away. The permission model of this Node knows files, processes and threads, and no
 * network; what escapes from an interpreter should find none either. A second wall, not the first: the interpreters
 * themselves reach nothing of the realm.
 *
 * Closed are the modules that open connections, and those that start a realm of its own, where all would be open again;
 * the globals that connect; and the connecting of sockets itself, because the process holds one (its standard error).
 */
const closedModules = new Set([
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'dns/promises',
  'http',
  'http2',
  'https',
  'inspector',
  'inspector/promises',
  'net',
  'quic',
  'tls',
  'vm',
  'worker_threads',
]);
const closedGlobals = ['fetch', 'WebSocket', 'EventSource'];
/** And signals: the worker's parent and the server run under the same user. */
const closedOfProcess = ['getBuiltinModule', 'binding', '_linkedBinding', 'kill', '_kill', '_debugProcess'];

/** Changes the realm for good; call it once, in a worker, when everything that it needs is loaded. */
export function closeNetwork(): void {
  for (const name of closedGlobals) Reflect.deleteProperty(globalThis, name);
  for (const name of closedOfProcess) Reflect.deleteProperty(process, name);
  Socket.prototype.connect = refuse;
  registerHooks({
    resolve(specifier, context, next) {
      if (closedModules.has(specifier.replace(/^node:/, ''))) refuse();
      return next(specifier, context);
    },
  });
}

function refuse(): never {
  throw new Error('There is no network here.');
}
