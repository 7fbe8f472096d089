import type { Clock } from '../clock.ts';
import type { LeaseBook } from './lease-book.ts';

/** What a database engine must offer. Two of them exist: `pglite.ts` and `postgres.ts`; everything above is shared. */
export type Engine = {
  readonly name: EngineName;
  readonly notifications: Notifications;
  /** Undefined: no other process can be on this database. */
  readonly leases: LeaseBook | undefined;
  /** A connection for one transaction; waits for its turn. Rejects with `ConnectionLostError` when there is none to be had. */
  acquire(): Promise<Lease>;
  /** Rejects unless the database answers. */
  ping(): Promise<void>;
  /** Lets running transactions end, then lets go of the database. */
  close(): Promise<void>;
};

export type EngineName = 'pglite' | 'postgres';

/** Statements on one connection. One at a time: the caller waits for the answer before it sends the next. */
export type Session = {
  query(text: string, parameters: readonly unknown[]): Promise<QueryAnswer>;
  /** One or more statements without parameters, in one message; the answers are dropped. */
  execute(sql: string): Promise<void>;
};

/** A connection held by one transaction. */
export type Lease = Session & {
  /** The statements that open the transaction. An engine may hold them back and send them together with the first query. */
  begin(opening: string): Promise<void>;
  end(how: 'commit' | 'rollback'): Promise<void>;
  /** Gives the connection back or, when it is `broken`, throws it away. */
  release(state: 'healthy' | 'broken'): void;
};

export type QueryAnswer = {
  rows: Record<string, unknown>[];
  /** Rows inserted, updated, deleted or merged; absent for other statements. */
  affectedRows: number | undefined;
};

/** `LISTEN` and `NOTIFY`. */
export type Notifications = {
  /** False while notifications may be missed, because the connection that receives them is down. */
  readonly listening: boolean;
  /** Resolves once nothing sent from now on is missed; call the answer to stop. `channel` is a lower-case identifier. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  /** Resolves when the notifications of every transaction committed before this call have been handed to the listeners. */
  delivered(): Promise<void>;
  /** Called at once when the connection is lost. Answers a function that stops it. */
  onLost(react: () => void): () => void;
  /** Called when listening works again; what was sent in between is lost. Answers a function that stops it. */
  onBack(react: () => void): () => void;
};

/** What the engines tell their operator. */
export type DatabaseLog = {
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
};

export type DatabaseClock = Pick<Clock, 'after'>;
