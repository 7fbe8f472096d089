export { openKeyring, type Keyring } from './keyring.ts';
export { signingKeyRoutes } from './routes.ts';
