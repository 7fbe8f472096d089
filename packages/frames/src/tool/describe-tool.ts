import type { ToolSchema } from '@microapp/contract';
import type { Static } from 'typebox';
import type { Session } from '../session/session.ts';

export type ToolDescription = Static<typeof ToolSchema>;

/** What a tool needs of the session. */
export type ToolSession = Pick<Session, 'call'>;

const timeoutMs = 15_000;

/** What a tool is called and what it takes. Throws `Failure`. */
export async function describeTool(session: ToolSession, slug: string): Promise<ToolDescription> {
  return (await session.call({ method: 'GET', path: `${pathOfTool(slug)}/schema`, timeoutMs })) as ToolDescription;
}

export function pathOfTool(slug: string): string {
  return `/api/tools/${encodeURIComponent(slug)}`;
}
