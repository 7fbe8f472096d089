import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Says what the thing is for, and gives the one next step. */
export function EmptyState({ title, text, action }: { title: string; text: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py={40} px="md" ta="center">
      <Title order={2}>{title}</Title>
      <Text c="dimmed" maw={440}>
        {text}
      </Text>
      {action !== undefined && <div style={{ marginTop: 12 }}>{action}</div>}
    </Stack>
  );
}
