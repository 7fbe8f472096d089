import { Button, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import { sessionKey } from '../../session/session.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SignInCard } from './card.tsx';

/** `/join#link=…`: signs in by the one-time link that an admin has made. */
export function Component() {
  const [link] = useState(takeLink);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const join = useMutation({
    mutationFn: async (secret: string) => answerOf(api.POST('/v1/dashboard-sessions/join', { body: { link: secret } })),
    async onSuccess(session) {
      // Nothing that one person has loaded is for the next.
      queries.removeQueries({ type: 'inactive' });
      queries.setQueryData(sessionKey, session);
      await navigate('/', { replace: true });
    },
  });

  if (link === undefined) {
    return (
      <SignInCard title="This link is not complete">
        <Text>Open the whole link from the message, or ask an admin for a new one.</Text>
      </SignInCard>
    );
  }
  return (
    <SignInCard title="Join the team">
      <Stack>
        {join.error === null ? (
          <Text>The link works once. It signs this browser in.</Text>
        ) : (
          <ErrorNotice error={join.error} />
        )}
        {/* A click, because mail programs open links to look at them. */}
        <Button onClick={() => join.mutate(link)} loading={join.isPending}>
          Sign in
        </Button>
      </Stack>
    </SignInCard>
  );
}

/** Out of the address first thing: it must not stay in the history. */
function takeLink(): string | undefined {
  const link = new URLSearchParams(window.location.hash.slice(1)).get('link');
  window.history.replaceState(window.history.state, '', window.location.pathname);
  return link === null || link === '' ? undefined : link;
}
