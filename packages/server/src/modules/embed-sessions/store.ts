import { sql, type Insertable, type Selectable } from 'kysely';
import type { DB, SystemTx, WorkspaceTx } from '../../platform/db/index.ts';

export type TicketRow = Selectable<DB['embed_tickets']>;

export async function insertTicket(tx: WorkspaceTx, row: Insertable<DB['embed_tickets']>): Promise<void> {
  await tx.insertInto('embed_tickets').values(row).execute();
}

/** Where a ticket belongs, by its hash. Identifiers only. */
export async function lookUpTicket(
  tx: SystemTx,
  hash: Buffer,
): Promise<{ ownerId: string; workspaceId: string } | undefined> {
  const { rows } = await sql<{ ownerId: string; workspaceId: string }>`
    select owner_id as "ownerId", workspace_id as "workspaceId" from lookup.embed_ticket(${hash})`.execute(tx);
  return rows[0];
}

export async function findTicket(tx: WorkspaceTx, hash: Buffer): Promise<TicketRow | undefined> {
  return tx.selectFrom('embed_tickets').selectAll().where('secret_hash', '=', hash).executeTakeFirst();
}

/** Uses the ticket up. False when it was used or ran out meanwhile: of two redeemers at once, one sees true. */
export async function takeTicket(tx: WorkspaceTx, hash: Buffer, now: Date): Promise<boolean> {
  const row = await tx
    .deleteFrom('embed_tickets')
    .where('secret_hash', '=', hash)
    .where('expires_at', '>', now)
    .returning('expires_at')
    .executeTakeFirst();
  return row !== undefined;
}

export async function deleteExpiredTickets(tx: SystemTx, now: Date): Promise<void> {
  await tx.deleteFrom('embed_tickets').where('expires_at', '<=', now).execute();
}
