export { recordAudit } from './record.ts';
export { auditRoutes } from './routes.ts';
export { settingsChanged } from './settings-changed.ts';
