import { Button, Group, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useReportDirty } from './keep-edits.tsx';
import { useLeaveGuard } from './use-leave-guard.ts';

type SaveBarProps = { isDirty: boolean; isSaving: boolean; onDiscard: () => void; label?: string };

/** The end of a form whose changes have no effect until they are saved, which it says. Leaving with them asks first. */
export function SaveBar({ isDirty, isSaving, onDiscard, label = 'Save' }: SaveBarProps) {
  const report = useReportDirty();
  useEffect(() => {
    report(isDirty);
    return () => report(false);
  }, [isDirty, report]);
  useLeaveGuard(isDirty, isSaving);

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
