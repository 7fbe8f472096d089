import { createLookUpBatch } from '../../platform/cache/look-up-batch.ts';
import { createRecordCache, type RecordCache } from '../../platform/cache/record-cache.ts';
import type { Follower } from '../../platform/changes/change-feed.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import { readPublicTool } from '../apps/index.ts';
import { readFirstWorkspace, type FirstWorkspace } from '../workspaces/index.ts';
import { bySecretRules, inTimeOf, lookUpRules } from './record-rules.ts';
import { lookUpPublicTools } from './store.ts';

/** A live tool with public runs, and the workspace that runs of nobody in particular belong to: its owner's own. */
export type PublicToolRecord = { appId: string; slug: string; ownerId: string; home: FirstWorkspace };

export type PublicToolRecords = Follower & {
  /** Undefined: there is no such tool, it is not live, or it is not open to everybody. */
  publicTool(slug: string): Promise<PublicToolRecord | undefined>;
};

/**
 * Reads and remembers the tools that are open to everybody, by the rules of `readCredentialRecords`. A slug is named by
 * whoever asks, so what is not there is remembered like a secret that is nobody's; every change of an app forgets it.
 */
export function readPublicToolRecords(deps: {
  db: Database;
  clock: Clock;
  isTrusted: () => boolean;
}): PublicToolRecords {
  const { db, clock, isTrusted } = deps;
  const bySlug: RecordCache<PublicToolRecord> = createRecordCache(bySecretRules({ clock, isTrusted }));
  const inTime = inTimeOf(clock);
  const find = createLookUpBatch({
    ...lookUpRules,
    lookUp: (slugs: readonly string[]) => db.withSystem('access.look-up', (tx) => lookUpPublicTools(tx, slugs)),
  });

  async function load(slug: string) {
    const found = await find(slug);
    if (found === undefined) return undefined;
    return db.withOwner(found, async (tx) => {
      const tool = await readPublicTool(tx, found.id);
      const home = await readFirstWorkspace(tx, found.ownerId);
      if (tool === undefined || home === undefined) return undefined;
      const value: PublicToolRecord = { appId: tool.id, slug: tool.slug, ownerId: tool.ownerId, home };
      return { value, tags: [`app:${tool.id}`, `workspace:${home.id}`, `owner:${tool.ownerId}`] };
    });
  }

  return {
    publicTool: (slug) => inTime(bySlug.get(slug, () => load(slug))),
    evict: (tag) => bySlug.evict(tag),
    clear: () => bySlug.clear(),
  };
}
