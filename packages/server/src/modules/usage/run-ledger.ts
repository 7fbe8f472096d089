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
    | { status: 'refused' }
    /** The caller called it off; what it used stays counted. */
    | { status: 'canceled' };
};

/** Where runs are written down and counted. */
export type RunLedger = {
  /**
   * Reserves what the run will use, and answers with what is left of the day's runs, where those are limited. Throws
   * `quota_exceeded`, and then nothing was written.
   */
  begin(
    principal: EmbedPrincipal,
    run: RunStart,
  ): Promise<{ daily: { limit: number; remaining: number; resetSeconds: number } | undefined }>;
  /** Settles a run that began, once. */
  end(principal: EmbedPrincipal, runId: string, end: RunEnd): Promise<void>;
};

const canceled = { status: 'failed', errorCode: 'canceled', errorDetail: '' } as const;

export function createRunLedger({ db }: { db: Database }): RunLedger {
  const open = new Map<string, RunStart>();
  return {
    begin(_, run) {
      open.set(run.id, run);
      return Promise.resolve({ daily: undefined });
    },
    async end(principal, runId, { durationMs, outcome }) {
      const run = open.get(runId);
      open.delete(runId);
      if (run === undefined || outcome.status === 'refused') return;
      const recorded = outcome.status === 'canceled' ? canceled : outcome;
      await db.withWorkspace(principal, (tx) => recordRun(tx, principal, { ...run, durationMs, outcome: recorded }));
    },
  };
}
