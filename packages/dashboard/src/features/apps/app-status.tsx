import { Status } from '../../ui/status.tsx';
import type { App } from './queries.ts';

/** Whether visitors can use it, and whether there is something that they do not see yet. */
export function AppStatus({ app }: { app: App }) {
  if (app.status === 'draft') return <Status status={app.liveVersion === null ? 'draft' : 'offline'} tone="quiet" />;
  return app.hasDraftChanges ? <Status status="live, draft changes" tone="warn" /> : <Status status="live" />;
}
