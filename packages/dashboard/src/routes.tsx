import { redirect, type RouteObject } from 'react-router';
import { Crashed } from './shell/crashed.tsx';
import { Frame } from './shell/frame.tsx';
import { NothingHere } from './shell/nothing-here.tsx';
import { Confirmations } from './ui/confirm.tsx';
import { Loading } from './ui/loading.tsx';

/**
 * Every address of the dashboard. A feature is a folder that exports the routes below its own path; it is loaded when
 * somebody goes there. The server answers the same document for all of them.
 */
export const routes: RouteObject[] = [
  {
    Component: Confirmations,
    ErrorBoundary: Crashed,
    HydrateFallback: Loading,
    children: [
      { path: '/sign-in', lazy: () => import('./features/sign-in/sign-in.tsx') },
      { path: '/join', lazy: () => import('./features/sign-in/join.tsx') },
      {
        path: '/',
        Component: Frame,
        children: [
          {
            ErrorBoundary: Crashed,
            children: [
              { index: true, lazy: () => import('./features/overview/overview.tsx') },
              { path: 'customers', lazy: () => import('./features/workspaces/list.tsx') },
              {
                path: 'customers/:id',
                lazy: () => import('./features/workspaces/manage.tsx'),
                children: [
                  { index: true, lazy: () => import('./features/workspaces/info.tsx') },
                  { path: 'features', lazy: () => import('./features/workspaces/features.tsx') },
                  { path: 'embed-urls', lazy: () => import('./features/embed-tokens/tab.tsx') },
                  { path: 'surfaces', lazy: () => import('./features/workspaces/surfaces.tsx') },
                  { path: 'usage', lazy: () => import('./features/workspaces/usage.tsx') },
                  { path: 'access-log', lazy: () => import('./features/workspaces/access-log.tsx') },
                ],
              },
              { path: 'apps', lazy: () => import('./features/apps/list.tsx') },
              { path: 'apps/new', lazy: () => import('./features/apps/new.tsx') },
              {
                path: 'apps/:slug',
                lazy: () => import('./features/apps/app.tsx'),
                children: [
                  { index: true, lazy: () => import('./features/apps/editor.tsx') },
                  { path: 'versions', lazy: () => import('./features/apps/versions.tsx') },
                  { path: 'versions/:version', lazy: () => import('./features/apps/version.tsx') },
                  { path: 'settings', lazy: () => import('./features/apps/settings.tsx') },
                ],
              },
              { path: 'surfaces', lazy: () => import('./features/surfaces/list.tsx') },
              { path: 'surfaces/new', lazy: () => import('./features/surfaces/new.tsx') },
              {
                path: 'surfaces/:id',
                lazy: () => import('./features/surfaces/surface.tsx'),
                children: [
                  { index: true, lazy: () => import('./features/surfaces/embed-tab.tsx') },
                  { path: 'auth', lazy: () => import('./features/surfaces/auth-tab.tsx') },
                  { path: 'appearance', lazy: () => import('./features/surfaces/appearance-tab.tsx') },
                  { path: 'limits', lazy: () => import('./features/surfaces/limits-tab.tsx') },
                  { path: 'settings', lazy: () => import('./features/surfaces/settings-tab.tsx') },
                ],
              },
              { path: 'developers', loader: () => redirect('/developers/reference') },
              { path: 'developers/owner-keys', lazy: () => import('./features/owner-keys/page.tsx') },
              { path: 'developers/api-keys', lazy: () => import('./features/api-keys/page.tsx') },
              { path: 'developers/provider-keys', lazy: () => import('./features/provider-keys/page.tsx') },
              { path: 'developers/webhook-secret', lazy: () => import('./features/webhook-secret/page.tsx') },
              { path: 'developers/reference', lazy: () => import('./features/api-reference/page.tsx') },
              { path: 'logs', loader: () => redirect('/logs/runs') },
              { path: 'logs/runs', lazy: () => import('./features/runs/page.tsx') },
              { path: 'logs/access', lazy: () => import('./features/access-log/page.tsx') },
              { path: 'logs/audit', lazy: () => import('./features/audit/page.tsx') },
              { path: 'members', lazy: () => import('./features/members/page.tsx') },
              { path: '*', Component: NothingHere },
            ],
          },
        ],
      },
    ],
  },
];
