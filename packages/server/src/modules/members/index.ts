export { memberRoutes } from './routes.ts';
export { useLink } from './use-link.ts';
