import { hash } from 'node:crypto';
import type { AppRow } from './store.ts';

/**
 * Stands for what an app's draft says, so that whoever changes it can name what they began from. Made of the draft
 * itself, and not of a time or a count: two saves in one millisecond differ, and one that changed nothing is in nobody's way.
 */
export function draftTagOf({ draft_spec }: Pick<AppRow, 'draft_spec'>): string {
  return hash('sha256', JSON.stringify(draft_spec), 'base64url');
}
