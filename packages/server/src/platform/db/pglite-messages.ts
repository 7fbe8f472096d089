import type { SqlErrorFields } from './errors.ts';

/** What the server's thread and PGlite's thread say to each other. Values cross as PostgreSQL's text: strings clone fast. */

export type WorkerOptions = {
  /** Folder of the data; absent: memory. */
  dataDir: string | undefined;
  /** File with a dumped data folder to begin with. */
  imageFile: string | undefined;
  /** PGlite's code, compiled; absent: the thread compiles it. */
  code: WebAssembly.Module | undefined;
};

export type WorkerCommand =
  | { kind: 'query'; opening: string | undefined; text: string; parameters: (string | null)[] }
  | { kind: 'execute'; sql: string }
  | { kind: 'dump' }
  | { kind: 'close' };

export type WorkerRequest = { id: number; command: WorkerCommand };

export type RawAnswer = {
  columns: { name: string; oid: number }[];
  rows: (string | null)[][];
  affectedRows: number | undefined;
};

export type WorkerReply =
  | { kind: 'ready' }
  | { kind: 'notification'; channel: string; payload: string }
  | { kind: 'done'; id: number; answer: RawAnswer | Uint8Array | undefined }
  | { kind: 'refused'; id: number; error: SqlErrorFields }
  | { kind: 'failed'; id: number; message: string };
