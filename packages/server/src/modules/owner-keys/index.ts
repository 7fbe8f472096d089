export { issueOwnerKey } from './issue.ts';
export { ownerKeyRoutes } from './routes.ts';
export { readOwnerKeyRecord, type OwnerKeyRecord } from './store.ts';
