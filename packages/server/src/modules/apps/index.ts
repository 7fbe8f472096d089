export { changeApp } from './change.ts';
export { checkAppsExist } from './check.ts';
export { createApp } from './create.ts';
export { publishApp } from './publish.ts';
export { appRoutes } from './routes.ts';
export { findApp, readAppFacts, readLiveApp, readLiveAppNames, type AppFacts, type LiveApp } from './store.ts';
