/** What the server tells its starter. Ids are the server's own and never used twice. */
export type StarterOrder =
  | {
      do: 'start';
      id: number;
      /** Of the runtime: its flags, the file to run, and what that is given. */ args: string[];
    }
  | { do: 'kill'; id: number };

/**
 * What the starter tells. For each process that starts, in this order: `channel` and `errors`, each with the server's end of
 * a socket (left out when the process is gone already), `handed-over` when the starter has neither any more, and `ended`.
 */
export type StarterReport =
  | { tell: 'channel' | 'errors' | 'handed-over'; id: number }
  | { tell: 'ended'; id: number; code: number | null; signal: string | null; problem?: string };
