export { themeSuggestionRoutes } from './routes.ts';
export { createThemeWorker } from './theme-worker.ts';
