import { Button, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, LogOut, Monitor, Moon, Sun, UserX } from 'lucide-react';
import { useNavigate } from 'react-router';
import { answerOf, api } from '../api/client.ts';
import { useSession } from '../session/session.tsx';
import { useConfirm } from '../ui/confirm.tsx';
import { notifyOfError } from '../ui/error-notice.tsx';
import { notifyOfSuccess } from '../ui/notify-of-success.ts';

const schemes = [
  { value: 'auto', label: 'Like the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
] as const;

/** Who is signed in, in which role, and the way out. */
export function AccountMenu() {
  const { me, owner, person } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { confirm } = useConfirm();
  const queries = useQueryClient();
  const navigate = useNavigate();

  const signOut = useMutation({
    mutationFn: async (from: 'here' | 'everywhere') =>
      from === 'here'
        ? answerOf(api.DELETE('/v1/dashboard-sessions/current'))
        : answerOf(api.DELETE('/v1/dashboard-sessions')),
    async onSuccess() {
      // Nothing that one person has loaded is for the next.
      queries.clear();
      await navigate('/sign-in', { replace: true });
      notifyOfSuccess('Signed out.');
    },
    onError: notifyOfError,
  });

  async function signOutEverywhere(): Promise<void> {
    const isSure = await confirm({
      title: 'Sign out everywhere?',
      text: 'Every browser that is signed in as you is signed out on its next request, this one too.',
      verb: 'Sign out everywhere',
    });
    if (isSure) signOut.mutate('everywhere');
  }

  return (
    <Menu width={240}>
      <Menu.Target>
        <Button variant="subtle" color="gray" c="inherit" rightSection={<ChevronDown size={16} aria-hidden />}>
          <Text span truncate maw={160}>
            {person?.name ?? owner.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {owner.name} · {me.role}
          {me.class === 'owner_key' ? ' · owner key' : ''}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        {schemes.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => setColorScheme(value)}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            fw={colorScheme === value ? 600 : undefined}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => signOut.mutate('here')}>
          Sign out
        </Menu.Item>
        <Menu.Item leftSection={<UserX size={16} aria-hidden />} onClick={() => void signOutEverywhere()}>
          Sign out everywhere
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
