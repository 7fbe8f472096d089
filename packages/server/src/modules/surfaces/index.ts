export { changeSurface } from './change.ts';
export { createSurface } from './create.ts';
export { surfaceRoutes } from './routes.ts';
export { readClientTokenRecord, type ClientTokenRecord } from './store.ts';
