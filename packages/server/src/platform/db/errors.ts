/**
 * What can go wrong with a database, in classes that both engines share. The driver's own errors never leave this
 * folder: their `detail` quotes the row's values, which may be secrets, and errors end in logs.
 */

const sqlStates = { uniqueViolation: '23505', foreignKeyViolation: '23503', checkViolation: '23514' } as const;

/** The database refused a statement. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  /** The five characters of SQLSTATE, for example `23505`. */
  readonly sqlState: string;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;

  constructor(fields: SqlErrorFields) {
    super(fields.message);
    this.sqlState = fields.sqlState;
    this.table = fields.table;
    this.column = fields.column;
    this.constraint = fields.constraint;
  }
}

export type SqlErrorFields = {
  message: string;
  sqlState: string;
  table?: string | undefined;
  column?: string | undefined;
  constraint?: string | undefined;
};

/** The database could not be reached, or went away. Whether a commit that was under way took place is unknown. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

/** The transaction was used in a way that its rules forbid: nested, after its end, or committed after a failure. */
export class TransactionError extends Error {
  override readonly name = 'TransactionError';
}

/** True for a broken unique constraint or index; with `constraint`, only for the one of that name. */
export function isUniqueViolation(error: unknown, constraint?: string): error is SqlError {
  return isViolation(error, sqlStates.uniqueViolation, constraint);
}

/** True for a broken foreign key; with `constraint`, only for the one of that name. */
export function isForeignKeyViolation(error: unknown, constraint?: string): error is SqlError {
  return isViolation(error, sqlStates.foreignKeyViolation, constraint);
}

/** True for a row of a partitioned table that belongs to no partition; with the state of a broken check, but of none. */
export function isPartitionMissing(error: unknown): error is SqlError {
  return isViolation(error, sqlStates.checkViolation, undefined) && error.message.startsWith('no partition');
}

/** True when what was to be written is at fault (SQLSTATE classes 22 and 23), and not that nothing can be written now. */
export function isDataRefused(error: unknown): error is SqlError {
  return error instanceof SqlError && /^2[23]/.test(error.sqlState);
}

/** True when the database could not be reached or the connection broke: worth a 503 and another try. */
export function isConnectionLoss(error: unknown): error is ConnectionLostError {
  return error instanceof ConnectionLostError;
}

function isViolation(error: unknown, sqlState: string, constraint: string | undefined): error is SqlError {
  if (!(error instanceof SqlError) || error.sqlState !== sqlState) return false;
  return constraint === undefined || error.constraint === constraint;
}
