export { providerKeyRoutes } from './routes.ts';
