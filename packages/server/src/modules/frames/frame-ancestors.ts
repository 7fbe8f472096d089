import { Id, reservedSlugs, Slug, toFrameAncestors } from '@microapp/contract';
import { Compile } from 'typebox/compile';
import { AppError } from '../../platform/app-error.ts';
import { verifyPublicId, type Access, type EmbedRecord } from '../access/index.ts';

/** What the address of a frame document says; nothing of it is a credential. */
export type FrameAddress = { slug?: string; surfaceId?: string; recordId?: string };

export type AncestorsDeps = { access: Access; publicUrl: string };

const slugForm = Compile(Slug);
const idForm = Compile(Id);

/**
 * The pages in which a frame may be shown, as the sources of `frame-ancestors`. The document is sent before any
 * credential is seen, so three kinds of address have three rules:
 *
 *   /embed/surfaces/:id       that surface's list
 *   /embed/apps/:slug?for=id  the list of that record, a surface or an embed token
 *   /embed/apps/:slug         any page: the shell has no data, and the parent is checked when the token is exchanged
 *
 * and always our own pages, which preview. Throws `not_found` for what is unknown, revoked, expired or disabled alike,
 * and for an app that the record is not for.
 */
export async function frameAncestors(deps: AncestorsDeps, address: FrameAddress): Promise<string[]> {
  const { slug, surfaceId, recordId } = address;
  if (slug !== undefined && !isSlug(slug)) throw nothingHere();
  const own = ["'self'", deps.publicUrl];
  const id = surfaceId ?? recordId;
  if (id === undefined) return [...own, 'http:', 'https:'];

  const record = await readPublicRecord(deps.access, id);
  if (surfaceId !== undefined && record.surfaceId !== surfaceId) throw nothingHere('not_a_surface');
  if (slug !== undefined && !record.apps.includes(slug)) throw nothingHere();
  // 'none' stands alone or is ignored: an empty list leaves our own pages.
  return [...own, ...toFrameAncestors(record.allowedOrigins).filter((source) => source !== "'none'")];
}

function isSlug(text: string): boolean {
  return slugForm.Check(text) && !reservedSlugs.includes(text);
}

/** What stands behind a surface's or an embed token's public id. Throws `not_found` for all that is nothing, for whatever reason. */
export async function readPublicRecord(access: Access, id: string): Promise<EmbedRecord> {
  if (!idForm.Check(id)) throw nothingHere();
  try {
    return await verifyPublicId(access, id);
  } catch (error) {
    if (error instanceof AppError && error.status < 500) throw nothingHere(error.reason);
    throw error;
  }
}

function nothingHere(reason = 'malformed'): AppError {
  return new AppError('not_found', { reason });
}
