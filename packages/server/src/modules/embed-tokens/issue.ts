import type { EmbedTokenCreate, Issue, Permission } from '@microapp/contract';
import type { Static } from 'typebox';
import { AppError, invalid, notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { freshCredential } from '../../platform/credential.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import type { Secret } from '../../platform/secret.ts';
import { checkAppsExist } from '../apps/index.ts';
import { checkedOrigins, findWorkspace, issuesOfFeatures, type WorkspaceRow } from '../workspaces/index.ts';
import { insertEmbedToken, type EmbedTokenRow } from './store.ts';

/** Issues a token for one workspace. The secret is in this answer only; what is stored is its hash. */
export async function issueEmbedToken(
  deps: { clock: Clock; random: Random },
  tx: OwnerTx,
  { workspaceId, wanted }: { workspaceId: string; wanted: Static<typeof EmbedTokenCreate> },
): Promise<{ row: EmbedTokenRow; secret: Secret }> {
  if (wanted.workspaceId !== undefined && wanted.workspaceId !== workspaceId) {
    throw new AppError('permission_denied', { message: 'The body names another workspace than the address.' });
  }
  const workspace = await findWorkspace(tx, workspaceId);
  if (workspace === undefined) throw notFound('workspace');
  await checkAppsExist(tx, wanted.apps);
  const allowedOrigins =
    wanted.allowedOrigins === undefined ? null : checkedOrigins(wanted.allowedOrigins, 'production');
  const now = deps.clock.now();
  const expiresAt = wanted.expiresAt === undefined ? null : readExpiry(wanted.expiresAt, now);
  checkEligible(workspace, wanted.permissions);

  const { secret, hash } = freshCredential(deps.random, 'embed_token');
  const row = await insertEmbedToken(tx, {
    id: newId(deps.random, 'embedToken'),
    owner_id: workspace.owner_id,
    workspace_id: workspace.id,
    label: wanted.label ?? null,
    apps: wanted.apps,
    permissions: wanted.permissions,
    allowed_origins: allowedOrigins,
    use: wanted.use ?? 'widget',
    secret_hash: hash,
    expires_at: expiresAt,
    created_at: new Date(now),
  });
  return { row, secret };
}

/** 400 unless it is a time after `now` (epoch milliseconds). */
function readExpiry(text: string, now: number): Date {
  const expiresAt = new Date(text);
  // The format allows leap seconds, which Date cannot hold.
  if (Number.isNaN(expiresAt.getTime())) throw invalid([{ path: 'expiresAt', message: 'is not a time' }]);
  if (expiresAt.getTime() <= now) throw invalid([{ path: 'expiresAt', message: 'is in the past' }]);
  return expiresAt;
}

/** 409 with every reason why the workspace can have no such token. */
function checkEligible(workspace: WorkspaceRow, permissions: readonly Permission[]): void {
  const issues: Issue[] = [];
  if (workspace.status !== 'active') {
    issues.push({ path: 'workspace.status', message: 'the workspace is disabled; enable it first' });
  }
  if (!workspace.portal_enabled) {
    issues.push({ path: 'workspace.portalEnabled', message: 'portal access is off; turn it on first' });
  }
  issues.push(...issuesOfFeatures(workspace, permissions));
  if (issues.length > 0) {
    throw new AppError('conflict', { message: 'This workspace cannot have such a token now.', issues });
  }
}
