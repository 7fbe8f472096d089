export { readWebhookSecret } from './read.ts';
export { webhookSecretRoutes } from './routes.ts';
export { webhookHeaders } from './webhook-headers.ts';
