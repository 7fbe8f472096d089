export { copyEmbedTokenUrl } from './copy-url.ts';
export { issueEmbedToken } from './issue.ts';
export { createOriginsSeen } from './origins-seen.ts';
export { rotateEmbedToken } from './rotate.ts';
export { embedTokenRoutes } from './routes.ts';
export { readEmbedTokenRecord, type EmbedTokenRecord } from './store.ts';
export { urlTokenAudience, UrlTokenClaims, urlTokenType } from './url-token.ts';
