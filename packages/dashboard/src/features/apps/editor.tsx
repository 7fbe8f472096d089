import { Stack, Text } from '@mantine/core';
import { useMay } from '../../session/session.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import { useShownApp } from './app.tsx';
import { nameOfKind, screensOf } from './kinds/app-kinds.ts';

/** `/apps/:slug`: the editor that the app's kind brings. */
export function Component() {
  const app = useShownApp();
  const mayChange = useMay()('apps:write');
  const Editor = screensOf(app.kind)?.Editor;
  if (Editor !== undefined) return <Editor app={app} mayChange={mayChange} />;
  return (
    <Stack>
      <Text>A {nameOfKind(app.kind).toLowerCase()} is edited through the API for now. This is its draft.</Text>
      <Snippet label="Draft" code={JSON.stringify(app.spec, null, 2)} />
    </Stack>
  );
}
