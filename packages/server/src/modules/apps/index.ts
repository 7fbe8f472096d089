export { checkAppsExist, type AppKindRules } from './check.ts';
export { createApp } from './create.ts';
export { putDraftLive, putSpecLive } from './publish.ts';
export { appRoutes } from './routes.ts';
export { lockApp, readAppFacts, readLiveApp, readLiveAppNames, readPublicTool } from './store.ts';
export type { AppFacts, LiveApp } from './store.ts';
