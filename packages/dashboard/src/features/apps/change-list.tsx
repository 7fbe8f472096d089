import { Text } from '@mantine/core';
import type { Change } from './kinds/app-kind.ts';

/** What differs between two specs, one line each. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return <Text c="dimmed">Nothing: they are the same.</Text>;
  return (
    <ul style={{ margin: 0, paddingLeft: 20 }}>
      {changes.map(({ subject, text }) => (
        <li key={`${subject} ${text}`} style={{ overflowWrap: 'anywhere' }}>
          <Text span fw={600} inherit>
            {subject}
          </Text>{' '}
          {text}
        </li>
      ))}
    </ul>
  );
}
