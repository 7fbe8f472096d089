export { foundFirstOwner } from './found.ts';
export { findFirstOwner } from './store.ts';
