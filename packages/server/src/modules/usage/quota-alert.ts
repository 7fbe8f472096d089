import type { QuotaName, QuotaScope } from '@microapp/contract';
import type { AnsweredRequest } from '../../platform/http/index.ts';

/** That a share of a quota was used up, for the first time that day. */
export type QuotaAlertNote = {
  ownerId: string;
  /** Undefined where the quota is the owner's own. */
  workspaceId: string | undefined;
  surfaceId: string | undefined;
  scope: QuotaScope;
  quota: QuotaName;
  thresholdPercent: number;
  limit: number;
  atMs: number;
  /** Of the run that it was. */
  requestId: string;
};

/**
 * The line of the access log that tells of an alert, beside the line of the request whose run raised it: where owners
 * look for why widgets are refused, they find what came before.
 */
export function alertLine({ scope, quota, thresholdPercent, ...alert }: QuotaAlertNote): AnsweredRequest {
  return {
    at: alert.atMs,
    requestId: alert.requestId,
    ownerId: alert.ownerId,
    workspaceId: alert.workspaceId,
    address: '-',
    method: 'NOTE',
    route: '(quota alert)',
    status: 200,
    code: undefined,
    reason: `quota_alert ${scope}: ${quota} ${thresholdPercent} %`,
    durationMs: 0,
    principal: undefined,
    accessLogged: true,
  };
}
