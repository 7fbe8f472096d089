import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Database, OwnerTx } from '../../platform/db/index.ts';
import type { Random } from '../../platform/random.ts';
import { createApp, lockApp, putDraftLive, putSpecLive } from '../apps/index.ts';
import { shippingQuote } from '../tools/index.ts';

/** Whatever the endpoint is. */
export const { slug: quoteSlug } = shippingQuote('');

type Deps = { db: Database; clock: Clock; random: Random };

/** Makes the example that asks the demo's endpoint, live. Somebody else's app with its slug is left alone. */
export async function makeQuoteTool(deps: Deps, ownerId: string, endpoint: string): Promise<void> {
  const tool = shippingQuote(endpoint);
  try {
    // A transaction of its own: where the slug is taken, the demo goes without.
    await deps.db.withOwner({ ownerId }, async (tx) => {
      await putDraftLive(deps, tx, await createApp(deps, tx, { ...tool, ownerId }));
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
  }
}

const demoEndpoint = /^http:\/\/(?:localhost|127\.0\.0\.1):\d+\/quote$/;

/** Lets the example follow the demo to another port. One that its owner has changed, taken back or deleted stays so. */
export async function moveQuoteTool(deps: Deps, tx: OwnerTx, endpoint: string): Promise<void> {
  const tool = shippingQuote(endpoint);
  const found = await lockApp(tx, tool.slug);
  const before = endpointOf(found?.draft_spec);
  if (found?.status !== 'live' || before === undefined || before === endpoint) return;
  if (!isDeepStrictEqual(found.draft_spec, shippingQuote(before).spec)) return;
  await putSpecLive(deps, tx, found, tool.spec);
}

/** Where the example's spec leads to; undefined when it is another spec, or leads to somebody else. */
function endpointOf(spec: unknown): string | undefined {
  return demoEndpoint.exec(JSON.stringify(spec ?? null).match(/"url":\s*"([^"]*)"/)?.[1] ?? '')?.[0];
}
