import { AppError } from '../../platform/app-error.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { countLiveTools, lockLiveTools, type AppRow } from './store.ts';

/**
 * 409 when the app is a tool that is about to go live and its owner's plan has no place for another. To be called with the
 * app locked, in the transaction that puts it live: until that ends, no other tool of this owner takes the same place.
 *
 * It is a conflict with how things stand and no `quota_exceeded`: that is a 429, which says that waiting helps, and here it
 * does not.
 */
export async function checkLivePlace(
  { liveToolsMax }: { liveToolsMax: number },
  tx: OwnerTx,
  app: AppRow,
): Promise<void> {
  if (app.kind !== 'tool' || app.status === 'live') return;
  await lockLiveTools(tx, app.owner_id);
  if ((await countLiveTools(tx)) < liveToolsMax) return;
  throw new AppError('conflict', {
    message: `The plan allows ${liveToolsMax} live ${liveToolsMax === 1 ? 'tool' : 'tools'}.`,
    hint: 'Take another tool back to draft, or delete one.',
  });
}
