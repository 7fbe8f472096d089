export { apiKeyRoutes } from './routes.ts';
export { namesOfApiKey, openApiKey, type Vault } from './sealed-key.ts';
export { appNotAllowed, checkSignable } from './signable.ts';
export { rememberSignatures, type Signatures } from './signatures.ts';
export { parseUnverifiedSignedToken } from './signed-token.ts';
export { readApiKeyRow, type ApiKeyStanding } from './store.ts';
