export { changeSurface } from './change.ts';
export { createSurface } from './create.ts';
export { surfaceRoutes } from './routes.ts';
export { findSurface, readClientTokenRecord, type ClientTokenRecord } from './store.ts';
