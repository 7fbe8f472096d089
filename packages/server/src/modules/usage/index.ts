export { recordRun, type FinishedRun } from './record-run.ts';
export { usageRoutes } from './routes.ts';
