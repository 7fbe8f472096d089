import type { KeyRotation } from '@microapp/contract';
import type { Envelope } from '../../platform/crypto/envelope.ts';
import type { KeyedHash } from '../../platform/crypto/keyed-hash.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Log } from '../../platform/log.ts';
import { sealedColumns } from './sealed-columns.ts';
import {
  findSealedValue,
  replaceSealedValue,
  selectSealedValues,
  type SealedColumn,
  type SealedValue,
} from './store.ts';

type Deps = { db: Database; envelope: Envelope; keyedHash: KeyedHash; log: Log };
type Outcome = keyof KeyRotation;

const batchSize = 100;
const triesMax = 3;

/**
 * Encrypts everything that is sealed with the first key again, so that the other keys may be dropped. Requirements: the
 * server keeps serving (batches read, each row is written by itself); a change that somebody makes meanwhile wins (the row
 * is written only as it was read); it may be broken off and run again (what is current is left alone); what cannot be
 * opened is counted and left, and stops nothing else.
 */
export async function rotateKeys(deps: Deps): Promise<KeyRotation> {
  const counts: KeyRotation = { resealed: 0, alreadyCurrent: 0, unreadable: 0, changedMeanwhile: 0 };
  for (const column of sealedColumns) {
    for await (const value of valuesOf(deps, column)) counts[await reseal(deps, column, value)] += 1;
  }
  return counts;
}

async function* valuesOf({ db }: Deps, column: SealedColumn): AsyncGenerator<SealedValue> {
  let after = '';
  for (;;) {
    const from = after;
    const batch = await db.withSystem('installation.read-sealed', (tx) =>
      selectSealedValues(tx, column, { after: from, limit: batchSize }),
    );
    yield* batch;
    const last = batch.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

async function reseal(deps: Deps, column: SealedColumn, found: SealedValue): Promise<Outcome> {
  const { db, envelope, log } = deps;
  const { id } = found;
  const place = `${column.table}/${id}`;
  let value: SealedValue | undefined = found;
  for (let tries = 0; tries < triesMax; tries++) {
    if (value === undefined || envelope.isCurrent(value.sealed)) return 'alreadyCurrent';
    const from = value.sealed;
    const to = resealed(deps, column, { sealed: from, place });
    if (to === undefined) {
      log.error({ place }, 'what is sealed here cannot be opened: its key is not among MICROAPP_SECRET_KEY');
      return 'unreadable';
    }
    const isDone = await db.withSystem('installation.reseal', (tx) =>
      replaceSealedValue(tx, column, { id, from, ...to }),
    );
    if (isDone) return 'resealed';
    value = await db.withSystem('installation.read-sealed', (tx) => findSealedValue(tx, column, id));
  }
  return 'changedMeanwhile';
}

function resealed(
  { envelope, keyedHash }: Deps,
  { foundBy }: SealedColumn,
  { sealed, place }: { sealed: Buffer; place: string },
): { to: Buffer; hash: Buffer | undefined } | undefined {
  let plain: Buffer;
  try {
    plain = envelope.open(sealed, place);
  } catch {
    return undefined;
  }
  return {
    to: envelope.seal(plain, place),
    hash: foundBy && keyedHash.current(plain.toString(), foundBy.purpose),
  };
}
