export { checkAppsExist, checkSpec, specBytesMax, type AppKindRules, type AppKinds } from './check.ts';
export { createApp } from './create.ts';
export { putDraftLive, putSpecLive } from './publish.ts';
export { appRoutes } from './routes.ts';
export { findApp, hasVersion, lockApp, readAppFacts, readAppNames, readDraftApp } from './store.ts';
export { readAppVersion, readLiveApp, readLiveAppNames, readPublicTool } from './store.ts';
export type { AppFacts, LiveApp } from './store.ts';
