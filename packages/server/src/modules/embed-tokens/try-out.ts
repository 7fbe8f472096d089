import { parseOrigin, type EmbedTokenTest, type EmbedTokenTestResult } from '@microapp/contract';
import type { Static } from 'typebox';
import { invalid, notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { readAppFacts } from '../apps/index.ts';
import { readEmbedTokenRecord } from './store.ts';
import { whyNot } from './why-not.ts';

/**
 * Says whether the token would work on a page of that origin, and every reason why not. Nothing is used and nothing is
 * changed: the record is judged, not the secret, which nobody has any more. Without `app`, all its apps have to work.
 */
export async function tryOutEmbedToken(
  deps: { clock: Clock },
  tx: OwnerTx,
  { id, wanted }: { id: string; wanted: Static<typeof EmbedTokenTest> },
): Promise<Static<typeof EmbedTokenTestResult>> {
  const record = await readEmbedTokenRecord(tx, id);
  if (record === undefined) throw notFound('embed token');
  const origin = readOrigin(wanted.origin);
  const apps = wanted.app === undefined ? record.apps : [wanted.app];
  const reasons = whyNot(record, { origin, apps, now: deps.clock.now() }, await readAppFacts(tx, apps));
  return { works: reasons.length === 0, reasons };
}

/** 400 unless it is what a browser would call the page's origin; a whole address gets the origin that it has. */
function readOrigin(text: string): string {
  if (parseOrigin(text) !== undefined) return text;
  const meant = URL.parse(text)?.origin;
  const suggestion =
    parseOrigin(meant) === undefined ? 'write it like https://www.example.com' : `did you mean "${meant}"?`;
  throw invalid([{ path: 'origin', message: `is not an origin; ${suggestion}` }]);
}
