import { Alert, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import { nameOf, type EmbedToken } from './queries.ts';

/** Asks the server whether the token would work on a page, and lists every reason why not. */
export function TestToken({ token, onClose }: { token: EmbedToken; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={`Test ${nameOf(token)}`}>
      <TokenTest token={token} />
    </Modal>
  );
}

export function TokenTest({ token, onWorks }: { token: EmbedToken; onWorks?: () => void }) {
  const [origin, setOrigin] = useState(token.originsSeen[0]?.origin ?? '');
  const [app, setApp] = useState(token.apps[0] ?? null);
  const test = useMutation({
    mutationFn: async () =>
      answerOf(
        api.POST('/v1/embed-tokens/{id}/test', {
          params: { path: { id: token.id } },
          body: { origin: origin.trim(), ...(app !== null && { app }) },
        }),
      ),
    onSuccess: ({ works }) => works && onWorks?.(),
  });
  const result = test.data;
  const found = test.error === null ? undefined : issuesByField(test.error, ['origin']);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        test.mutate();
      }}
    >
      <Stack>
        <TextInput
          label="Origin of the page"
          description="As the browser names it, such as https://www.example.com."
          placeholder="https://www.example.com"
          required
          value={origin}
          onChange={({ currentTarget: { value } }) => setOrigin(value)}
          error={found?.fields['origin']}
          data-autofocus
        />
        {token.apps.length > 1 && (
          <Select label="App" data={token.apps} value={app} onChange={setApp} allowDeselect={false} />
        )}
        {found?.rest !== undefined && <ErrorNotice error={found.rest} />}
        <div role="status">
          {result?.works === true && (
            <Alert variant="default" icon={<CircleCheck size={20} color="var(--app-good)" aria-hidden />}>
              It works there.
            </Alert>
          )}
          {result?.works === false && (
            <Alert
              variant="default"
              title="It does not work there"
              icon={<CircleX size={20} color="var(--app-bad)" aria-hidden />}
            >
              <Stack gap="xs">
                {result.reasons.map(({ code, message, hint }) => (
                  <div key={code}>
                    <Text fw={600}>{message}</Text>
                    <Text c="dimmed">{hint}</Text>
                  </div>
                ))}
              </Stack>
            </Alert>
          )}
        </div>
        <Group justify="flex-end">
          <Button type="submit" loading={test.isPending}>
            Test
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
