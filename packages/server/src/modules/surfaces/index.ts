export { surfaceRoutes } from './routes.ts';
export { readClientTokenRecord, type ClientTokenRecord } from './store.ts';
