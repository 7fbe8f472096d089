import type { Finding } from './finding.ts';
import type { Inspection } from './inspection.ts';

/** A page that is safe on the way gets nothing that is not; but from the computer itself, where nothing is on the way. */
export function mixedContent({ base }: Inspection): Finding | undefined {
  if (location.protocol !== 'https:' || !/^http:(?!\/\/(localhost|127\.|\[::1))/.test(base)) return undefined;
  return {
    code: 'mixed_content',
    text: `This page is https, and ${base} is not: the browser loads nothing of it.`,
    mend: 'Serve Microapp by https, and name that address in baseUrl.',
    detail: base,
  };
}
