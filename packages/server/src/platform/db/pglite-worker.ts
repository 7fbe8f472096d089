import { PGlite, messages, protocol } from '@electric-sql/pglite';
import { openAsBlob } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

import type { RawAnswer, WorkerCommand, WorkerOptions, WorkerReply, WorkerRequest } from './pglite-messages.ts';

/**
 * PGlite in a thread of its own, so that a heavy query never holds the server's event loop.
 *
 * It speaks the wire protocol itself: parse, bind, describe, execute and sync go in as one message, which is twice as
 * fast as `PGlite.query`, because parameters come as text and their types need not be asked for first.
 */

type BackendMessage = Awaited<ReturnType<PGlite['execProtocolStream']>>[number];

const { dataDir, imageFile, code } = workerData as WorkerOptions;
const port = parentPort;
if (port === null) throw new Error('pglite-worker.ts is started as a worker thread');
const say = (reply: WorkerReply): void => port.postMessage(reply);

const database = await PGlite.create({
  ...(dataDir !== undefined && { dataDir }),
  ...(imageFile !== undefined && { loadDataDir: await openAsBlob(imageFile) }),
  ...(code !== undefined && { pgliteWasmModule: code }),
});
await database.exec(`set time zone 'UTC'`);

// PGlite calls this while the statement that caused it is still running, so the notification is posted before the answer.
database.onNotification((channel, payload) => say({ kind: 'notification', channel, payload }));

// One command after the other, in the order of their arrival: they share one connection.
let last: Promise<void> = Promise.resolve();
port.on('message', (request: WorkerRequest) => {
  last = last.then(() => answer(request));
});
say({ kind: 'ready' });

async function answer({ id, command }: WorkerRequest): Promise<void> {
  try {
    say({ kind: 'done', id, answer: await run(command) });
    if (command.kind === 'close') port?.close();
  } catch (error) {
    if (!(error instanceof messages.DatabaseError)) return say({ kind: 'failed', id, message: String(error) });
    const { message, code = 'XX000', table, column, constraint } = error;
    say({ kind: 'refused', id, error: { message, sqlState: code, table, column, constraint } });
  }
}

async function run(command: WorkerCommand): Promise<RawAnswer | Uint8Array | undefined> {
  switch (command.kind) {
    case 'query':
      // The opening is a message of its own, and the query is sent only when it succeeded: it must never run outside
      // the transaction, where PGlite's user is a superuser.
      if (command.opening !== undefined) await send(protocol.serialize.query(command.opening));
      return toAnswer(await send(extendedQuery(command.text, command.parameters)));
    case 'execute':
      await send(protocol.serialize.query(command.sql));
      return undefined;
    case 'dump':
      return new Uint8Array(await (await database.dumpDataDir('none')).arrayBuffer());
    case 'close':
      await database.close();
      return undefined;
  }
}

function send(message: Uint8Array): Promise<BackendMessage[]> {
  return database.execProtocolStream(message);
}

function extendedQuery(text: string, values: (string | null)[]): Uint8Array {
  const { parse, bind, describe, execute, sync } = protocol.serialize;
  return Buffer.concat([parse({ text }), bind({ values }), describe({ type: 'P' }), execute({}), sync()]);
}

function toAnswer(replies: BackendMessage[]): RawAnswer {
  const result: RawAnswer = { columns: [], rows: [], affectedRows: undefined };
  for (const reply of replies) {
    if (reply instanceof messages.RowDescriptionMessage) {
      result.columns = reply.fields.map(({ name, dataTypeID }) => ({ name, oid: dataTypeID }));
    } else if (reply instanceof messages.DataRowMessage) {
      result.rows.push(reply.fields);
    } else if (reply instanceof messages.CommandCompleteMessage) {
      result.affectedRows = affectedRows(reply.text);
    }
  }
  return result;
}

/** `INSERT 0 5` and `UPDATE 3` end in a count of changed rows; `SELECT 2` in one of rows read. */
function affectedRows(commandTag: string): number | undefined {
  const count = /^(?:INSERT 0|UPDATE|DELETE|MERGE) (\d+)$/.exec(commandTag)?.[1];
  return count === undefined ? undefined : Number(count);
}
