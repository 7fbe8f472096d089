export { checkFirstOwner } from './check-first-owner.ts';
export { foundFirstOwner } from './found.ts';
export { ownerRoutes } from './routes.ts';
export { findFirstOwner, readOwnerRecord, type OwnerRecord } from './store.ts';
