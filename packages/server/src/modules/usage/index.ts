export { alertLine } from './alert-line.ts';
export { usageRoutes } from './routes.ts';
export type { QuotaStanding } from './quotas.ts';
export { createRunLedger, type QuotaAlertNote, type RunEnd, type RunLedger, type RunStart } from './run-ledger.ts';
export { createRunMetrics } from './run-metrics.ts';
