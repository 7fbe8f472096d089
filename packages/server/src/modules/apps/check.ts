import { reservedSlugs, type AppKind, type Issue } from '@microapp/contract';
import { invalid } from '../../platform/app-error.ts';
import type { OwnerTx } from '../../platform/db/index.ts';
import { knownSlugs } from './store.ts';

/** For each kind that this server offers, what is wrong with a spec of it; paths start at `spec`. */
export type AppKinds = Partial<Record<AppKind, { checkSpec: (spec: unknown) => Promise<Issue[]> }>>;

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

/** 400 unless every slug is an app of this owner. Another owner's app looks like one that does not exist. */
export async function checkAppsExist(tx: OwnerTx, slugs: readonly string[]): Promise<void> {
  const known = await knownSlugs(tx, slugs);
  const issues = slugs.flatMap((slug, index) =>
    known.includes(slug) ? [] : [{ path: `apps.${index}`, message: `there is no app "${slug}"` }],
  );
  if (issues.length > 0) throw invalid(issues);
}
