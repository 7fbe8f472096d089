export { readDashboardFiles, type DashboardFiles } from './dashboard-files.ts';
export { dashboardRoutes } from './routes.ts';
