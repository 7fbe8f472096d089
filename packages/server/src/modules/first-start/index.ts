export { foundInstallation } from './found-installation.ts';
export { furnishOwner } from './furnish-owner.ts';
