export { issueEmbedToken } from './issue.ts';
export { rotateEmbedToken } from './rotate.ts';
export { embedTokenRoutes } from './routes.ts';
export { readEmbedTokenRecord, type EmbedTokenRecord } from './store.ts';
