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
              { path: '*', Component: NothingHere },
            ],
          },
        ],
      },
    ],
  },
];
