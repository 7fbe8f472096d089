import { Stack, Text } from '@mantine/core';
import type { AppUses } from './queries.ts';

/** What stops working with an app, by name. */
export function UsesText({ uses }: { uses: AppUses }) {
  const { surfaces, embedTokens } = uses;
  if (surfaces.count + embedTokens.count === 0) {
    return <Text>No surface and no embed token uses it. It is gone for good, with its versions.</Text>;
  }
  return (
    <Stack gap="xs">
      <Text>It stops working on the next request, for good, in:</Text>
      <ul style={{ margin: 0, paddingLeft: 20 }}>
        {surfaces.some.map(({ id, name, workspaceName }) => (
          <li key={id}>
            the surface “{name}” of {workspaceName}
          </li>
        ))}
        {surfaces.count > surfaces.some.length && <li>{surfaces.count - surfaces.some.length} more surfaces</li>}
        {embedTokens.some.map(({ id, name, workspaceName }) => (
          <li key={id}>
            the embed token {name === '' ? <code>{id}</code> : `“${name}”`} of {workspaceName}
          </li>
        ))}
        {embedTokens.count > embedTokens.some.length && (
          <li>{embedTokens.count - embedTokens.some.length} more embed tokens</li>
        )}
      </ul>
    </Stack>
  );
}
