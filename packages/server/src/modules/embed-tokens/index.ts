export { embedTokenRoutes } from './routes.ts';
export { readEmbedTokenRecord, type EmbedTokenRecord } from './store.ts';
