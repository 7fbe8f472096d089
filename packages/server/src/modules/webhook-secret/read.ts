import type { Database } from '../../platform/db/index.ts';
import type { Secret } from '../../platform/secret.ts';
import { makeWebhookSecret, type MakeDeps } from './make.ts';
import { openWebhookSecret } from './sealed-secret.ts';
import { findWebhookSecret } from './store.ts';

/** What the owner's next call is signed with; made now when there is none yet. */
export async function readWebhookSecret(deps: MakeDeps & { db: Database }, ownerId: string): Promise<Secret> {
  return deps.db.withOwner({ ownerId }, async (tx) => {
    const found = await findWebhookSecret(tx);
    if (found !== undefined) return openWebhookSecret(deps.envelope, found);
    const made = await makeWebhookSecret(deps, tx, ownerId);
    if (made !== undefined) return made.secret;
    const meanwhile = await findWebhookSecret(tx);
    if (meanwhile === undefined)
      throw new Error('The secret that was in the way is gone, and nothing deletes secrets.');
    return openWebhookSecret(deps.envelope, meanwhile);
  });
}
