import { reservedSlugs, type AppKind, type Issue } from '@microapp/contract';
import { AppError, invalid } from '../../platform/app-error.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { knownSlugs } from './store.ts';

export type AppKindRules = {
  /** What is wrong with a spec of this kind; paths start at `spec`. */
  checkSpec: (spec: unknown) => Promise<Issue[]>;
  /**
   * What a spec has, if anything, that must not run for just anybody, in words such as `the function step "stats"`.
   * Absent: no app of this kind can be open to everybody.
   */
  notForPublic?: (spec: unknown) => string | undefined;
};

/** The kinds that this server offers. */
export type AppKinds = Partial<Record<AppKind, AppKindRules>>;

/** Of a body that a spec is sent in. */
export const specBytesMax = 512 * 1024;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** 400 unless the slug can stand in a URL beside our own paths. */
export function checkSlug(slug: string): void {
  if (reservedSlugs.includes(slug)) throw invalid([{ path: 'slug', message: 'is a reserved word; choose another' }]);
  if (uuidPattern.test(slug)) throw invalid([{ path: 'slug', message: 'looks like a UUID; choose words' }]);
}

/** 400 with every problem of the spec, or when this server offers no app of that kind. */
export async function checkSpec(kinds: AppKinds, kind: AppKind, spec: unknown): Promise<void> {
  const known = kinds[kind];
  if (known === undefined) {
    const offered = Object.keys(kinds).join(', ');
    throw invalid([{ path: 'kind', message: `is not offered by this server; use one of: ${offered}` }]);
  }
  const issues = await known.checkSpec(spec);
  if (issues.length > 0) throw invalid(issues);
}

/**
 * Throws unless apps of this kind can be open to everybody, and this spec can: 400 for the kind, 409 with a hint that
 * `hintOf` makes of what the spec has.
 */
export function checkForPublic(
  kinds: AppKinds,
  { kind, spec }: { kind: AppKind; spec: unknown },
  hintOf: (found: string) => string,
): void {
  const notForPublic = kinds[kind]?.notForPublic;
  if (notForPublic === undefined) throw invalid([{ path: 'publicRuns', message: 'is for tools only' }]);
  const found = notForPublic(spec);
  if (found === undefined) return;
  throw new AppError('spec_not_allowed_for_public', { hint: hintOf(found) });
}

/** 400 unless every slug is an app of this owner. Another owner's app looks like one that does not exist. */
export async function checkAppsExist(tx: OwnerTx, slugs: readonly string[]): Promise<void> {
  const known = await knownSlugs(tx, slugs);
  const issues = slugs.flatMap((slug, index) =>
    known.includes(slug) ? [] : [{ path: `apps.${index}`, message: `there is no app "${slug}"` }],
  );
  if (issues.length > 0) throw invalid(issues);
}
