import type { Engine, Lease, QueryAnswer, Session } from './engine.ts';
import { TransactionError } from './errors.ts';
import { queriesOn } from './tx.ts';
import type { Queries } from './tx.ts';

/**
 * Runs `run` in a transaction that `opening` begins: commits when it resolves, rolls back when it rejects, and rejects
 * with the same error. A failed statement dooms the transaction, even if `run` swallows the error: PostgreSQL would answer
 * the commit with a silent rollback, here it rejects with `TransactionError`.
 */
export async function runInTransaction<T>(
  engine: Engine,
  opening: string,
  run: (queries: Queries) => Promise<T>,
): Promise<T> {
  const lease = await engine.acquire();
  const session = createTransactionSession(lease);
  let state: 'healthy' | 'broken' = 'healthy';
  try {
    await lease.begin(opening);
    const result = await run(queriesOn(session));
    await session.finish();
    await lease.end('commit');
    return result;
  } catch (error) {
    session.abandon();
    state = await rollBack(lease, session);
    throw error;
  } finally {
    lease.release(state);
  }
}

/** A connection that could not be rolled back may still carry the tenant's settings: it must not serve another. */
async function rollBack(lease: Lease, session: TransactionSession): Promise<'healthy' | 'broken'> {
  try {
    await session.idle();
    await lease.end('rollback');
    return 'healthy';
  } catch {
    return 'broken';
  }
}

type TransactionSession = Session & {
  /** Waits for statements under way, then refuses further ones. Rejects when any statement failed. */
  finish(): Promise<void>;
  /** Refuses further statements. */
  abandon(): void;
  /** Resolves when no statement is under way. */
  idle(): Promise<void>;
};

function createTransactionSession(lease: Lease): TransactionSession {
  let state: 'open' | 'ended' = 'open';
  let failure: unknown;
  let last: Promise<void> = Promise.resolve();

  /** One statement at a time, in the order of asking, so that `Promise.all` over queries is safe. */
  function inTurn<T>(statement: () => Promise<T>): Promise<T> {
    const answer = last.then(async () => {
      if (state === 'ended') throw new TransactionError('the transaction has ended: its handle must not outlive it');
      return statement();
    });
    last = answer.then(
      () => undefined,
      (error: unknown) => {
        failure ??= error;
      },
    );
    return answer;
  }

  return {
    query: (text, parameters): Promise<QueryAnswer> => inTurn(() => lease.query(text, parameters)),
    execute: (sql) => inTurn(() => lease.execute(sql)),
    async finish() {
      await last;
      state = 'ended';
      if (failure === undefined) return;
      throw new TransactionError('a statement failed, so the transaction cannot be committed', { cause: failure });
    },
    abandon() {
      state = 'ended';
    },
    idle: () => last,
  };
}
