export { foundInstallation } from './found-installation.ts';
