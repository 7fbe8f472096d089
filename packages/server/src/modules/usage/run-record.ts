import type { RunErrorCode, ToolStep } from '@microapp/contract';

export type RunStart = {
  id: string;
  appId: string;
  appVersion: number;
  startedAt: Date;
  requestId: string;
  /** How many calls of a model are reserved. */
  aiActions: number;
  stepKinds: readonly ToolStep['kind'][];
};

export type RunEnd = {
  durationMs: number;
  outcome:
    | { status: 'ok' }
    /** Counted as failed; what was reserved is given back. */
    | { status: 'failed'; errorCode: RunErrorCode; errorDetail: string }
    /**
     * The caller went away, or called it off. What was reserved is kept: the model has been at work for it, and whoever
     * cancels after the last word but one would have it for nothing otherwise.
     */
    | { status: 'canceled' }
    /** Never ran, for lack of room on our side: as if it had not begun. */
    | { status: 'refused' };
};

/** Whose run it is. */
export type RunScope = { ownerId: string; workspaceId: string };
