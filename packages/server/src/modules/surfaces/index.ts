export { changeSurface } from './change.ts';
export { createSurface } from './create.ts';
export { logoTokens } from './logo-path.ts';
export { surfaceLogoRoutes } from './logo-routes.ts';
export { surfaceRoutes } from './routes.ts';
export { createSightings, type Sightings } from './sightings.ts';
export { findLogo, findSurface, readClientTokenRecord, type ClientTokenRecord } from './store.ts';
