export { changeSurface } from './change.ts';
export { createSurface } from './create.ts';
export { surfaceRoutes } from './routes.ts';
export { createSightings, type Sightings } from './sightings.ts';
export { findSurface, readClientTokenRecord, type ClientTokenRecord } from './store.ts';
