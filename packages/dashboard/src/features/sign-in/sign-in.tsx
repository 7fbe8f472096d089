import { Alert, Anchor, Button, Divider, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { answerOf, api, ApiError } from '../../api/client.ts';
import { sessionKey } from '../../session/session.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SignInCard } from './card.tsx';
import { localPath } from './local-path.ts';

/** `/sign-in`: with an owner key, which is exchanged and not kept, or through the identity provider. */
export function Component() {
  const [search] = useSearchParams();
  const returnTo = localPath(search.get('returnTo'));
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [ownerKey, setOwnerKey] = useState('');
  const options = useQuery({ queryKey: ['sign-in'], queryFn: async () => answerOf(api.GET('/v1/sign-in')) });

  const signIn = useMutation({
    mutationFn: async (key: string) => answerOf(api.POST('/v1/dashboard-sessions', { body: { ownerKey: key } })),
    async onSuccess(session) {
      // Nothing that one person has loaded is for the next.
      queries.removeQueries({ type: 'inactive' });
      queries.setQueryData(sessionKey, session);
      await navigate(returnTo, { replace: true });
    },
  });

  return (
    <SignInCard title="Sign in to Microapp">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate(ownerKey.trim());
        }}
      >
        <Stack>
          {signIn.error !== null && <ErrorNotice error={inWordsOfKeys(signIn.error)} />}
          <PasswordInput
            label="Owner key"
            description="It starts with mk_. The first start printed it on the terminal, or wrote it to the file owner-key in the data folder."
            value={ownerKey}
            onChange={(event) => setOwnerKey(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            required
            autoFocus
            visibilityToggleButtonProps={{ 'aria-label': 'Show the key', tabIndex: 0 }}
          />
          <Button type="submit" loading={signIn.isPending} disabled={ownerKey.trim() === ''}>
            Sign in
          </Button>
          <Text size="xs" c="dimmed">
            The key is exchanged for a session of this browser and is not kept here.
          </Text>
        </Stack>
      </form>
      {options.data?.identityProvider === true && (
        <Stack>
          <Divider label="or" />
          <Button component="a" variant="default" href={`/sign-in/oidc?returnTo=${encodeURIComponent(returnTo)}`}>
            Continue with your identity provider
          </Button>
        </Stack>
      )}
      {options.error !== null && (
        <Alert variant="default">
          <Text>
            The server cannot be reached.{' '}
            <Anchor component="button" type="button" underline="always" onClick={() => void options.refetch()}>
              Try again
            </Anchor>
          </Text>
        </Alert>
      )}
    </SignInCard>
  );
}

/** The server tells strangers nothing of a credential; whoever stands here has an owner key, and wants to know what of it to check. */
function inWordsOfKeys(error: Error): Error {
  if (!(error instanceof ApiError) || error.code !== 'invalid_token') return error;
  const { status, code, requestId } = error;
  return new ApiError(status, {
    code,
    error: 'This owner key does not work.',
    hint: 'Copy the whole key, from mk_ to its end. A key that was rotated or revoked does not come back: use another one.',
    ...(requestId !== undefined && { requestId }),
  });
}
