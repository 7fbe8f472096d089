export { checkFirstOwner } from './check-first-owner.ts';
export { foundFirstOwner } from './found.ts';
export { findFirstOwner } from './store.ts';
