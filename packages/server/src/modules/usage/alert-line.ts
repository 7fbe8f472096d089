import type { AnsweredRequest } from '../../platform/http/index.ts';
import type { QuotaAlertNote } from './run-ledger.ts';

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
