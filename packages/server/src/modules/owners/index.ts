export { foundFirstOwner } from './found.ts';
