export { createWorkspace } from './create.ts';
export { issuesOfFeatures } from './features.ts';
export { checkedOrigins } from './origins.ts';
export { workspaceRoutes } from './routes.ts';
export { readFirstWorkspace, type FirstWorkspace } from './read-first.ts';
export { findWorkspace, readWorkspaceFacts, type WorkspaceFacts, type WorkspaceRow } from './store.ts';
export { standingOf, type TenantStanding } from './standing.ts';
