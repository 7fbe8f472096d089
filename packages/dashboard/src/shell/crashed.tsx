import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { useRouteError } from 'react-router';

/** In the place of a screen that failed: its own fault, or a file that the next release has replaced. */
export function Crashed() {
  const error = useRouteError();
  return (
    <Center mih="60vh" p="lg">
      <Stack maw={480} role="alert">
        <Title order={1}>This screen failed</Title>
        <Text>
          The server may be out of reach, or a newer release has replaced what was open here. Nothing that was saved is
          lost. Load it again; if it stays, the browser’s console has the details for a report.
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {error instanceof Error ? error.message : String(error)}
        </Text>
        <Button w="fit-content" onClick={() => window.location.reload()}>
          Load again
        </Button>
      </Stack>
    </Center>
  );
}
