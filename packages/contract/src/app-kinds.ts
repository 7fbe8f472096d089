import type { Permission } from './permissions.ts';

export const appKinds = ['tool', 'chat', 'lead_form', 'voice', 'insights', 'replay'] as const;
export type AppKind = (typeof appKinds)[number];

/** What a credential must be allowed for an app of that kind to do anything. */
export const permissionOfKind: Readonly<Record<AppKind, Permission>> = {
  tool: 'tool:run',
  chat: 'chat:send',
  lead_form: 'lead:create',
  voice: 'voice:start',
  insights: 'insights:read',
  replay: 'sessions:read',
};

/** Slugs that would collide with the paths of frames and APIs. */
export const reservedSlugs = ['apps', 'assets', 'surfaces', 'tools'];
