import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useBlocker } from 'react-router';
import { CopyButton } from './copy-button.tsx';
import classes from './secret-once.module.css';

export type ShownSecret = {
  /** `Embed token of Ridge & Rope` */
  title: string;
  secret: string;
  /** Where it belongs, and where never. */
  advice: ReactNode;
  /** A snippet that uses it, for instance. */
  more?: ReactNode;
};

/**
 * The only place that shows a secret, in the only moment that there is one. It closes by its button alone: a click beside
 * it or Escape would lose what cannot be shown again.
 */
export function SecretOnce({ shown, onStored }: { shown: ShownSecret | undefined; onStored: () => void }) {
  return (
    <Modal
      opened={shown !== undefined}
      onClose={onStored}
      title={shown?.title}
      size="lg"
      withCloseButton={false}
      closeOnEscape={false}
    >
      {shown !== undefined && (
        <Stack>
          <StayUntilStored />
          <Text>This is shown once. Copy it now: nobody can show it again, only make a new one.</Text>
          <Group gap="xs" align="stretch" wrap="nowrap">
            <code className={classes['secret']} tabIndex={0} aria-label="The secret">
              {shown.secret}
            </code>
            <CopyButton text={shown.secret} size="sm" h="auto" data-autofocus />
          </Group>
          <Text c="dimmed" component="div">
            {shown.advice}
          </Text>
          {shown.more}
          <Group justify="flex-end">
            <Button onClick={onStored}>I have stored it</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

/** The back button would lose the secret as well as Escape does, and closing the window asks first. */
function StayUntilStored() {
  const blocker = useBlocker(true);
  useEffect(() => {
    if (blocker.state === 'blocked') blocker.reset();
  }, [blocker]);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, []);
  return undefined;
}
