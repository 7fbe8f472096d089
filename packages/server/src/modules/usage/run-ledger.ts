import type { Database } from '../../platform/db/index.ts';
import type { EmbedPrincipal } from '../../platform/http/index.ts';
import { recordRun } from './record-run.ts';

export type RunStart = {
  id: string;
  appId: string;
  appVersion: number;
  startedAt: Date;
  requestId: string;
  /** How many calls of a model are reserved. */
  aiActions: number;
};

export type RunEnd = {
  durationMs: number;
  outcome:
    | { status: 'ok' }
    /** Counted as failed; what was reserved is given back. */
    | { status: 'failed'; errorCode: string; errorDetail: string }
    /** Never ran, for lack of room on our side: as if it had not begun. */
    | { status: 'refused' };
};

/** Where runs are written down and counted. */
export type RunLedger = {
  /** Reserves what the run will use. Throws `quota_exceeded`, and then nothing was written. */
  begin(principal: EmbedPrincipal, run: RunStart): Promise<void>;
  /** Settles a run that began, once. */
  end(principal: EmbedPrincipal, runId: string, end: RunEnd): Promise<void>;
};

export function createRunLedger({ db }: { db: Database }): RunLedger {
  const open = new Map<string, RunStart>();
  return {
    begin(_, run) {
      open.set(run.id, run);
      return Promise.resolve();
    },
    async end(principal, runId, { durationMs, outcome }) {
      const run = open.get(runId);
      open.delete(runId);
      if (run === undefined || outcome.status === 'refused') return;
      await db.withWorkspace(principal, (tx) => recordRun(tx, principal, { ...run, durationMs, outcome }));
    },
  };
}
