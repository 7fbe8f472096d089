export { createAccessLog } from './recorder.ts';
export { accessLogRoutes } from './routes.ts';
