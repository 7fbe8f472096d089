import {
  DefaultQueryExecutor,
  DummyDriver,
  PostgresAdapter,
  PostgresQueryCompiler,
  PostgresIntrospector,
  Transaction,
} from 'kysely';
import type { CompiledQuery, DatabaseConnection, Dialect, Kysely, QueryResult } from 'kysely';

import type { Session } from './engine.ts';
import type { DB } from './schema.gen.ts';

/** What a transaction can be asked: building and running queries, and nothing that would leave the transaction. */
export type Queries = Pick<
  Kysely<DB>,
  | 'selectFrom'
  | 'selectNoFrom'
  | 'insertInto'
  | 'updateTable'
  | 'deleteFrom'
  | 'mergeInto'
  | 'with'
  | 'withRecursive'
  | 'case'
  | 'fn'
  | 'dynamic'
  | 'executeQuery'
  | 'getExecutor'
>;

declare const reach: unique symbol;

/** Sees one workspace's rows, and what its owner lets every workspace see. */
export type WorkspaceTx = Queries & { readonly [reach]: 'workspace' };
/** Sees one owner's rows, those of all its workspaces included. */
export type OwnerTx = Queries & { readonly [reach]: 'owner' };
/** Belongs to no tenant, and sees only what look-ups and upkeep need. */
export type SystemTx = Queries & { readonly [reach]: 'system' };

const adapter = new PostgresAdapter();
const compiler = new PostgresQueryCompiler();
const driver = new DummyDriver();
const dialect: Dialect = {
  createAdapter: () => adapter,
  createDriver: () => driver,
  createQueryCompiler: () => compiler,
  createIntrospector: (kysely) => new PostgresIntrospector(kysely),
};

/** A query builder whose every query runs on `session`. Making one costs next to nothing: it shares the compiler. */
export function queriesOn(session: Session): Queries {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, affectedRows } = await session.query(query.sql, query.parameters);
      const numAffectedRows = affectedRows === undefined ? undefined : BigInt(affectedRows);
      // The query builder knows the rows' type from the generated table types; the wire knows values only.
      return { rows: rows as Row[], ...(numAffectedRows !== undefined && { numAffectedRows }) };
    },
    streamQuery() {
      throw new TypeError('streaming is not supported: a cursor would hold the transaction open');
    },
  };
  const executor = new DefaultQueryExecutor(compiler, adapter, { provideConnection: (use) => use(connection) });
  return new Transaction<DB>({ config: { dialect }, dialect, driver, executor });
}
