export { readBrowserFiles, type BrowserFiles } from './browser-files.ts';
export { frameRoutes } from './routes.ts';
