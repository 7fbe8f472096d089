import { Group, Text } from '@mantine/core';

export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

const toneOfStatus: Readonly<Record<string, Tone>> = {
  active: 'good',
  live: 'good',
  ok: 'good',
  production: 'good',
  running: 'warn',
  expired: 'warn',
  development: 'warn',
  failed: 'bad',
  revoked: 'bad',
  disabled: 'bad',
};

/** A state as a word with a dot, never by color alone. */
export function Status({ status, tone = toneOfStatus[status] ?? 'quiet' }: { status: string; tone?: Tone }) {
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex">
      <span
        aria-hidden
        style={{ width: 8, height: 8, flex: 'none', borderRadius: '50%', background: `var(--app-${tone})` }}
      />
      <Text span inherit style={{ whiteSpace: 'nowrap' }}>
        {status.charAt(0).toUpperCase() + status.slice(1)}
      </Text>
    </Group>
  );
}
