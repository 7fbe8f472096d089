import type { EmbedTokenUrlRequest } from '@microapp/contract';
import type { Static } from 'typebox';
import { AppError, invalid, notFound } from '../../platform/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { newId, type Random } from '../../platform/random.ts';
import { findWorkspace } from '../workspaces/index.ts';
import { statusOf } from './present.ts';
import { findEmbedToken, type FoundEmbedToken } from './store.ts';
import { signUrlToken, type SigningKey } from './url-token.ts';

export type CopyUrlDeps = { clock: Clock; random: Random; embedUrl: string; issuer: string };

export type CopiedUrl = { url: string; expiresAt: Date; app: string; row: FoundEmbedToken };

const dayMs = 24 * 60 * 60 * 1000;
/** How long a URL of a token without an expiry lives: an iframe that is pasted today works next month. */
const urlTtlDays = 90;

/**
 * Copy URL: an address for an iframe with a fresh URL token in it. The raw embed token is not revealed, it is not even
 * known; the URL token names its record and dies with it. `key` signs; whoever calls has it, because keys may have to be
 * read, and transactions do not nest.
 */
export async function copyEmbedTokenUrl(
  deps: CopyUrlDeps,
  tx: OwnerTx,
  { id, wanted, key }: { id: string; wanted: NonNullable<Static<typeof EmbedTokenUrlRequest>>; key: SigningKey },
): Promise<CopiedUrl> {
  const row = await findEmbedToken(tx, id);
  if (row === undefined) throw notFound('embed token');
  const now = deps.clock.now();
  await checkCopyable(tx, row, now);
  const app = chooseApp(row, wanted.app);

  // Whole seconds, as the token has them, and never longer than the record.
  const issuedAt = Math.floor(now / 1000);
  const exp = Math.floor((row.expires_at?.getTime() ?? now + urlTtlDays * dayMs) / 1000);
  const token = await signUrlToken(key, {
    issuer: deps.issuer,
    claims: {
      jti: newId(deps.random, 'urlToken'),
      iat: issuedAt,
      exp,
      owner: row.owner_id,
      workspace: row.workspace_id,
      app,
      cred: { class: 'embed_token', id: row.id, version: row.version },
    },
  });
  const address = `${deps.embedUrl}/embed/apps/${app}?for=${row.id}`;
  const url = wanted.form === 'query' ? `${address}&token=${token}` : `${address}#token=${token}`;
  return { url, expiresAt: new Date(exp * 1000), app, row };
}

/** 409 with a sentence when no page could use the URL. */
async function checkCopyable(tx: OwnerTx, row: FoundEmbedToken, now: number): Promise<void> {
  const status = statusOf(row, now);
  if (status !== 'active') {
    throw new AppError('conflict', {
      message: `This token is ${status}: a URL of it would not work.`,
      hint: 'Issue a new token and copy its URL.',
    });
  }
  if (row.use === 'server') {
    throw new AppError('conflict', {
      message: 'This token is for servers, so it has no URL for browsers.',
      hint: 'Issue a token for an iframe and copy its URL.',
    });
  }
  const workspace = await findWorkspace(tx, row.workspace_id);
  if (workspace?.status !== 'active') {
    throw new AppError('conflict', {
      message: 'The workspace is disabled: a URL of this token would not work.',
      hint: 'Enable the workspace first.',
    });
  }
}

function chooseApp({ apps }: FoundEmbedToken, wanted: string | undefined): string {
  const [only, ...others] = apps;
  if (wanted === undefined) {
    if (only !== undefined && others.length === 0) return only;
    throw invalid([{ path: 'app', message: 'is required: this token is for several apps' }]);
  }
  if (apps.includes(wanted)) return wanted;
  throw invalid([{ path: 'app', message: 'is none of the apps of this token' }]);
}
