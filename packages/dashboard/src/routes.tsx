import type { RouteObject } from 'react-router';
import { Crashed } from './shell/crashed.tsx';
import { Frame } from './shell/frame.tsx';
import { NothingHere } from './shell/nothing-here.tsx';
import { Loading } from './ui/loading.tsx';

/**
 * Every address of the dashboard. A feature is a folder that exports the routes below its own path; it is loaded when
 * somebody goes there. The server answers the same document for all of them.
 */
export const routes: RouteObject[] = [
  {
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
              { path: 'apps', lazy: () => import('./features/apps/list.tsx') },
              { path: 'apps/new', lazy: () => import('./features/apps/new.tsx') },
              {
                path: 'apps/:slug',
                lazy: () => import('./features/apps/app.tsx'),
                children: [
                  { index: true, lazy: () => import('./features/apps/editor.tsx') },
                  { path: 'versions', lazy: () => import('./features/apps/versions.tsx') },
                  { path: 'settings', lazy: () => import('./features/apps/settings.tsx') },
                ],
              },
              { path: '*', Component: NothingHere },
            ],
          },
        ],
      },
    ],
  },
];
