import { Card, Center, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Mark } from '../../shell/mark.tsx';

/** What stands around the ways in. */
export function SignInCard({ title, children }: { title: string; children: ReactNode }) {
  useDocumentTitle(`${title} · Microapp`);
  return (
    <Center mih="100dvh" p="md" component="main">
      <Card w="100%" maw={420}>
        <Stack>
          <Group gap="xs">
            <Mark />
            <Text fw={600}>Microapp</Text>
          </Group>
          <Title order={1}>{title}</Title>
          {children}
        </Stack>
      </Card>
    </Center>
  );
}
