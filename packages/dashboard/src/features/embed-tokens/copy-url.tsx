import { Button, Group, Modal, Stack } from '@mantine/core';
import { EmbedUrl } from './embed-url.tsx';
import { nameOf, type EmbedToken } from './queries.ts';

/** Copy URL: an address for an iframe, and the iframe around it. */
export function CopyUrl({ token, onClose }: { token: EmbedToken; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={`Embed URL of ${nameOf(token)}`} size="lg">
      <Stack>
        <EmbedUrl token={token} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
