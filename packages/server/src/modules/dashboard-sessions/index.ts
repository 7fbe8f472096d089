export { readSessionCookie, setSessionCookie, sessionCookieName } from './cookie.ts';
export { csrfTokenOf } from './csrf-token.ts';
export { issueDashboardSession, type SessionHolder } from './issue.ts';
export { presentCurrentSession, presentMe } from './present.ts';
export { principalOfSession } from './principal-of-session.ts';
export { dashboardSessionRoutes } from './routes.ts';
export { idleMsMax } from './lifetimes.ts';
export { endSessions, readDashboardSessionRecord, type DashboardSessionRecord } from './store.ts';
