import { Alert, Anchor, Stack, Tabs, Text, Title } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { useSession } from '../../session/session.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import { Time } from '../../ui/time.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import { IframeWay } from './iframe-way.tsx';
import { PinnedScript } from './pinned-script.tsx';
import type { Surface } from './queries.ts';
import { SeenLive } from './seen-live.tsx';
import * as snippets from './snippets.ts';
import { useMayChange, useOpenSurface } from './surface.tsx';

/** What goes into the customer's website, and whether it has arrived there. */
export function Component() {
  const surface = useOpenSurface();
  const mayChange = useMayChange();
  const navigate = useNavigate();
  const addOrigin = (origin: string): void =>
    void navigate(`/surfaces/${surface.id}/auth?add=${encodeURIComponent(origin)}`);
  return (
    <Stack gap="lg">
      <SeenInUrl surface={surface} />
      <NothingAllowed surface={surface} />
      <Snippets surface={surface} />
      <SeenLive surfaceId={surface.id} onAdd={mayChange ? addOrigin : undefined} />
    </Stack>
  );
}

function NothingAllowed({ surface }: { surface: Surface }) {
  if (surface.allowedOrigins.length > 0) return undefined;
  return (
    <Alert
      variant="default"
      icon={<TriangleAlert size={20} color="var(--app-warn)" aria-hidden />}
      title="No website is allowed yet"
    >
      The snippet works on allowed origins only.{' '}
      <Anchor component={Link} to={`/surfaces/${surface.id}/auth`} underline="always">
        Add the customer’s domain under Auth
      </Anchor>
      .
    </Alert>
  );
}

function SeenInUrl({ surface }: { surface: Surface }) {
  if (surface.clientTokenSeenInUrlAt === null) return undefined;
  return (
    <Alert
      variant="default"
      icon={<TriangleAlert size={20} color="var(--app-warn)" aria-hidden />}
      title="The client token was sent in an address"
    >
      That was <Time at={surface.clientTokenSeenInUrlAt} />. It is public, so nothing is lost, but the page is set up
      wrongly: use the snippet as it stands here.
    </Alert>
  );
}

function Snippets({ surface }: { surface: Surface }) {
  const { embedUrl } = useSession();
  const [{ as }, setState] = useUrlState({ as: 'script' });
  const place = { embedUrl, clientToken: surface.clientToken };
  const server = {
    embedUrl,
    app: surface.apps[0] ?? '',
    origin: snippets.exampleOrigin(surface.allowedOrigins),
  };
  return (
    <Tabs value={as} onChange={(value) => setState({ as: value ?? 'script' })} keepMounted={false}>
      <Tabs.List aria-label="How to embed" mb="md" style={{ flexWrap: 'nowrap', overflowX: 'auto' }}>
        <Tabs.Tab value="script">Script tag</Tabs.Tab>
        <Tabs.Tab value="element">Element</Tabs.Tab>
        <Tabs.Tab value="react">React</Tabs.Tab>
        <Tabs.Tab value="iframe">Iframe</Tabs.Tab>
        <Tabs.Tab value="server">Server</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="script">
        <Way text="Paste this line into the website, for example into its footer. A launcher appears in the corner; nothing else has to be set up. The client token is in it.">
          <Snippet code={snippets.scriptTag(place)} label="Script tag" />
          <PinnedScript clientToken={surface.clientToken} />
          <Policy embedUrl={embedUrl} />
        </Way>
      </Tabs.Panel>
      <Tabs.Panel value="element">
        <Way text="Put the element where the widget is to stand in the page. The line with the script comes once, before or after it; with the attribute mode, floating or modal, the element may stand anywhere.">
          <Snippet code={snippets.customElement(place)} label="Custom element" />
          <Policy embedUrl={embedUrl} />
        </Way>
      </Tabs.Panel>
      <Tabs.Panel value="react">
        <Way text="For React 18 and later. The widget goes when the component does.">
          <Snippet code={snippets.reactComponent(place)} label="React component" />
          <Policy embedUrl={embedUrl} />
        </Way>
      </Tabs.Panel>
      <Tabs.Panel value="iframe">
        <IframeWay surface={surface} />
      </Tabs.Panel>
      <Tabs.Panel value="server">
        <Way
          text={
            <>
              For pages whose visitors are signed in at the customer’s own server: the server holds an{' '}
              <Anchor component={Link} to={`/customers/${surface.workspaceId}/embed-urls`} underline="always">
                embed token
              </Anchor>{' '}
              and asks for a ticket; the page never sees the token. With Node.js and Express:
            </>
          }
        >
          <Snippet code={snippets.serverRoute(server)} label="Server route" />
          <Text>And in the page:</Text>
          <Snippet code={snippets.pageWithServer({ embedUrl })} label="Page" />
          <Policy embedUrl={embedUrl} />
        </Way>
      </Tabs.Panel>
    </Tabs>
  );
}

function Way({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Stack gap="md">
      <Text maw={640}>{text}</Text>
      {children}
    </Stack>
  );
}

function Policy({ embedUrl }: { embedUrl: string }) {
  return (
    <Stack gap="xs">
      <Title order={3}>If the website has a Content-Security-Policy</Title>
      <Text c="dimmed" maw={640}>
        Add this origin to these directives. Nothing more is needed, and nothing is loaded from anywhere else.
      </Text>
      <Snippet code={snippets.hostPolicy({ embedUrl })} label="Content-Security-Policy" />
    </Stack>
  );
}
