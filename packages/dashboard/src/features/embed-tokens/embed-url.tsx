import { Alert, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import { Time } from '../../ui/time.tsx';
import type { EmbedToken } from './queries.ts';
import { iframeSnippet } from './snippets.ts';

/**
 * A fresh address for an iframe, made when this is shown, which holds a token of its own and dies with this one. It goes
 * to the clipboard at once where the browser lets it. `apps` are those to choose from; the token has others, perhaps.
 */
export function EmbedUrl({ token, apps = token.apps }: { token: EmbedToken; apps?: readonly string[] }) {
  const [app, setApp] = useState(apps.length === 1 ? apps[0] : undefined);
  const [isCopied, setCopied] = useState(false);
  const make = useMutation({
    mutationFn: async (slug: string) =>
      answerOf(api.POST('/v1/embed-tokens/{id}/url', { params: { path: { id: token.id } }, body: { app: slug } })),
    async onSuccess({ url }) {
      setCopied(
        await navigator.clipboard.writeText(url).then(
          () => true,
          // Not every browser lets a page write after it has waited; the button below does it.
          () => false,
        ),
      );
    },
  });
  const { mutate } = make;
  useEffect(() => {
    if (app !== undefined) mutate(app);
  }, [app, mutate]);

  return (
    <Stack>
      {apps.length > 1 && (
        <Select
          label="App"
          placeholder="Choose the app to embed"
          data={apps}
          value={app ?? null}
          onChange={(slug) => setApp(slug ?? undefined)}
          allowDeselect={false}
          // One address at a time: the answer for another app could come last and stand under this one's name.
          disabled={make.isPending}
        />
      )}
      {make.error !== null && (
        <ErrorNotice error={make.error} {...(app !== undefined && { onRetry: () => make.mutate(app) })} />
      )}
      {make.isPending && <Text c="dimmed">Making the address …</Text>}
      {make.data !== undefined && (
        <>
          <Group justify="space-between">
            <Text role="status" fw={600}>
              {isCopied ? 'The URL is copied.' : 'The URL is ready.'}
            </Text>
            <CopyButton text={make.data.url} label={isCopied ? 'Copy again' : 'Copy URL'} />
          </Group>
          <Snippet label="Iframe" code={iframeSnippet(make.data.url, token.label ?? app ?? 'Microapp')} />
          <Text c="dimmed">
            It expires <Time at={make.data.expiresAt} />
            {token.expiresAt === null ? '' : ', with the token'}. Revoking or rotating the token ends it at once. Pages
            on other sites than the allowed origins cannot show it.
          </Text>
          <Alert variant="default">
            Paste it only into the page or system that shows it. Addresses end up in histories and logs; if this one was
            shared beyond its place, revoke the token.
          </Alert>
        </>
      )}
    </Stack>
  );
}
