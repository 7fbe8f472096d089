import { after } from '../after.ts';
import type { Resume } from '../options.ts';
import type { OwnOptions } from '../widget.ts';

/** How long a page's store may take before the widget begins without it, in milliseconds. */
const patienceMs = 2000;

/**
 * Takes what the page has kept for the frame, and has the page keep what the frame says later. A store that fails or hangs is one
 * that has nothing.
 */
export async function resumeFrom(
  options: OwnOptions,
  root: HTMLElement,
  { get, set }: Resume,
  signal: AbortSignal,
): Promise<void> {
  const keep = ({ detail }: CustomEventInit<unknown>) => {
    if (typeof detail !== 'string') return;
    // For a document that takes the place of this one, too.
    options.kept = detail;
    void attempt(() => set(detail));
  };
  root.addEventListener('resume', keep, { signal });
  const kept = await Promise.race([attempt(get), after(patienceMs, signal)]);
  // The frame may have said something newer meanwhile.
  if (typeof kept === 'string') options.kept ??= kept;
}

/** What fails in the page's own code is its developer's to see; the widget works without. */
async function attempt(task: () => unknown): Promise<unknown> {
  try {
    return await task();
  } catch (error) {
    reportError(error);
    return undefined;
  }
}
