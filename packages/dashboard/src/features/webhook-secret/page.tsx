import { Button, Card, Code, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { useMay } from '../../session/session.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { ErrorNotice, notifyOfError } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { Time } from '../../ui/time.tsx';

/** `/developers/webhook-secret`: what calls to the owner's own endpoints are signed with. */
export function Component() {
  const mayChange = useMay()('webhook-secret:write');
  const { confirm } = useConfirm();
  const queries = useQueryClient();
  const [fresh, setFresh] = useState<string>();
  const secret = useQuery({
    queryKey: ['webhook-secret'],
    queryFn: async () => answerOf(api.GET('/v1/webhook-secret')),
  });
  const rotate = useMutation({
    mutationFn: async () => answerOf(api.POST('/v1/webhook-secret/rotate')),
    onSuccess: (answer) => setFresh(answer.secret),
    onError: notifyOfError,
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhook-secret'] }),
  });

  async function ask(): Promise<void> {
    const isSure =
      secret.data?.version === null ||
      (await confirm({
        title: 'Rotate the webhook secret?',
        text: 'Calls are signed with the new one from the next run. Endpoints that check with the old one refuse them until they know it.',
        verb: 'Rotate',
      }));
    if (isSure) rotate.mutate();
  }

  return (
    <Page
      title="Webhook secret"
      description="HTTP steps sign their calls by the Standard Webhooks scheme, so that your endpoints know that it is us."
    >
      {secret.error !== null && <ErrorNotice error={secret.error} onRetry={() => void secret.refetch()} />}
      {secret.data === undefined && secret.error === null && <Skeleton height={120} maw={560} />}
      {secret.data !== undefined && (
        <Card maw={560}>
          <Stack>
            {secret.data.version === null ? (
              <Text>
                There is none yet. It is made with the first call, or now, so that your endpoint can check it.
              </Text>
            ) : (
              <Text>
                The secret that ends in <Code>{secret.data.secretLast4}</Code>, made <Time at={secret.data.createdAt} />
                .
              </Text>
            )}
            {mayChange && (
              <Group>
                <Button variant="default" onClick={() => void ask()} loading={rotate.isPending}>
                  {secret.data.version === null ? 'Make the secret' : 'Rotate'}
                </Button>
              </Group>
            )}
          </Stack>
        </Card>
      )}
      <SecretOnce
        shown={
          fresh === undefined
            ? undefined
            : {
                title: 'Webhook secret',
                secret: fresh,
                advice:
                  'In the settings of your endpoints, which check signatures with it by any Standard Webhooks library.',
              }
        }
        onStored={() => {
          setFresh(undefined);
          rotate.reset();
        }}
      />
    </Page>
  );
}
