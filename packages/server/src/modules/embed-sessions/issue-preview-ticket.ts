import type { Permission, PreviewTicket } from '@microapp/contract';
import type { Clock } from '../../platform/clock.ts';
import { freshCredential } from '../../platform/credential.ts';
import type { Database } from '../../platform/db/index.ts';
import type { OwnerPrincipal, Shown } from '../../platform/http/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { insertPreview } from '../previews/index.ts';
import { previewTtlSeconds, ticketTtlSeconds } from './limits.ts';
import { insertTicket } from './store.ts';

export type PreviewDeps = { db: Database; clock: Clock; random: Random; publicUrl: string; embedUrl: string };

/** What is to be previewed; the caller has found all of it inside the principal's own wall. */
export type PreviewSubject = {
  workspaceId: string;
  /** Slugs. */
  apps: readonly string[];
  permissions: readonly Permission[];
  /** A version is of the one app that there is then, and so is a spec that was checked and that nobody has saved. */
  shows: Exclude<Shown, { specOfPreview: string }> | { spec: unknown };
  /** The surface whose name, theme and texts the frame takes, and at whose address it is. */
  surfaceId?: string;
};

/**
 * Makes a preview and a ticket for it, for the dashboard's own page: no other origin can redeem it. What it leads to is an
 * embed session like any other, which runs with the workspace's data and counts in its quotas, and which ends after a
 * quarter of an hour, or on the next request after whoever made it lost the right to.
 */
export async function issuePreviewTicket(
  { db, clock, random, publicUrl, embedUrl }: PreviewDeps,
  principal: OwnerPrincipal,
  { workspaceId, apps, permissions, shows, surfaceId }: PreviewSubject,
): Promise<PreviewTicket> {
  const now = clock.now();
  const created_at = new Date(now);
  const endsAt = new Date(now + previewTtlSeconds * 1000);
  const id = newId(random, 'preview');
  const { secret, hash } = freshCredential(random, 'embed_ticket');
  const place = { owner_id: principal.ownerId, workspace_id: workspaceId, surface_id: surfaceId ?? null };
  await db.withWorkspace({ ownerId: principal.ownerId, workspaceId }, async (tx) => {
    await insertPreview(tx, {
      id,
      ...place,
      apps: [...apps],
      permissions: [...permissions],
      ...columnsOf(shows),
      origin: publicUrl,
      made_by_class: principal.class,
      made_by_id: principal.credentialId,
      made_by_version: principal.class === 'owner_key' ? principal.version : null,
      dashboard_session_id: principal.dashboardSession?.id ?? null,
      created_at,
      expires_at: endsAt,
    });
    await insertTicket(tx, {
      secret_hash: hash,
      ...place,
      credential_class: 'preview',
      credential_id: id,
      credential_version: 1,
      apps: [...apps],
      origin: publicUrl,
      created_at,
      expires_at: new Date(now + ticketTtlSeconds * 1000),
    });
  });
  const path = surfaceId === undefined ? `/embed/apps/${apps[0] ?? ''}` : `/embed/surfaces/${surfaceId}`;
  return {
    ticket: secret.reveal(),
    frameUrl: embedUrl + path,
    expiresIn: ticketTtlSeconds,
    endsAt: endsAt.toISOString(),
  };
}

function columnsOf(shows: PreviewSubject['shows']) {
  if (typeof shows === 'string') return { shows };
  if ('version' in shows) return { shows: 'draft', app_version: shows.version };
  return { shows: 'draft', spec: JSON.stringify(shows.spec) };
}
