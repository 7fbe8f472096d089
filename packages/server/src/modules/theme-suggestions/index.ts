export { themeSuggestionRoutes } from './routes.ts';
