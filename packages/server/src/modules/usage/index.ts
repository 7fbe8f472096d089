export { alertLine, type QuotaAlertNote } from './quota-alert.ts';
export { usageRoutes } from './routes.ts';
export type { QuotaStanding } from './quotas.ts';
export { createRunLedger, type RunLedger } from './run-ledger.ts';
export type { RunEnd } from './run-record.ts';
export { createRunMetrics } from './run-metrics.ts';
