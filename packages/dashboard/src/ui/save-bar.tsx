import { Button, Group, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { useConfirm } from './confirm.tsx';
import { useReportDirty } from './keep-edits.tsx';

type SaveBarProps = { isDirty: boolean; isSaving: boolean; onDiscard: () => void; label?: string };

/**
 * The end of a form whose changes have no effect until they are saved, which it says. Leaving with unsaved changes asks
 * first: within the dashboard by our own words, beyond it by the browser's.
 */
export function SaveBar({ isDirty, isSaving, onDiscard, label = 'Save' }: SaveBarProps) {
  const { confirm } = useConfirm();
  const report = useReportDirty();
  useEffect(() => {
    report(isDirty);
    return () => report(false);
  }, [isDirty, report]);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isDirty && !isSaving && currentLocation.pathname !== nextLocation.pathname,
  );

  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    void confirm({
      title: 'Leave without saving?',
      text: 'What you changed here is lost.',
      verb: 'Leave',
    }).then((isSure) => (isSure ? blocker.proceed() : blocker.reset()));
  }, [blocker, confirm]);

  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isDirty]);

  return (
    <Group gap="sm">
      <Button type="submit" loading={isSaving} disabled={!isDirty}>
        {label}
      </Button>
      {isDirty && (
        <Button variant="default" onClick={onDiscard} disabled={isSaving}>
          Discard changes
        </Button>
      )}
      <Text c="dimmed" size="sm" role="status">
        {isDirty ? 'Not saved yet: your changes have no effect.' : ''}
      </Text>
    </Group>
  );
}
