export { foundInstallation, type Founding } from './found-installation.ts';
