import type { AppKind } from '../queries.ts';
import type { AppKindScreens } from './app-kind.ts';
import { tool } from './tool/tool.ts';

/** The kinds that can be made and edited here. */
export const appKinds: readonly AppKindScreens[] = [tool];

export function screensOf(kind: AppKind): AppKindScreens | undefined {
  return appKinds.find((screens) => screens.kind === kind);
}

const names: Readonly<Record<AppKind, string>> = {
  tool: 'Tool',
  chat: 'Chat',
  lead_form: 'Lead form',
  voice: 'Voice agent',
  insights: 'Insights',
  replay: 'Replay',
};

export function nameOfKind(kind: AppKind): string {
  return names[kind];
}
