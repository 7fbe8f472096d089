import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { Outlet, useOutletContext, useParams } from 'react-router';
import { useMay } from '../../session/session.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { RouteTabs } from '../../ui/route-tabs.tsx';
import { Status } from '../../ui/status.tsx';
import { CustomerLink } from './customers.tsx';
import { useSurface, type Surface } from './queries.ts';

const tabs = [
  { to: '', label: 'Embed' },
  { to: 'auth', label: 'Auth' },
  { to: 'appearance', label: 'Appearance' },
  { to: 'limits', label: 'Limits' },
  { to: 'settings', label: 'Settings' },
];

/** `/surfaces/:id`: one surface. Its tabs are routes of their own. */
export function Component() {
  const { id = '' } = useParams();
  const { data: surface, error, refetch } = useSurface(id);
  const parent = { to: '/surfaces', label: 'Surfaces' };

  if (surface === undefined) {
    return (
      <Page title="Surface" parent={parent}>
        {error === null ? (
          <Stack aria-busy="true" aria-label="Loading">
            <Skeleton height={36} />
            <Skeleton height={320} />
          </Stack>
        ) : (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={surface.name}
      parent={parent}
      badge={<Status status={surface.environment} />}
      description={
        <Group component="span" gap={6}>
          <Text span inherit>
            For
          </Text>
          <CustomerLink workspaceId={surface.workspaceId} />
          <Text span inherit>
            · {surface.apps.join(', ')}
          </Text>
        </Group>
      }
    >
      <RouteTabs base={`/surfaces/${id}`} tabs={tabs} label="Parts of this surface" />
      <Outlet key={surface.id} context={surface} />
    </Page>
  );
}

/** The surface whose tabs these are. Only below it. */
export function useOpenSurface(): Surface {
  return useOutletContext<Surface>();
}

/** Whether whoever is signed in may change surfaces. */
export function useMayChange(): boolean {
  return useMay()('surfaces:write');
}
