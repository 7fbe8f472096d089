export { readModelKeys, readOwnModelKeys, type ModelKey, type OwnModelKey } from './read-model-keys.ts';
export { providerKeyRoutes } from './routes.ts';
