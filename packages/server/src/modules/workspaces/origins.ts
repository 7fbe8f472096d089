import { normalizeOriginEntries, type Environment } from '@microapp/contract';
import { invalid } from '../../platform/app-error.ts';

/** The entries in the spelling that is stored; 400 with a problem for each entry that is no allowed origin. */
export function checkedOrigins(entries: readonly string[], environment: Environment): string[] {
  const checked = normalizeOriginEntries(entries, { environment });
  if (checked.issues.length === 0) return checked.entries;
  throw invalid(checked.issues.map(({ index, message }) => ({ path: `allowedOrigins.${index}`, message })));
}
