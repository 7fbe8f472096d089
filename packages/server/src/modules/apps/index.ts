export { checkAppsExist } from './check.ts';
export { createApp } from './create.ts';
export { publishApp } from './publish.ts';
export { appRoutes } from './routes.ts';
export { readAppFacts, readLiveApp, readLiveAppNames, type AppFacts, type LiveApp } from './store.ts';
