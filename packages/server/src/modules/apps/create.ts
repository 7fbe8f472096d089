import type { AppKind } from '@microapp/contract';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { isUniqueViolation, type OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { insertApp, type AppRow } from './store.ts';

export type NewApp = {
  ownerId: string;
  slug: string;
  kind: AppKind;
  name: string;
  description: string;
  /** Checked already. */
  spec: unknown;
};

/** Makes an app as a draft; 409 when the slug is taken in this installation. */
export async function createApp(deps: { clock: Clock; random: Random }, tx: OwnerTx, app: NewApp): Promise<AppRow> {
  const now = new Date(deps.clock.now());
  try {
    return await insertApp(tx, {
      id: newId(deps.random, 'app'),
      owner_id: app.ownerId,
      slug: app.slug,
      kind: app.kind,
      name: app.name,
      description: app.description,
      draft_spec: JSON.stringify(app.spec),
      created_at: now,
      updated_at: now,
    });
  } catch (error) {
    if (!isUniqueViolation(error, 'apps_slug')) throw error;
    throw new AppError('conflict', {
      message: `The slug "${app.slug}" is taken.`,
      hint: 'Choose another slug; slugs are unique in the whole installation.',
      cause: error,
    });
  }
}
