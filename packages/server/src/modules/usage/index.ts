export { usageRoutes } from './routes.ts';
export { createRunLedger, type RunEnd, type RunLedger, type RunStart } from './run-ledger.ts';
