import type { ThemeSuggestion } from '@microapp/contract';
import { Button, Card, ColorSwatch, Group, Stack, Text } from '@mantine/core';
import type { Theme } from './theme-draft.ts';

const swatches = ['accent', 'bg', 'surface', 'text'] as const;

type SuggestedThemeProps = {
  suggestion: ThemeSuggestion;
  /** What speaks for it, where somebody said so. */
  reason?: string;
  onUse: (theme: Theme) => void;
};

/** A theme to be looked at, and taken over by one click. */
export function SuggestedTheme({ suggestion: { name, theme, contrast }, reason, onUse }: SuggestedThemeProps) {
  const least = Math.min(...contrast.map(({ ratio }) => ratio));
  return (
    <Card padding="sm">
      {/* A model may write words without a space. */}
      <Stack gap="xs" align="flex-start" style={{ overflowWrap: 'anywhere' }}>
        <Text fw={600}>{name}</Text>
        <Group gap={6}>
          {swatches.map((token) => (
            <ColorSwatch key={token} color={theme[token] ?? '#ffffff'} size={24} aria-hidden />
          ))}
        </Group>
        {reason !== undefined && <Text size="sm">{reason}</Text>}
        <Text size="xs" c="dimmed">
          {theme['accent']} · contrast {least.toFixed(1)}:1 or more
        </Text>
        <Button size="xs" variant="default" onClick={() => onUse(theme)} aria-label={`Use ${name}`}>
          Use
        </Button>
      </Stack>
    </Card>
  );
}
