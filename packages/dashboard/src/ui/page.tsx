import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

type PageProps = {
  title: string;
  /** One sentence on what the screen is for. */
  description?: ReactNode;
  /** The list that this is one of. */
  parent?: { to: string; label: string };
  /** Beside the title: the one thing that is done most, first. */
  actions?: ReactNode;
  /** Beside the title's text: a status, an id. */
  badge?: ReactNode;
  children: ReactNode;
};

/** A screen: where one is, what it is for, what can be done. */
export function Page({ title, description, parent, actions, badge, children }: PageProps) {
  useDocumentTitle(`${title} · Microapp`);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} miw={0}>
          {parent !== undefined && (
            <Anchor component={Link} to={parent.to} size="sm" c="dimmed" w="fit-content">
              {parent.label}
            </Anchor>
          )}
          <Group gap="sm">
            <Title order={1} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {badge}
          </Group>
          {description !== undefined && (
            <Text c="dimmed" maw={640}>
              {description}
            </Text>
          )}
        </Stack>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
