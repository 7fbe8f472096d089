import { AsyncLocalStorage } from 'node:async_hooks';

import type { Engine, EngineName, Notifications } from './engine.ts';
import { TransactionError } from './errors.ts';
import type { LeaseBook } from './lease-book.ts';
import { openAsOwner, openAsSystem, openAsWorkspace } from './scope.ts';
import type { OwnerScope, SystemReason, WorkspaceScope } from './scope.ts';
import { runInTransaction } from './transaction.ts';
import type { OwnerTx, Queries, SystemTx, WorkspaceTx } from './tx.ts';

/**
 * The only way to data. There is no bare `query`: each transaction says whose rows it is about, and the database's
 * policies hold it to that. Transactions do not nest; a call from inside another's callback rejects at once, because on
 * PGlite, which has one connection, it would wait for ever.
 */
export type Database = {
  readonly engine: EngineName;
  /** As one workspace of one owner. */
  withWorkspace<T>(scope: WorkspaceScope, run: (tx: WorkspaceTx) => Promise<T>): Promise<T>;
  /** As one owner, over all its workspaces. */
  withOwner<T>(scope: OwnerScope, run: (tx: OwnerTx) => Promise<T>): Promise<T>;
  /** As no tenant; `reason` names the caller's purpose and is the transaction's `app.reason`. */
  withSystem<T>(reason: SystemReason, run: (tx: SystemTx) => Promise<T>): Promise<T>;
  /** Calls `onNotify` for every notification on `channel`; resolves once none is missed. Call the answer to stop. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  /** Whether notifications arrive, and word of when they do not. */
  readonly notifications: Omit<Notifications, 'listen'>;
  /** How far the processes on this database have followed its changes. Undefined: there can be no other process. */
  readonly leases: LeaseBook | undefined;
  /** Rejects unless the database answers. */
  ping(): Promise<void>;
  /** Waits for running transactions, then lets go of the database. May be called again. */
  close(): Promise<void>;
};

/** A `Database` over an engine whose schema is in place. */
export function createDatabase(engine: Engine): Database {
  const running = new AsyncLocalStorage<{ ended: boolean }>();

  /** A callback's leftovers may outlive its transaction; only a transaction that still runs refuses another. */
  function refuseNested(): void {
    if (running.getStore()?.ended !== false) return;
    throw new TransactionError('a transaction is already running here: use its own handle instead of opening another');
  }

  async function transact<T>(opening: string, run: (queries: Queries) => Promise<T>): Promise<T> {
    refuseNested();
    const transaction = { ended: false };
    try {
      return await running.run(transaction, () => runInTransaction(engine, opening, run));
    } finally {
      transaction.ended = true;
    }
  }

  return {
    engine: engine.name,
    notifications: engine.notifications,
    leases: engine.leases,
    // The casts brand: which tables the handle reaches was decided by the opening, one line of it each.
    withWorkspace: async (scope, run) => transact(openAsWorkspace(scope), (queries) => run(queries as WorkspaceTx)),
    withOwner: async (scope, run) => transact(openAsOwner(scope), (queries) => run(queries as OwnerTx)),
    withSystem: async (reason, run) => transact(openAsSystem(reason), (queries) => run(queries as SystemTx)),
    async listen(channel, onNotify) {
      refuseNested();
      return engine.notifications.listen(channel, onNotify);
    },
    async ping() {
      refuseNested();
      return engine.ping();
    },
    close: () => engine.close(),
  };
}
