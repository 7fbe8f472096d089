import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { StarterOrder, StarterReport } from './starter-orders.ts';

/**
 * The starter: a process that does nothing but start others, for the server, which is too large to do it itself (see
 * starter.ts). Of what it starts it learns the end and nothing else: the sockets go to the server before anything
 * comes out of them.
 */
const processes = new Map<number, ChildProcess>();

process.on('message', (order: StarterOrder) => {
  if (order.do === 'start') start(order.id, order.args);
  // By its handle and not by its number, which may be somebody else's by now.
  else processes.get(order.id)?.kill('SIGKILL');
});

// The server is gone, however it went, and what works for nobody goes too.
process.once('disconnect', endAll);
// Node keeps that event back while a handle is on its way, and one to a server that was killed never arrives.
setInterval(() => {
  if (!process.connected) endAll();
}, 500);

function endAll(): void {
  for (const child of processes.values()) child.kill('SIGKILL');
  process.exit();
}

function start(id: number, args: string[]): void {
  const child = spawn(process.execPath, args, { env: {}, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  processes.set(id, child);
  child.once('error', (error) => end({ code: null, signal: null, problem: error.message }));
  child.once('exit', (code, signal) => end({ code, signal }));
  if (child.pid === undefined) return;
  handOver({ tell: 'channel', id }, child.stdio[3]);
  handOver({ tell: 'errors', id }, child.stderr);
  // Node sends one handle at a time, closes its own copy when it has arrived, and lets no message overtake it.
  report({ tell: 'handed-over', id });

  function end(how: { code: number | null; signal: string | null; problem?: string }): void {
    if (processes.delete(id)) report({ tell: 'ended', id, ...how });
  }
}

function handOver(message: StarterReport, socket: Readable | Writable | null | undefined): void {
  if (!(socket instanceof Socket)) return;
  // Until it is sent it is ours, and nothing that happens to it may end this process.
  socket.on('error', () => {});
  report(message, socket);
}

/** A channel that breaks is a server that is gone, which is handled there. */
function report(message: StarterReport, socket?: Socket): void {
  process.send?.(message, socket, {}, () => {});
}
