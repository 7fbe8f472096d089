import { ActionIcon, Menu } from '@mantine/core';
import { Ellipsis, type LucideIcon } from 'lucide-react';

export type RowAction = {
  label: string;
  icon: LucideIcon;
  onClick: () => void;
  isDestructive?: true;
  disabled?: boolean;
};

/** What can be done with one row, at its end. `of` names the row. */
export function RowMenu({ of, actions }: { of: string; actions: readonly RowAction[] }) {
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions for ${of}`}>
          <Ellipsis size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ label, icon: Icon, onClick, isDestructive, disabled }) => (
          <Menu.Item
            key={label}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={onClick}
            disabled={disabled ?? false}
            {...(isDestructive && { color: 'red', c: 'var(--app-bad)' })}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
