import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Sparkles } from 'lucide-react';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import type { paths } from '../../api/schema.gen.ts';
import { useMay } from '../../session/session.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SuggestedTheme } from './suggested-theme.tsx';
import type { Theme } from './theme-draft.ts';

type Operation = paths['/v1/theme-suggestions']['post'];
type Suggestions = Operation['responses']['200']['content']['application/json'];

type RefineThemeProps = Pick<Suggestions, 'palette' | 'refinement'> & { onUse: (theme: Theme) => void };

/** A model chooses among the colors that were found. What was suggested without one stays, whatever comes of it. */
export function RefineTheme({ palette, refinement, onUse }: RefineThemeProps) {
  const hintId = useId();
  const [wish, setWish] = useState('');
  const refine = useMutation({
    mutationFn: async () => {
      const body = { colors: palette, ...(wish.trim() === '' ? {} : { wish: wish.trim() }) };
      return answerOf(api.POST('/v1/theme-suggestions/refine', { body }));
    },
  });
  const isOffered = refinement !== null;

  function ask(): void {
    if (isOffered && !refine.isPending) refine.mutate();
  }

  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="xs">
        <TextInput
          label="Wish"
          description="Optional, for example “calmer” or “on dark”."
          value={wish}
          maxLength={300}
          onChange={({ currentTarget: { value } }) => setWish(value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            // It stands in the form that saves the theme.
            event.preventDefault();
            ask();
          }}
          disabled={!isOffered}
          flex="1 1 220px"
        />
        <Button
          variant="default"
          leftSection={<Sparkles size={16} aria-hidden />}
          onClick={ask}
          disabled={!isOffered}
          loading={refine.isPending}
          aria-describedby={hintId}
        >
          Refine with AI
        </Button>
      </Group>
      <Text size="sm" c="dimmed" id={hintId}>
        {isOffered ? (
          'A model of your own provider chooses among the colors that were found. Only these and your wish are sent.'
        ) : (
          <NoKey />
        )}
      </Text>
      <div role="status">
        {refine.data !== undefined && (
          <SuggestedTheme suggestion={refine.data} reason={refine.data.reason} onUse={onUse} />
        )}
      </div>
      {refine.error !== null && <ErrorNotice error={refine.error} onRetry={ask} />}
    </Stack>
  );
}

function NoKey() {
  const mayAdd = useMay()('provider-keys:write');
  if (!mayAdd) return 'There is no active AI provider key. An admin adds one under Developers > Provider keys.';
  return (
    <>
      There is no active AI provider key.{' '}
      <Anchor component={Link} to="/developers/provider-keys" underline="always" inherit>
        Add one under Provider keys
      </Anchor>
      , then suggest again.
    </>
  );
}
