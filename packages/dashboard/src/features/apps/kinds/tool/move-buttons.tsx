import { ActionIcon, Group } from '@mantine/core';
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';

type MoveButtonsProps = {
  /** Names what is moved. */
  of: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
};

/** The order of a list, by buttons, for whoever does not drag. */
export function MoveButtons({ of, isFirst, isLast, onMove, onRemove }: MoveButtonsProps) {
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        // Not `disabled`, which would take the focus away from whoever moves something to the top.
        {...(isFirst && { 'data-disabled': true })}
        aria-disabled={isFirst}
        onClick={() => !isFirst && onMove(-1)}
        aria-label={`Move ${of} up`}
      >
        <ArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        {...(isLast && { 'data-disabled': true })}
        aria-disabled={isLast}
        onClick={() => !isLast && onMove(1)}
        aria-label={`Move ${of} down`}
      >
        <ArrowDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" size="lg" onClick={onRemove} aria-label={`Remove ${of}`}>
        <Trash2 size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
