import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Random } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import { createApp, putDraftLive } from '../apps/index.ts';
import { foundFirstOwner } from '../owners/index.ts';
import { exampleTools } from '../tools/index.ts';
import { furnishOwner } from './furnish-owner.ts';

export type Founding = {
  ownerId: string;
  workspaceId: string;
  /** The first owner key; undefined when it was given by the settings, whose author knows it. */
  generatedKey: Secret | undefined;
};

/**
 * Makes a new installation usable: the first owner with a key, a workspace of its own, and the example tools, live.
 * Undefined when the installation is not new.
 */
export async function foundInstallation(
  deps: { db: Database; clock: Clock; random: Random },
  { ownerKey }: { ownerKey: Secret | undefined },
): Promise<Founding | undefined> {
  return foundFirstOwner(deps, async (tx, ownerId) => {
    const { workspaceId, key } = await furnishOwner(deps, tx, { ownerId, given: ownerKey });
    // Live whatever the plan allows, or a small plan could not be begun with; from then on they count.
    const foundedAt = deps.clock.now();
    for (const [index, tool] of exampleTools.entries()) {
      // A moment between them: what goes by age offers the first to try, which needs no key of a model.
      const madeAt = { ...deps, clock: { ...deps.clock, now: () => foundedAt - exampleTools.length + index } };
      await putDraftLive(madeAt, tx, await createApp(madeAt, tx, { ...tool, ownerId }));
    }
    return { ownerId, workspaceId, generatedKey: ownerKey === undefined ? key : undefined };
  });
}
