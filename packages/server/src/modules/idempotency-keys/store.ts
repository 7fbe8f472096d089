import type { Insertable, Selectable } from 'kysely';
import type { DB, OwnerTx, SystemTx, WorkspaceTx } from '../../platform/db/index.ts';

type Row = DB['idempotency_keys'];
export type KeyRow = Selectable<Row>;
export type KeyedTx = OwnerTx | WorkspaceTx;
type Id = { ownerId: string; requestHash: Uint8Array };

/**
 * Takes a key that is free: new, older than `forgottenBefore`, or left behind without an outcome by somebody whose lease
 * has run out at `now`. False when it is taken. Waits for a transaction that is about to take the same one.
 */
export async function takeKey(
  tx: KeyedTx,
  row: Insertable<Row>,
  { now, forgottenBefore }: { now: Date; forgottenBefore: Date },
): Promise<boolean> {
  const { body_hash, claim, leased_until, created_at } = row;
  const taken = await tx
    .insertInto('idempotency_keys')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['owner_id', 'request_hash'])
        .doUpdateSet({ body_hash, claim, leased_until, outcome: null, created_at })
        .where((eb) =>
          eb.or([
            eb('idempotency_keys.created_at', '<=', forgottenBefore),
            eb.and([eb('idempotency_keys.outcome', 'is', null), eb('idempotency_keys.leased_until', '<=', now)]),
          ]),
        ),
    )
    .returning('claim')
    .executeTakeFirst();
  return taken !== undefined;
}

export async function findKey(tx: KeyedTx, { ownerId, requestHash }: Id): Promise<KeyRow | undefined> {
  return tx
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('request_hash', '=', requestHash)
    .executeTakeFirst();
}

/** Writes down the outcome of whoever holds the claim. Nothing when somebody else has taken the key since. */
export async function keepOutcome(tx: KeyedTx, id: Id & { claim: string; outcome: string }): Promise<void> {
  await tx
    .updateTable('idempotency_keys')
    .set({ outcome: id.outcome })
    .where('owner_id', '=', id.ownerId)
    .where('request_hash', '=', id.requestHash)
    .where('claim', '=', id.claim)
    .execute();
}

export async function renewLease(tx: KeyedTx, id: Id & { claim: string; until: Date }): Promise<void> {
  await tx
    .updateTable('idempotency_keys')
    .set({ leased_until: id.until })
    .where('owner_id', '=', id.ownerId)
    .where('request_hash', '=', id.requestHash)
    .where('claim', '=', id.claim)
    .execute();
}

/** Frees a key whose deed failed. */
export async function releaseKey(tx: KeyedTx, id: Id & { claim: string }): Promise<void> {
  await tx
    .deleteFrom('idempotency_keys')
    .where('owner_id', '=', id.ownerId)
    .where('request_hash', '=', id.requestHash)
    .where('claim', '=', id.claim)
    .execute();
}

export async function deleteForgottenKeys(tx: SystemTx, forgottenBefore: Date): Promise<void> {
  await tx.deleteFrom('idempotency_keys').where('created_at', '<=', forgottenBefore).execute();
}
