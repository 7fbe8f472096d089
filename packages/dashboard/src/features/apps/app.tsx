import { Button, Skeleton, Stack } from '@mantine/core';
import { Link, Outlet, useOutletContext, useParams } from 'react-router';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { RouteTabs } from '../../ui/route-tabs.tsx';
import { AppStatus } from './app-status.tsx';
import { useApp, type App } from './queries.ts';

const tabs = [
  { to: '', label: 'Editor' },
  { to: 'versions', label: 'Versions' },
  { to: 'settings', label: 'Settings' },
];

/** `/apps/:slug`: one app. Its tabs are routes of their own. */
export function Component() {
  const { slug = '' } = useParams();
  const { data: app, error, refetch } = useApp(slug);
  const parent = { to: '/apps', label: 'Apps' };

  if (app === undefined) {
    return (
      <Page title="App" parent={parent}>
        {error === null ? (
          <Stack aria-busy="true" aria-label="Loading">
            <Skeleton height={36} />
            <Skeleton height={480} />
          </Stack>
        ) : (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={app.name}
      parent={parent}
      badge={<AppStatus app={app} />}
      actions={
        <Button component={Link} to={`/logs/runs?appId=${app.id}`} variant="default">
          Runs
        </Button>
      }
    >
      <RouteTabs base={`/apps/${slug}`} tabs={tabs} label="Parts of this app" />
      {/* Another app is another form, even where the address is of the same kind. */}
      <Outlet key={app.id} context={app} />
    </Page>
  );
}

/** The app that is shown. Only in the tabs below it. */
export function useShownApp(): App {
  return useOutletContext<App>();
}
