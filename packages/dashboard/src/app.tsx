import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { isWorthRetrying } from './api/queries.ts';
import { routes } from './routes.tsx';
import { cssVariables, theme } from './theme.ts';

/** The whole dashboard. `styleNonce` is the one that the page's policy names. */
export function App({ styleNonce }: { styleNonce: string }) {
  const [router] = useState(() => createBrowserRouter(routes));
  const [queries] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          // The browser's idea of being online says nothing about a server on this machine, and what was clicked must
          // not happen later.
          queries: { retry: isWorthRetrying, staleTime: 5_000, networkMode: 'always' },
          // What went in and came out may be a secret: it is not kept once nobody shows it.
          mutations: { gcTime: 0, networkMode: 'always' },
        },
      }),
  );
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce}
    >
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Notifications position="bottom-right" autoClose={5_000} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
