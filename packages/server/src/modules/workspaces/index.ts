export { createWorkspace } from './create.ts';
export { issuesOfFeatures } from './features.ts';
export { checkedOrigins } from './origins.ts';
export { workspaceRoutes } from './routes.ts';
export { findWorkspace, readFirstWorkspace, readWorkspaceFacts } from './store.ts';
export type { FirstWorkspace, WorkspaceFacts, WorkspaceRow } from './store.ts';
export { standingOf, type TenantStanding } from './standing.ts';
