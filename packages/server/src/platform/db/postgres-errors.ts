import { DatabaseError } from 'pg';

import { ConnectionLostError, SqlError } from './errors.ts';

/** Connection exceptions, and the server shutting down, crashing or starting up. */
const lossStates = /^(?:08...|57P0[1-5])$/;

/** The driver's error as one of ours. What is neither the server's answer nor the decoder's is the connection's fault. */
export function fromPostgresError(error: unknown): Error {
  // Thrown by the decoder of a column; the connection is as good as before.
  if (error instanceof RangeError || error instanceof SyntaxError) return error;
  if (!(error instanceof DatabaseError))
    return new ConnectionLostError('the database connection broke', { cause: error });
  const { message, code = 'XX000', table, column, constraint } = error;
  if (lossStates.test(code)) return new ConnectionLostError(message);
  return new SqlError({ message, sqlState: code, table, column, constraint });
}
