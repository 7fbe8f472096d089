import { Anchor, Button, Group, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import { useMay } from '../../session/session.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { EmbedUrl } from '../embed-tokens/embed-url.tsx';
import { nameOf, type EmbedToken } from '../embed-tokens/queries.ts';
import type { Surface } from './queries.ts';

/**
 * An iframe for a page that takes no script. A client token cannot be in its address: what it opens rests on the Origin
 * of a request by the page itself, and such a page makes none. So the address is an embed token's.
 */
export function IframeWay({ surface }: { surface: Surface }) {
  return (
    <Stack gap="md" maw={720}>
      <Text>
        For a page that takes an iframe and no script. Its address holds a signed token of its own, made from one of
        this customer’s <EmbedUrlsLink surface={surface}>embed tokens</EmbedUrlsLink>: a client token opens nothing
        without the script.
      </Text>
      <div>
        <Text>What it lacks, against the script:</Text>
        <ul style={{ margin: '4px 0 0', paddingLeft: 20 }}>
          <li>no launcher and no tabs: it is one app, at one place in the page</li>
          <li>its height is fixed, and the page hears no events of it</li>
          <li>it has the embed token’s allowed origins; the appearance and the limits of this surface are not its</li>
          <li>its address expires, and then a new one has to be pasted</li>
        </ul>
      </div>
      <MakeIframe surface={surface} />
    </Stack>
  );
}

function MakeIframe({ surface }: { surface: Surface }) {
  const may = useMay();
  const [chosenId, setChosenId] = useState<string>();
  const [made, setMade] = useState<EmbedToken>();
  const { data, error, refetch } = useQuery({
    queryKey: ['embed-tokens', surface.workspaceId, 'choices'],
    // The newest 200, of which more than a screen can offer.
    queryFn: async () =>
      (
        await answerOf(
          api.GET('/v1/workspaces/{id}/embed-tokens', {
            params: { path: { id: surface.workspaceId }, query: { status: 'active', limit: '200' } },
          }),
        )
      ).data,
    enabled: may('embed-tokens:write'),
  });
  if (!may('embed-tokens:write')) {
    return <Text c="dimmed">An iframe is made by somebody with the role of a developer.</Text>;
  }
  if (error !== null) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={60} aria-label="Loading" />;

  const appsOf = (token: EmbedToken): string[] => token.apps.filter((app) => surface.apps.includes(app));
  const usable = data.filter((token) => token.use !== 'server' && appsOf(token).length > 0);
  const chosen = usable.find(({ id }) => id === chosenId) ?? usable[0];
  if (chosen === undefined) {
    return (
      <Text>
        This customer has no embed token for {surface.apps.join(', ')} that works in an iframe.{' '}
        <EmbedUrlsLink surface={surface}>Create one</EmbedUrlsLink>, for the use “Iframe”; then come back here.
      </Text>
    );
  }
  return (
    <>
      <Group align="flex-end" gap="sm">
        <Select
          label="Embed token"
          data={usable.map((token) => ({ value: token.id, label: nameOf(token) }))}
          value={chosen.id}
          allowDeselect={false}
          searchable={usable.length > 10}
          onChange={(id) => {
            setChosenId(id ?? undefined);
            setMade(undefined);
          }}
          w={{ base: '100%', xs: 320 }}
        />
        <Button onClick={() => setMade(chosen)} disabled={made?.id === chosen.id}>
          Make the iframe
        </Button>
      </Group>
      {made !== undefined && <EmbedUrl key={made.id} token={made} apps={appsOf(made)} />}
    </>
  );
}

function EmbedUrlsLink({ surface, children }: { surface: Surface; children: string }) {
  return (
    <Anchor component={Link} to={`/customers/${surface.workspaceId}/embed-urls`} underline="always">
      {children}
    </Anchor>
  );
}
