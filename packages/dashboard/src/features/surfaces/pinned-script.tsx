import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import { pinnedScriptTag } from './snippets.ts';

/** The script under a version of its own, with the value that browsers check it by. */
export function PinnedScript({ clientToken }: { clientToken: string }) {
  const releases = useQuery({
    queryKey: ['embed', 'releases'],
    queryFn: async () => (await answerOf(api.GET('/v1/embed/releases'))).data,
    staleTime: Infinity,
  });
  if (releases.error !== null) return <ErrorNotice error={releases.error} onRetry={() => void releases.refetch()} />;
  // The latest comes first.
  const latest = releases.data?.at(0);
  if (latest === undefined) return undefined;
  return (
    <Stack gap="xs">
      <Title order={3}>If the website pins what it loads</Title>
      <Text c="dimmed" maw={640}>
        Version {latest.version} never changes, and the browser checks it by its SRI value. Fixes arrive only when
        somebody changes the line; the line above gets them by itself.
      </Text>
      <Snippet code={pinnedScriptTag(latest, clientToken)} label="Script tag with a pinned version" />
    </Stack>
  );
}
