import { hash } from 'node:crypto';
import { AppError } from '../app-error.ts';
import type { OwnerScope } from '../db/scope.ts';
import type { OwnerTx } from '../db/index.ts';

/**
 * The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the same key with the same body repeats the
 * answer instead of the deed, so a caller that lost an answer may simply ask again.
 */
export const idempotencyKeyHeader = 'idempotency-key';
/** Says that an answer is a repeated one, as others who keep answers do. */
export const repeatedHeader = 'idempotent-replayed';

const keyCharsMax = 255;
const visible = /^[\x21-\x7e]+$/;
/** The draft's form, a structured field's string (RFC 9651): quotes around it, quotes and backslashes in it escaped. */
const quotedForm = /^"((?:[^"\\]|\\["\\])*)"$/;

/** One request as its repeat must look. */
export type KeyedRequest = {
  /** Who asks: parts of an identity in a fixed order, null where there is none. */
  caller: readonly (string | null)[];
  /** What is asked for: method and path. */
  target: string;
  key: string;
  /** SHA-256 of the body's JSON. */
  bodyHash: Uint8Array;
};

/** What was made of a keyed request: by it, or by the one that it repeats. */
export type Kept = { outcome: unknown; repeated: boolean };

/**
 * Remembers outcomes, which must be JSON without secrets; a deed that fails is not remembered. Throws `conflict` for a
 * key that came with another body, and, with `Retry-After`, for one whose first request is still under way.
 */
export type IdempotencyKeys = {
  /** In the transaction that the deed itself runs in, so there is never one without the other. */
  within(tx: OwnerTx, scope: OwnerScope, request: KeyedRequest, act: () => Promise<unknown>): Promise<Kept>;
  /**
   * Around a deed with transactions of its own. A process that dies between the deed and the note of it leaves a deed
   * that a repeat does again, once the lease has run out.
   */
  around(scope: KeyedScope, request: KeyedRequest, act: () => Promise<unknown>): Promise<Kept>;
};

/** Whose rows it is about: one workspace's, or the owner's own. */
export type KeyedScope = OwnerScope & { readonly workspaceId?: string | undefined };

/** The key that a header's text stands for; undefined without one. Throws `validation_failed` for what is no key. */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = header.startsWith('"') ? unquoted(header) : header;
  if (key !== undefined && key.length <= keyCharsMax && visible.test(key)) return key;
  const message = `must be 1 to ${keyCharsMax} visible ASCII characters, bare or as a quoted string`;
  throw new AppError('validation_failed', { issues: [{ path: idempotencyKeyHeader, message }] });
}

/** Members in another order are another body, and white space is none of it. */
export function bodyHashOf(body: unknown): Uint8Array {
  return hash('sha256', JSON.stringify(body ?? null), 'buffer');
}

/** Of JSON that is kept as text: byte for byte, as a client repeats it. White space makes it another body. */
export function textHashOf(text: string): Uint8Array {
  return hash('sha256', text, 'buffer');
}

function unquoted(text: string): string | undefined {
  return quotedForm.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1');
}
