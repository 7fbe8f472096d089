export { recordAudit, type AuditedCall } from './record.ts';
export { auditRoutes } from './routes.ts';
