export { createAccessLog, type AccessLog } from './recorder.ts';
export { accessLogRoutes } from './routes.ts';
