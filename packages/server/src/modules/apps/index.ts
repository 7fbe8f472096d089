export { checkAppsExist, type AppKindRules } from './check.ts';
export { createApp } from './create.ts';
export { putDraftLive } from './publish.ts';
export { appRoutes } from './routes.ts';
export { readAppFacts, readLiveApp, readLiveAppNames, readPublicTool, type AppFacts, type LiveApp } from './store.ts';
