export { readModelKeys, type ModelKey } from './read-model-keys.ts';
export { providerKeyRoutes } from './routes.ts';
