export { readWebhookSecret } from './read.ts';
export { readWebhookSigner, type SignWebhook } from './read-signer.ts';
export { webhookSecretRoutes } from './routes.ts';
export { webhookHeaders } from './webhook-headers.ts';
