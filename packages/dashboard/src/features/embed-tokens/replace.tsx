import { Alert, Button, Code, Group, Modal, Stack, Stepper, Text } from '@mantine/core';
import { useState } from 'react';
import { nowMs } from '../../browser-clock.ts';
import { useSession } from '../../session/session.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { notifyOfSuccess } from '../../ui/notify-of-success.ts';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { Time } from '../../ui/time.tsx';
import type { Workspace } from '../workspaces/queries.ts';
import { nameOf, useEmbedTokenActions, type EmbedToken, type EmbedTokenWithSecret } from './queries.ts';
import { secretOf } from './secret-of.tsx';
import { TokenTest } from './test-token.tsx';

/**
 * Rotation without a gap, in four steps: a new token like the old one, the embed code, a test, and the end of the old one.
 * Both work until the last step. Closing half-way leaves both: the list shows them.
 */
export function Replace({
  token,
  workspace,
  onClose,
}: {
  token: EmbedToken;
  workspace: Workspace;
  onClose: () => void;
}) {
  const { embedUrl } = useSession();
  const { create, revoke } = useEmbedTokenActions(workspace.id);
  const [step, setStep] = useState(0);
  const [made, setMade] = useState<EmbedToken>();
  const [shown, setShown] = useState<EmbedTokenWithSecret>();

  function generate(): void {
    const { label, apps, permissions, use, expiresAt, allowedOrigins } = token;
    create.mutate(
      {
        apps,
        permissions,
        use,
        ...(label !== null && { label }),
        ...(expiresAt !== null && { expiresAt: expiryOfReplacement(token, expiresAt) }),
        ...(allowedOrigins !== null && { allowedOrigins }),
      },
      {
        onSuccess(answer) {
          const { token: _secret, ...known } = answer;
          setMade({ ...known, originsSeen: [] });
          setShown(answer);
        },
      },
    );
  }

  return (
    <>
      <Modal
        opened={shown === undefined}
        onClose={() => create.isPending || onClose()}
        title={`Replace ${nameOf(token)}`}
        size="lg"
      >
        <Stack>
          <Stepper active={step} size="xs" orientation="vertical" allowNextStepsSelect={false}>
            <Stepper.Step label="Generate new token" description="A replacement with the same apps and permissions.">
              <Stack align="flex-start">
                <Text>Both tokens work until you revoke the old one.</Text>
                {create.error !== null && <ErrorNotice error={create.error} />}
                <Button onClick={generate} loading={create.isPending}>
                  Generate new token
                </Button>
              </Stack>
            </Stepper.Step>
            <Stepper.Step label="Update embed code" description="Put the new token wherever the old one is.">
              <Stack align="flex-start">
                <UsedOn token={token} />
                <Button onClick={() => setStep(2)}>I have updated the embed code</Button>
              </Stack>
            </Stepper.Step>
            <Stepper.Step label="Test new token" description="See that it works where it is used.">
              {made !== undefined && (
                <Stack>
                  <TokenTest token={{ ...made, originsSeen: token.originsSeen }} />
                  <Group>
                    <Button variant="default" onClick={() => setStep(3)}>
                      Go on
                    </Button>
                  </Group>
                </Stack>
              )}
            </Stepper.Step>
            <Stepper.Step label="Revoke old token" description="Once nothing uses it any more.">
              <Stack align="flex-start">
                <Text>
                  {nameOf(token)} (<Code>{token.id}</Code>) was last used <Time at={token.lastUsedAt} />. Once it is
                  revoked, whatever still uses it stops working on the next request.
                </Text>
                {revoke.error !== null && <ErrorNotice error={revoke.error} />}
                <Button
                  color="red"
                  loading={revoke.isPending}
                  onClick={() =>
                    revoke.mutate([token.id], {
                      onSuccess() {
                        notifyOfSuccess('The old token is revoked.');
                        onClose();
                      },
                    })
                  }
                >
                  Revoke old token
                </Button>
              </Stack>
            </Stepper.Step>
          </Stepper>
          {made !== undefined && step < 3 && (
            <Alert variant="default">
              You can close this and come back: both tokens stand in the list until you revoke one.
            </Alert>
          )}
        </Stack>
      </Modal>
      <SecretOnce
        shown={shown && secretOf(shown, { customer: workspace.name, embedUrl })}
        onStored={() => {
          setShown(undefined);
          create.reset();
          setStep(1);
        }}
      />
    </>
  );
}

/** That of the old one; where it has passed already, as long again as the old one had. */
function expiryOfReplacement({ createdAt }: EmbedToken, expiresAt: string): string {
  const expiresMs = Date.parse(expiresAt);
  if (expiresMs > nowMs()) return expiresAt;
  return new Date(nowMs() + expiresMs - Date.parse(createdAt)).toISOString();
}

function UsedOn({ token: { originsSeen } }: { token: EmbedToken }) {
  if (originsSeen.length === 0) return <Text>No page has used the old token yet, as far as we have seen.</Text>;
  return (
    <>
      <Text>The old token was seen on:</Text>
      <ul style={{ margin: 0, paddingLeft: 20 }}>
        {originsSeen.map(({ origin, lastSeenAt }) => (
          <li key={origin}>
            {origin}, <Time at={lastSeenAt} />
          </li>
        ))}
      </ul>
    </>
  );
}
