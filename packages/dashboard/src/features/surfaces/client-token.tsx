import { Button, Card, Code, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useSession } from '../../session/session.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { notifyOfError } from '../../ui/error-notice.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import { useSurfaceActions, type Surface } from './queries.ts';
import { scriptTag } from './snippets.ts';
import { useMayChange } from './surface.tsx';

/** The surface's public token, and the way to another one. */
export function ClientToken({ surface }: { surface: Surface }) {
  const { embedUrl } = useSession();
  const mayChange = useMayChange();
  const { rotate } = useSurfaceActions(surface.id);
  const { confirm } = useConfirm();
  const [isRotated, setRotated] = useState(false);

  async function rotateToken(): Promise<void> {
    const isSure = await confirm({
      title: `Rotate the client token of “${surface.name}”?`,
      text: 'The old token stops working on the next request, in every open widget, too. The website shows nothing until it has the new snippet.',
      verb: 'Rotate Token',
    });
    if (!isSure) return;
    rotate.mutate(undefined, { onSuccess: () => setRotated(true), onError: notifyOfError });
  }

  return (
    <Card component="section" aria-labelledby="client-token">
      <Stack gap="sm">
        <Title order={2} id="client-token">
          Client token
        </Title>
        <Text c="dimmed" maw={640}>
          It is public and safe to show: the snippet carries it, and nobody has to handle it by hand. Rotate it when
          somebody misuses it.
        </Text>
        <Group gap="xs">
          <Code style={{ overflowWrap: 'anywhere' }}>{surface.clientToken}</Code>
          <CopyButton text={surface.clientToken} label="Copy token" />
        </Group>
        {mayChange && (
          <Button
            variant="default"
            c="var(--app-bad)"
            w="fit-content"
            onClick={() => void rotateToken()}
            loading={rotate.isPending}
          >
            Rotate Token
          </Button>
        )}
      </Stack>
      <Modal
        opened={isRotated}
        onClose={() => setRotated(false)}
        title="The token is rotated"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text>
            The old token has stopped working. Replace the line in the website with this one; it stays here, under
            Embed.
          </Text>
          <Snippet code={scriptTag({ embedUrl, clientToken: surface.clientToken })} label="New script tag" />
          <Group justify="flex-end">
            <Button onClick={() => setRotated(false)} data-autofocus>
              Done
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Card>
  );
}
