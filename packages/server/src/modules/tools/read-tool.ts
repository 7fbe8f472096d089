import type { ToolSchema, ToolSpec } from '@microapp/contract';
import type { Static } from 'typebox';
import { AppError, notFound } from '../../platform/app-error.ts';
import { createRecordCache, type RecordCache } from '../../platform/cache/record-cache.ts';
import type { Follower } from '../../platform/changes/change-feed.ts';
import type { Database, WorkspaceTx } from '../../platform/db/index.ts';
import type { EmbedPrincipal, Shown } from '../../platform/http/index.ts';
import { readAppVersion, readDraftApp, readLiveApp, type LiveApp } from '../apps/index.ts';
import { readPreviewSpec } from '../previews/index.ts';
import { readWorkspaceFacts, type WorkspaceFacts } from '../workspaces/index.ts';
import type { LiveTool } from './live-tool.ts';
import { toolSchemaOf } from './schema.ts';

/** A live tool, what a form needs to know of it, and the workspace that it runs for. */
export type ToolInWorkspace = { tool: LiveTool; schema: Static<typeof ToolSchema>; workspace: WorkspaceFacts };

export type LiveTools = Follower & {
  /**
   * The live tool by that slug; in a preview, the draft, the version or the unsaved spec that it shows. Other drafts and versions, other kinds
   * and deleted apps are not found.
   */
  read(principal: EmbedPrincipal, slug: string): Promise<ToolInWorkspace>;
};

const rememberedMax = 2000;

/** Reads live tools, and remembers them until the database says that the app or the workspace changed. */
export function readLiveTools({ db, isTrusted }: { db: Database; isTrusted: () => boolean }): LiveTools {
  const remembered: RecordCache<ToolInWorkspace> = createRecordCache({ max: rememberedMax, isTrusted });
  return {
    async read(principal, slug) {
      const shows = principal.preview?.shows ?? 'live';
      const loadShown = () => load(db, principal, { slug, shows });
      // There is one for each pause in somebody's typing, asked for a time or two: nothing to fill the memory with.
      const found = isUnsaved(shows)
        ? await loadShown()
        : await remembered.get(`${stateOf(shows)}/${principal.workspaceId}/${slug}`, async () => {
            const value = await loadShown();
            return value && { value, tags: [`app:${value.tool.id}`, `workspace:${value.workspace.id}`] };
          });
      if (found === undefined) throw notFound('live tool');
      return found;
    },
    evict: (tag) => remembered.evict(tag),
    clear: () => remembered.clear(),
  };
}

type Wanted = { slug: string; shows: Shown };

async function load(db: Database, principal: EmbedPrincipal, wanted: Wanted): Promise<ToolInWorkspace | undefined> {
  return db.withWorkspace(principal, async (tx) => {
    const app = await readApp(tx, wanted);
    if (app === undefined || app.kind !== 'tool') return undefined;
    const workspace = await readWorkspaceFacts(tx, principal.workspaceId);
    if (workspace === undefined) throw new AppError('invalid_token', { reason: 'workspace_gone' });
    const tool = { ...app, spec: app.spec as ToolSpec }; // checked when it was saved
    return { tool, schema: toolSchemaOf(tool), workspace };
  });
}

type Unsaved = Extract<Shown, { specOfPreview: string }>;

function isUnsaved(shows: Shown): shows is Unsaved {
  return typeof shows === 'object' && 'specOfPreview' in shows;
}

function stateOf(shows: Exclude<Shown, Unsaved>): string {
  return typeof shows === 'string' ? shows : `version-${shows.version}`;
}

async function readApp(tx: WorkspaceTx, { slug, shows }: Wanted): Promise<LiveApp | undefined> {
  if (isUnsaved(shows)) return readUnsavedApp(tx, slug, shows);
  if (shows === 'draft') return readDraftApp(tx, slug);
  return shows === 'live' ? readLiveApp(tx, slug) : readAppVersion(tx, slug, shows.version);
}

/** The draft in all but its spec, which is the preview's own. Gone with either of the two. */
async function readUnsavedApp(tx: WorkspaceTx, slug: string, { specOfPreview }: Unsaved): Promise<LiveApp | undefined> {
  const draft = await readDraftApp(tx, slug);
  const spec = await readPreviewSpec(tx, specOfPreview);
  return draft === undefined || spec === undefined ? undefined : { ...draft, spec };
}
